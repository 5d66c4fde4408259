"""The drawn image beside the measured one: at the same place of the patient, by the transform that the run kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from radpipe.datasets import open_cohort
from radpipe.demo.layouts import make_layout
from radpipe.features.params_file import load_params
from radpipe.imaging.transforms import RigidTransform, transform_text
from radpipe.rois import RoiRule
from radpipe.run.alignment import Registering
from radpipe.run.beside import beside_of
from radpipe.run.draw import draw_task, script_content
from radpipe.run.opened import open_targets
from radpipe.run.plan import ConfigRequest, Selection, planned_entries
from radpipe.run.tasks import ImageTask


@pytest.fixture(scope="module")
def hanseg(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The synthetic cohort in HaN-Seg's layout; read only."""
    return made_once("layout_hanseg", lambda folder: make_layout("hanseg", folder, seed=3))


def task_of(folder: Path, home: Path) -> ImageTask:
    """The demo's MR is every second voxel of the CT, written without the CT's turn and 700 mm higher."""
    ct, mr = (image.geometry for image in open_cohort(folder, "hanseg").cases[0].images)
    assert ct is not None
    assert mr is not None
    turn = mr.direction_matrix @ ct.direction_matrix.T
    x, y, z = np.asarray(mr.origin_xyz_mm) - turn @ np.asarray(ct.origin_xyz_mm)
    way = RigidTransform(tuple(map(float, turn.ravel())), (float(x), float(y), float(z)))
    home.mkdir()
    (home / "case_01_MR_T1.tfm").write_text(transform_text(way))
    request = ConfigRequest(
        Selection(RoiRule(("Cavity_Oral",)), ("MR",)),
        load_params("mr_t1"),
        "native",
        registering=Registering(folder=str(home)),
    )
    return next(task for _, task in planned_entries(open_cohort(folder, "hanseg"), request) if task is not None)


def test_the_drawn_image_lies_on_the_measured_one_value_for_value(hanseg: Path, tmp_path: Path) -> None:
    task, out = task_of(hanseg, tmp_path / "own"), tmp_path / "out"
    volume, _ = open_targets(task, out=out)
    beside = beside_of(task, volume, out)
    assert beside is not None
    assert (beside.name, beside.modality, beside.volume.unit) == ("CT", "CT", "HU")
    # The demo's MR is its CT plus 1000, from 0 to 2000.
    np.testing.assert_allclose(np.clip(beside.volume.array + 1000.0, 0, 2000), volume.array, atol=1.0)


def test_without_a_kept_transform_or_a_registration_there_is_none(hanseg: Path, tmp_path: Path) -> None:
    task = task_of(hanseg, tmp_path / "own")
    volume, _ = open_targets(task)
    assert beside_of(task, volume, tmp_path / "nothing") is None
    assert beside_of(replace(task, alignment=None), volume, tmp_path / "nothing") is None


def test_pictures_of_a_registered_image_show_both_and_squares(hanseg: Path, tmp_path: Path) -> None:
    task, out = task_of(hanseg, tmp_path / "own"), tmp_path / "out"
    drawn = draw_task(task, out)
    (roi,) = script_content((out / "qc" / "cases" / drawn.file).read_text())["rois"]
    assert [words.split(",")[0] for words in roi["windows"]] == [
        "1st to 99th percentile of the body", "CT", "checkerboard of this image and CT",
    ]  # fmt: skip
