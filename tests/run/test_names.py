"""Names are data: a path, formula, tag or page script in an id or a ROI name stays a string in its cell."""

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import ParameterError
from radpipe.features.params_file import load_params
from radpipe.pipeline import extract, read_features

NAMES = (
    "../../outside",
    "/etc/radpipe",
    "..",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "<script>alert(1)</script>",
    "!!python/object/apply:os.system [true]",
    "n" * 300,
    "a;b|c`d$(e)",
    "Größe 胃 \u202e",
    "{0} %s",
)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder with one small image and its mask."""
    source = tmp_path / "source"
    source.mkdir()
    array = np.zeros((6, 8, 8), np.int16)
    array[1:5, 2:6, 2:6] = np.arange(64).reshape(4, 4, 4) + 1
    sitk.WriteImage(sitk.GetImageFromArray(array), source / "image.nrrd")
    sitk.WriteImage(sitk.GetImageFromArray((array > 0).astype(np.uint8)), source / "mask.nrrd")
    return source


def test_hostile_names_stay_in_their_cells(images: Path, tmp_path: Path) -> None:
    rows = [
        {"case_id": case, "image": "image.nrrd", "mask": "mask.nrrd", "roi": roi, "modality": "CT"}
        for case, roi in zip(NAMES, reversed(NAMES), strict=True)
    ]
    pd.DataFrame(rows).to_csv(images / "cases.csv", index=False)
    out = tmp_path / "place" / "out"
    extract(images / "cases.csv", dataset="manifest", params="ct_native", out=out)
    frame = read_features(out)
    assert len(frame) == len(NAMES)
    assert set(frame["status"]) == {"ok"}
    assert set(frame["case_id"]) == {name.strip() for name in NAMES}
    assert set(os.listdir(tmp_path)) == {"source", "place"}  # noqa: PTH208
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["out"]
    assert all(len(path.name) < 100 and "script" not in path.name for path in out.rglob("*"))
    for name in ("features.csv", "cases.csv"):
        cells = pd.read_csv(out / "tables" / name, dtype=str, keep_default_na=False).to_numpy().ravel()
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r", "-c", "-1x"))]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_whose_path_is_not_unicode_is_refused_not_a_crash(jobs: int, images: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/M\xfcller"))
    images.rename(odd)
    (odd / "cases.csv").write_text("case_id,image,mask,roi\np1,image.nrrd,mask.nrrd,GTV\np2,none.nrrd,mask.nrrd,GTV\n")
    extract(odd / "cases.csv", dataset="manifest", params="ct_native", out=tmp_path / "out", jobs=jobs)
    frame = read_features(tmp_path / "out").set_index("case_id")
    assert frame["code"].to_dict() == {"p1": "E_UNREADABLE", "p2": "E_MISSING_FILE"}
    assert "M\\udcfcller" in frame.loc["p1", "message"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_dicom_in_a_folder_whose_name_is_not_unicode_is_measured(hn1_copy: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/M\xfcller"))
    hn1_copy.rename(odd)
    for _ in range(2):  # the second time from the index
        extract(odd, dataset="hn1", params="ct_native", rois=["GTV-1"], cases=["HN1001"], out=tmp_path / "out")
        assert set(read_features(tmp_path / "out")["status"]) == {"ok"}


def test_a_parameter_file_cannot_run_code(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(f"setting: !!python/object/apply:os.system ['touch {tmp_path}/ran']\n")
    with pytest.raises(ParameterError, match="python/object/apply"):
        load_params(path)
    assert not (tmp_path / "ran").exists()
