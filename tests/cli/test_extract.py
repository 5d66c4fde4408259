"""``radpipe extract``: settings are said for each modality, and a run that measures nothing says so."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import NothingUsableError, UsageError


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A patient with CT and PET, one mask each."""
    random = np.random.default_rng(7)
    rows = ["case_id,image,mask,roi,modality"]
    for modality, high in (("CT", 400), ("PT", 12)):
        array = random.uniform(0, high, (8, 12, 12)).astype(np.float32)
        mask = np.zeros(array.shape, np.uint8)
        mask[2:6, 3:9, 3:9] = 1
        for name, voxels in ((modality, array), (f"{modality}-mask", mask)):
            sitk.WriteImage(sitk.GetImageFromArray(voxels), tmp_path / f"{name}.nrrd")
        rows.append(f"p1,{modality}.nrrd,{modality}-mask.nrrd,GTV-1,{modality}")
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def extract(manifest: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["extract", str(manifest), *words, "-o", str(manifest.parent / "out")])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_ct_and_pet_are_measured_in_one_run_with_their_own_settings(manifest: Path) -> None:
    code, said = extract(manifest, "-p", "CT=ct_native", "-p", "pet=pet")
    assert code == 0, said
    frame = pd.read_csv(manifest.parent / "out" / "tables" / "features.csv")
    assert frame[["modality", "config", "status"]].values.tolist() == [["CT", "ct_native", "ok"], ["PT", "pet", "ok"]]


def test_without_settings_each_modality_is_asked_for(manifest: Path) -> None:
    with pytest.raises(UsageError, match="say how CT, PT shall be measured, for instance -p CT=ct_head_neck -p PT=pet"):
        extract(manifest)
    with pytest.raises(UsageError, match="say how PT shall be measured, for instance -p PT=pet"):
        extract(manifest, "-p", "CT=ct_native")


def test_names_that_nothing_meets_are_refused_with_those_that_are_there(manifest: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"--roi gtv1: nothing is measured; did you mean GTV-1\?"):
        extract(manifest, "-p", "CT=ct_native", "-p", "PT=pet", "-r", "gtv1")
    with pytest.raises(
        NothingUsableError, match=r"--modality MR: nothing is measured; 1 cases hold CT \(1\), PT \(1\)"
    ):
        extract(manifest, "-p", "mr_t1", "--modality", "mri")


def test_a_run_whose_rows_are_all_skipped_ends_with_3(manifest: Path) -> None:
    code, said = extract(manifest, "-p", "mr_t1", "--modality", "PET")
    assert (code, "nothing was measured" in said) == (3, True)
