"""HaN-Seg, StructSeg and ChestX-ray14 in small: files, grids and tables as those sets have them."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from PIL import Image

from radpipe.demo.file_layouts import TURNED, make_chestxray14, make_structseg, write_grid_file
from radpipe.demo.layouts import make_layout
from radpipe.geometry import Geometry


@pytest.mark.parametrize("name", ["a.nrrd", "deep/b.nii.gz"])
def test_a_file_has_the_grid_that_was_asked_for(tmp_path: Path, name: str) -> None:
    grid = Geometry((2, 3, 4), (3.0, 1.0, 0.5), (10.0, -5.0, 2.0), TURNED)
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    write_grid_file(tmp_path / name, array, grid)
    image = sitk.ReadImage(tmp_path / name)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), array)
    assert (image.GetSpacing(), image.GetOrigin()) == (pytest.approx((0.5, 1, 3)), pytest.approx((10, -5, 2)))
    assert image.GetDirection() == pytest.approx(TURNED, abs=1e-6)


def test_a_turned_grid_keeps_right_angles() -> None:
    matrix = np.array(TURNED).reshape(3, 3)
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix) == pytest.approx(1)


def test_hanseg_has_its_traps(made_once: Callable[[str, Callable[[Path], object]], Path]) -> None:
    home = made_once("layout_hanseg_4", lambda folder: make_layout("hanseg", folder, seed=4)) / "HaN-Seg" / "set_1"
    assert not (home / "case_02" / "case_02_OAR_Parotid_R.seg.nrrd").exists()
    assert not (home / "case_10" / "case_10_IMG_MR_T1.nrrd").exists()
    with (home / "OAR_data.csv").open() as file:
        rows = {row["case"]: row for row in csv.DictReader(file, delimiter=";")}
    assert rows["case_01"]["Parotid_L"] == "0.5"
    assert rows["case_02"]["Parotid_R"] == "0.0"
    assert "Eye_AL" not in rows["case_01"]  # the eye's column is named otherwise
    ct, mr = (sitk.ReadImage(home / "case_01" / f"case_01_IMG_{name}.nrrd") for name in ("CT", "MR_T1"))
    assert abs(mr.GetOrigin()[2] - ct.GetOrigin()[2]) > 600  # mm: not registered


def test_structseg_has_three_endings(tmp_path: Path) -> None:
    make_structseg(tmp_path, 4)
    names = {path.relative_to(tmp_path / "StructSeg2019" / "Naso_GTV").as_posix() for path in tmp_path.rglob("*.nii*")}
    assert names == {"1/data.nii.gz", "1/label.nii.gz", "2/data.nii", "2/label.nii", "10/data.nii.gz", "10/data.nii",
                     "10/label.nii.gz"}  # fmt: skip


def pictures(folder: Path) -> list[tuple[str, np.ndarray]]:
    """Mode and pixels of each PNG of a folder."""
    found = []
    for path in sorted(folder.glob("*.png")):
        with Image.open(path) as picture:
            found.append((picture.mode, np.asarray(picture)))
    return found


def test_radiographs_are_of_every_kind(tmp_path: Path) -> None:
    make_chestxray14(tmp_path, 4, pixels=32)
    assert [mode for mode, _ in pictures(tmp_path / "images")] == ["L", "RGBA", "L", "L", "L", "L"]
    masks = pictures(tmp_path / "segmentations")
    assert [mask.shape[0] for _, mask in masks] == [32, 32, 16, 32, 32, 32, 32]
    assert masks[3][0] == "P"
    assert all(set(np.unique(mask)) == {0, 1, 2, 3} for _, mask in masks)
    with (tmp_path / "rca_dice_scores.csv").open(newline="") as file:
        scores = {row["fname"]: float(row["dice"]) for row in csv.DictReader(file)}
    assert len(scores) == 7
    assert [name for name, dice in scores.items() if dice < 0.9] == ["00000005_000_labels.png"]
