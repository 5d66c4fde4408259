"""An MR in a patient space of its own: registered on request, by the user's transform, kept and used again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.datasets import open_cohort
from radpipe.demo.layouts import make_layout
from radpipe.errors import UsageError
from radpipe.features.params_file import load_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.imaging.transforms import RigidTransform, read_transform, transform_text
from radpipe.rois import RoiRule
from radpipe.run.alignment import Registering, transform_name
from radpipe.run.plan import ConfigRequest, Selection, planned_entries
from radpipe.run.record import Recipe, task_text
from radpipe.run.worker import open_targets
from radpipe.volume import Mask

Layout = Callable[[str], Path]


@pytest.fixture(scope="module")
def layout(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Layout:
    """Return the folder of a layout's synthetic cohort; read only."""
    return lambda name: made_once(f"layout_{name}", lambda folder: make_layout(name, folder, seed=3))


def true_transform(folder: Path) -> RigidTransform:
    """The demo's MR is every second voxel of the CT, written without the CT's turn and 700 mm higher."""
    ct, mr = (image.geometry for image in open_cohort(folder, "hanseg").cases[0].images)
    assert ct is not None
    assert mr is not None
    turn = mr.direction_matrix @ ct.direction_matrix.T
    x, y, z = np.asarray(mr.origin_xyz_mm) - turn @ np.asarray(ct.origin_xyz_mm)
    return RigidTransform(tuple(map(float, turn.ravel())), (float(x), float(y), float(z)))


def extracted(folder: Path, out: Path, *options: str) -> pd.DataFrame:
    words = ["extract", str(folder), "-d", "hanseg", "--modality", "MR", "-p", "mr_t1", "--case", "case_01"]
    result = CliRunner().invoke(app, [*words, *options, "-o", str(out)], catch_exceptions=False)
    assert result.exit_code in (0, 1, 3), result.output
    return pd.read_csv(out / "tables" / "features.csv").set_index("roi")


def given(folder: Path, home: Path) -> Path:
    home.mkdir()
    (home / "case_01_MR_T1.tfm").write_text(transform_text(true_transform(folder)))
    return home


def test_a_given_transform_carries_the_mask_voxel_for_voxel(layout: Layout, tmp_path: Path) -> None:
    folder = layout("hanseg")
    case = open_cohort(folder, "hanseg").cases[0]
    registering = Registering(folder=str(given(folder, tmp_path / "own")))
    request = ConfigRequest(
        Selection(RoiRule(("Cavity_Oral",)), ("MR",)), load_params("mr_t1"), "native", registering=registering
    )
    task = next(task for _, task in planned_entries(open_cohort(folder, "hanseg"), request) if task is not None)
    _, masks = open_targets(task)
    ct = open_image(case.images[0])
    drawn = open_mask(next(roi for roi in case.rois if roi.name == "Cavity_Oral"), ct.geometry).full_array()
    carried = masks["Cavity_Oral"]
    assert isinstance(carried, Mask)
    np.testing.assert_array_equal(carried.full_array(), drawn[:, ::2, ::2])
    text = task_text(task)
    entry = next(entry for entry, one in planned_entries(open_cohort(folder, "hanseg"), request) if one is not None)
    recipe = Recipe.of(request.header(open_cohort(folder, "hanseg"), {}))
    assert recipe.task(replace(entry, task=text)) == task


def test_rows_of_a_given_transform_are_ok_and_partial_organs_stay_skipped(layout: Layout, tmp_path: Path) -> None:
    folder = layout("hanseg")
    table = extracted(folder, tmp_path / "out", "--transform", str(given(folder, tmp_path / "own")))
    assert table.loc["SpinalCord", "status"] == "ok"
    assert table.loc["SpinalCord", "diag_registered_to"] == "CT"
    assert table.loc["Parotid_L", "code"] == "E_PARTIAL"
    (row,) = pd.read_csv(tmp_path / "out" / "tables" / "registrations.csv").to_dict("records")
    assert (row["case_id"], row["image_id"], row["drawn_on"], row["status"]) == ("case_01", "MR_T1", "CT", "given")
    assert read_transform(str(tmp_path / "out" / row["transform"])) == true_transform(folder)


def test_a_transform_that_changes_gives_new_rows(layout: Layout, tmp_path: Path) -> None:
    folder, out = layout("hanseg"), tmp_path / "out"
    own = given(folder, tmp_path / "own")
    before = extracted(folder, out, "--transform", str(own), "--roi", "SpinalCord")
    way = true_transform(folder)
    x, y, z = way.offset_xyz_mm
    (own / "case_01_MR_T1.tfm").write_text(transform_text(RigidTransform(way.matrix, (x + 20.0, y, z))))
    after = extracted(folder, out, "--transform", str(own), "--roi", "SpinalCord")
    name = "original_firstorder_Mean"
    assert before.loc["SpinalCord", name] != after.loc["SpinalCord", name]


def test_without_a_file_a_transform_folder_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    table = extracted(layout("hanseg"), tmp_path / "out", "--transform", str(tmp_path), "--roi", "SpinalCord")
    assert table.loc["SpinalCord", "code"] == "E_UNREGISTERED"


def test_a_damaged_transform_fails_its_image_with_its_name(layout: Layout, tmp_path: Path) -> None:
    own = given(layout("hanseg"), tmp_path / "own")
    (own / "case_01_MR_T1.tfm").write_text("nothing\n")
    table = extracted(layout("hanseg"), tmp_path / "out", "--transform", str(own), "--roi", "SpinalCord")
    assert table.loc["SpinalCord", "code"] == "E_TRANSFORM"
    assert "case_01_MR_T1.tfm" in table.loc["SpinalCord", "message"]


def test_a_registration_is_kept_and_used_again_by_other_settings(layout: Layout, tmp_path: Path) -> None:
    folder, out = layout("hanseg"), tmp_path / "out"
    extracted(folder, out, "--register", "rigid", "--roi", "SpinalCord")
    record = out / "transforms" / "case_01_MR_T1.json"
    told = json.loads(record.read_text())
    assert told["method"] == "rigid"
    assert set(told["figures"]) >= {"agreement", "overlap", "inverse_mm"}
    assert told["figures"]["start"] == "centres"
    assert told["figures"]["inverse_mm"] > 0.01  # the way back was searched, not only turned around
    # What is kept is believed: a figure that no registration gives stays, so nothing was registered again.
    told["figures"]["inverse_mm"] = 123.0
    record.write_text(json.dumps(told))
    extracted(folder, out, "--register", "rigid", "--roi", "Cavity_Oral")
    assert pd.read_csv(out / "tables" / "registrations.csv")["inverse_mm"].tolist() == [123.0]


def test_an_unknown_method_and_an_absent_folder_are_refused() -> None:
    with pytest.raises(UsageError, match="--register affine: unknown; write rigid"):
        Registering("affine")
    with pytest.raises(UsageError, match="--transform /no/where: no such folder"):
        Registering(folder="/no/where")


def test_names_of_transforms_are_safe_and_distinct() -> None:
    assert transform_name("case_01", "MR_T1") == "case_01_MR_T1"
    assert "/" not in transform_name("../a", "MR")
    assert transform_name("a/b", "MR") != transform_name("a_b", "MR")


def test_a_plan_for_many_processes_registers_too(layout: Layout, tmp_path: Path) -> None:
    words = ["plan", str(layout("hanseg")), "-d", "hanseg", "--modality", "MR", "-p", "mr_t1", "--roi", "SpinalCord"]
    refused = CliRunner().invoke(app, [*words, "-o", str(tmp_path / "plain")])
    asked = CliRunner().invoke(app, [*words, "--register", "rigid", "-o", str(tmp_path / "out")])
    assert "0 images to measure" in refused.output
    assert "2 images to measure" in asked.output, asked.output
