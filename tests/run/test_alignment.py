"""An MR in a patient space of its own: registered on request, by the user's transform, kept and used again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.datasets import open_cohort
from radpipe.demo.dicom_writer import write_ct, write_rtstruct
from radpipe.demo.layouts import make_layout
from radpipe.demo.phantom import make_phantom
from radpipe.errors import UsageError
from radpipe.features.params_file import load_params
from radpipe.imaging.open import open_image, open_mask
from radpipe.imaging.transforms import RigidTransform, read_transform, transform_text
from radpipe.rois import RoiRule
from radpipe.run.alignment import Registering
from radpipe.run.kept_transforms import transform_name
from radpipe.run.opened import open_targets
from radpipe.run.plan import ConfigRequest, Selection, planned_entries
from radpipe.run.record import Recipe, task_text
from radpipe.volume import Mask, Volume

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


def small_settings(home: Path) -> str:
    """A parameter file of one class, so that a run takes no time."""
    path = home.parent / f"{home.name}_small.yaml"
    path.write_text("setting:\n  binWidth: 25\nfeatureClass:\n  firstorder:\n")
    return str(path)


def extracted(folder: Path, out: Path, *options: str) -> pd.DataFrame:
    words = ["extract", str(folder), "-d", "hanseg", "--modality", "MR", "-p", small_settings(out), "--case", "case_01"]
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


def test_a_transform_that_changes_gives_new_rows_and_a_damaged_one_fails_its_image(
    layout: Layout, tmp_path: Path
) -> None:
    folder, out = layout("hanseg"), tmp_path / "out"
    own = given(folder, tmp_path / "own")
    before = extracted(folder, out, "--transform", str(own), "--roi", "SpinalCord")
    way = true_transform(folder)
    x, y, z = way.offset_xyz_mm
    (own / "case_01_MR_T1.tfm").write_text(transform_text(RigidTransform(way.matrix, (x + 20.0, y, z))))
    after = extracted(folder, out, "--transform", str(own), "--roi", "SpinalCord")
    name = "original_firstorder_Mean"
    assert before.loc["SpinalCord", name] != after.loc["SpinalCord", name]
    (own / "case_01_MR_T1.tfm").write_text("nothing\n")
    damaged = extracted(folder, out, "--transform", str(own), "--roi", "SpinalCord")
    assert damaged.loc["SpinalCord", "code"] == "E_TRANSFORM"
    assert "case_01_MR_T1.tfm" in damaged.loc["SpinalCord", "message"]


def test_without_a_file_a_transform_folder_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    table = extracted(layout("hanseg"), tmp_path / "out", "--transform", str(tmp_path), "--roi", "SpinalCord")
    assert table.loc["SpinalCord", "code"] == "E_UNREGISTERED"


def opened(folder: Path, registering: Registering) -> tuple[Volume, Mask]:
    request = ConfigRequest(
        Selection(RoiRule(("Cavity_Oral",)), ("MR",)), load_params("mr_t1"), "native", registering=registering
    )
    task = next(task for _, task in planned_entries(open_cohort(folder, "hanseg"), request) if task is not None)
    volume, masks = open_targets(task)
    mask = masks["Cavity_Oral"]
    assert isinstance(mask, Mask)
    return volume, mask


def test_on_the_drawn_grid_the_mask_stays_and_the_image_travels(layout: Layout, tmp_path: Path) -> None:
    folder = layout("hanseg")
    own = str(given(folder, tmp_path / "own"))
    case = open_cohort(folder, "hanseg").cases[0]
    ct = open_image(case.images[0])
    own_volume, own_mask = opened(folder, Registering(folder=own))
    volume, mask = opened(folder, Registering("rigid-drawn", own))
    drawn = open_mask(next(roi for roi in case.rois if roi.name == "Cavity_Oral"), ct.geometry)
    assert volume.geometry.same_grid(ct.geometry)
    np.testing.assert_array_equal(mask.full_array(), drawn.full_array())
    # The MR is every second voxel of the CT along y and x; what lies between is interpolated.
    np.testing.assert_allclose(volume.array[:, ::2, ::2], own_volume.array, atol=0.5)
    assert own_mask.geometry.same_grid(own_volume.geometry)


def test_the_coverage_of_each_organ_is_a_row(layout: Layout, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(layout("hanseg"), tmp_path / "hanseg"))
    home = folder / "HaN-Seg" / "set_1" / "case_01"
    # The MR's field ends after half of its columns: an organ beyond lies outside, one across is cut.
    mr = sitk.ReadImage(str(home / "case_01_IMG_MR_T1.nrrd"))
    own = given(folder, tmp_path / "own")
    sitk.WriteImage(mr[:20, :, :], str(home / "case_01_IMG_MR_T1.nrrd"))
    extracted(folder, tmp_path / "out", "--transform", str(own), "--include-partial")
    coverage = pd.read_csv(tmp_path / "out" / "tables" / "coverage.csv").set_index("roi")
    assert (coverage["case_id"] == "case_01").all()
    assert coverage.loc["Parotid_R", "outside_percent"] == 0.0
    assert coverage.loc["Parotid_L", "outside_percent"] == 100.0
    assert coverage.loc["Parotid_L", "code"] == "E_OUTSIDE"
    # Columns 0 to 39 of the CT lie in the field, and the cord is symmetric about column 39.5.
    cord = coverage.loc["SpinalCord"]
    assert cord["outside_percent"] == pytest.approx(50.0, abs=6.0)
    assert 0.4 < cord["carried_mm3"] / cord["drawn_mm3"] < 0.6


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
    with pytest.raises(
        UsageError, match="--register affine: unknown; write rigid, rigid-drawn, deformable, deformable-drawn"
    ):
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


def repeat_scan(source: Path, target: Path, modality: str) -> None:
    """Write a CT's slices again as another scan: 400 mm higher, in a frame of reference of its own."""
    target.mkdir()
    for number, path in enumerate(sorted(source.glob("*.dcm"))):
        data = pydicom.dcmread(path)
        data.SeriesInstanceUID, data.FrameOfReferenceUID = "2.25.4401", "2.25.4402"
        data.SOPInstanceUID = f"2.25.4403{number}"
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        x, y, z = (float(one) for one in data.ImagePositionPatient)
        data.ImagePositionPatient = [x, y, z + 400.0]
        if modality == "PT":
            data.Modality, data.Units, data.CorrectedImage = "PT", "GML", ["ATTN", "DECY"]
            data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.128"
            data.RescaleSlope, data.RescaleIntercept = 0.01, 0.0
            array = np.clip(data.pixel_array.astype(np.float64) + 1000.0, 0.0, 3000.0)
            data.PixelRepresentation, data.PixelData = 0, array.astype(np.uint16).tobytes()
        data.save_as(target / path.name, enforce_file_format=True)


@pytest.mark.parametrize("modality", ["CT", "PT"])
def test_a_scan_in_another_frame_of_reference_is_reached_through_a_registration(modality: str, tmp_path: Path) -> None:
    phantom = make_phantom(np.random.default_rng(3), 8.0, 0.5, node=False)
    write_ct(phantom, "P1", tmp_path / "P1" / "ct")
    write_rtstruct(phantom, tmp_path / "P1" / "ct", tmp_path / "P1" / "rs")
    repeat_scan(tmp_path / "P1" / "ct", tmp_path / "P1" / "again", modality)
    words = ["extract", str(tmp_path / "P1"), "-d", "dicom", "-p", small_settings(tmp_path / "out"), "--roi", "GTV-1"]
    private = ["--private", str(tmp_path / "key")]
    result = CliRunner().invoke(app, [*words, "--register", "rigid", *private, "-o", str(tmp_path / "out")])
    rows = pd.read_csv(tmp_path / "out" / "tables" / "features.csv")
    rows = rows[rows["diag_registration"] == "rigid"]
    assert rows["status"].tolist() == ["ok"], result.output
    told = "".join(path.read_text() for path in (tmp_path / "out" / "transforms").glob("*.json"))
    assert ("a PET shows function" in told) == (modality == "PT")
    assert ("W_REGISTRATION" in str(rows["warnings"].iloc[0])) == ("doubtful" in told)
    assert "P1" not in told
    assert str(tmp_path) not in told
