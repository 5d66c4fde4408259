"""``radpipe describe``: a page beside the run, the same sentences in the terminal."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import NothingUsableError
from radpipe.pipeline import extract


def test_a_run_is_described(tmp_path: Path):
    mask = np.zeros((6, 8, 8), np.uint8)
    mask[1:5, 2:6, 2:6] = 1
    sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / "mask.nrrd")
    draw = np.random.default_rng(1)
    rows = ["case_id,image,mask,roi,modality"]
    for number in range(3):
        values = draw.integers(0, 90, mask.shape).astype(np.int16)
        sitk.WriteImage(sitk.GetImageFromArray(values), tmp_path / f"image{number}.nrrd")
        rows.append(f"p{number},image{number}.nrrd,mask.nrrd,GTV,CT")
    (tmp_path / "cases.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "plain.yaml").write_text(json.dumps({"featureClass": {"firstorder": []}}))
    extract(tmp_path / "cases.csv", dataset="manifest", params=tmp_path / "plain.yaml", out=tmp_path / "out")
    done = CliRunner().invoke(app, ["describe", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert done.output.startswith("3 rows (3 ok, 0 failed, 0 skipped), 18 features in 1 groups")
    assert (tmp_path / "out" / "described" / "described.html").is_file()


def test_a_folder_without_a_run_is_refused(tmp_path: Path):
    done = CliRunner().invoke(app, ["describe", str(tmp_path)])
    assert isinstance(done.exception, NothingUsableError)
    with pytest.raises(NothingUsableError, match="holds no finished run"):
        raise done.exception
