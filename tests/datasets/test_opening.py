"""A source opened in one of the known layouts, and what is refused."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import NothingUsableError, UsageError


def test_patients_images_and_rois_are_paired_by_tags_not_names(hn1_copy: Path) -> None:
    scrambled = hn1_copy.parent / "scrambled"
    scrambled.mkdir()
    for number, path in enumerate(sorted(hn1_copy.rglob("*.dcm"))):
        shutil.move(path, scrambled / f"file{number}")
    cohort = open_cohort(scrambled, "dicom")
    assert [case.case_id for case in cohort] == [f"HN100{i}" for i in range(1, 6)]
    for case in cohort:
        assert [(image.modality, len(image.paths)) for image in case.images] == [("CT", 30)]
        assert {"GTV-1", "Spinal-Cord", "Parotid-Left"} <= {roi.name for roi in case.rois}
        assert all(roi.image_ids == (case.images[0].image_id,) for roi in case.rois)


def test_a_rtstruct_without_its_ct_is_a_problem_of_its_case(hn1_copy: Path) -> None:
    shutil.rmtree(hn1_copy / "HN1002" / "01-01-2010-synthetic" / "2.000000-CT")
    case = open_cohort(hn1_copy, "dicom").cases[1]
    assert case.images == ()
    assert [note.code for note in case.problems] == ["E_NO_IMAGE"]


def test_a_folder_without_dicom_says_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(NothingUsableError, match="holds no DICOM image of CT, MR or PT; it holds 1 foreign files"):
        open_cohort(tmp_path, "dicom")
    with pytest.raises(NothingUsableError, match="is not a folder"):
        open_cohort(tmp_path / "absent", "dicom")


def test_an_unknown_layout_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="data set 'hnl' is unknown; choose one of dicom, hn1"):
        open_cohort(tmp_path, "hnl")


@pytest.fixture
def manifest_folder(tmp_path: Path) -> Path:
    image = sitk.GetImageFromArray(np.arange(1000, dtype=np.int16).reshape(10, 10, 10))
    mask = np.zeros((10, 10, 10), np.uint8)
    mask[2:8, 2:8, 2:8] = 1
    sitk.WriteImage(image, tmp_path / "a.nii.gz")
    sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / "a_gtv.nii.gz")
    return tmp_path


def test_a_manifest_with_pyradiomics_columns(manifest_folder: Path) -> None:
    source = manifest_folder / "batch.csv"
    source.write_text("ID,Image,Mask,Label\n7,a.nii.gz,a_gtv.nii.gz,1\n")
    (case,) = open_cohort(source, "manifest")
    (roi,) = case.rois
    assert (case.case_id, roi.name, roi.selector) == ("7", "a_gtv", 1)
    assert Path(case.images[0].paths[0]) == manifest_folder.resolve() / "a.nii.gz"


def test_a_manifest_as_parquet_equals_its_csv(manifest_folder: Path) -> None:
    frame = pd.DataFrame({"case_id": ["p1"], "image": ["a.nii.gz"], "mask": ["a_gtv.nii.gz"], "roi": ["GTV"]})
    frame.to_csv(manifest_folder / "m.csv", index=False)
    frame.to_parquet(manifest_folder / "m.parquet")
    assert (
        open_cohort(manifest_folder / "m.csv", "manifest").cases
        == open_cohort(manifest_folder / "m.parquet", "manifest").cases
    )


@pytest.mark.parametrize(
    ("text", "error", "complaint"),
    [
        ("case_id,image\n1,a.nii.gz\n", UsageError, "column mask is missing"),
        ("case_id,image,mask\n", NothingUsableError, "has no rows"),
        (
            "case_id,image,mask,label\n1,a.nii.gz,a_gtv.nii.gz,one\n",
            UsageError,
            "line 2: label 'one' is not a whole number",
        ),
    ],
)
def test_an_impossible_manifest_is_refused(tmp_path: Path, text: str, error: type[Exception], complaint: str) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(error, match=complaint):
        open_cohort(tmp_path / "m.csv", "manifest")


def test_the_same_row_twice_is_planned_once_and_told(manifest_folder: Path) -> None:
    row = "p1,a.nii.gz,a_gtv.nii.gz\n"
    (manifest_folder / "m.csv").write_text(f"case_id,image,mask\n{row}{row}")
    (case,) = open_cohort(manifest_folder / "m.csv", "manifest")
    assert len(case.rois) == 1
    assert [note.code for note in case.problems] == ["E_DUPLICATE_ROW"]


@pytest.mark.parametrize(
    ("dataset", "options", "fault"),
    [
        ("hn1", DatasetOptions(min_dice=0.9), "--min-dice means nothing to the data set hn1; it is for chestxray14"),
        ("dicom", DatasetOptions(include_partial=True), "--include-partial means nothing .* dicom; it is for hanseg"),
        ("manifest", DatasetOptions(labels={1: "GTV"}), "--label means nothing .* it is for structseg and chestxray14"),
        ("structseg", DatasetOptions(min_dice=0.0), "--min-dice means nothing to the data set structseg"),
    ],
)
def test_an_option_that_the_data_set_does_not_know_is_refused(
    tmp_path: Path, dataset: str, options: DatasetOptions, fault: str
) -> None:
    with pytest.raises(UsageError, match=fault):
        open_cohort(tmp_path, dataset, options=options)


@pytest.mark.parametrize("dataset", ["hanseg", "structseg", "chestxray14", "hn1", "dicom", "manifest"])
def test_an_option_at_its_default_or_known_to_the_data_set_passes(tmp_path: Path, dataset: str) -> None:
    known = {"hanseg": DatasetOptions(include_partial=True), "structseg": DatasetOptions(labels={1: "GTV"}),
             "chestxray14": DatasetOptions(min_dice=0.9, labels={1: "a"})}  # fmt: skip
    with pytest.raises(NothingUsableError):
        open_cohort(tmp_path, dataset, options=known.get(dataset, DatasetOptions(roi_dictionary="tg263")))


def test_a_home_of_nobody_is_a_name_of_a_folder() -> None:
    with pytest.raises(NothingUsableError, match="~nobody-at-all/x is not a folder"):
        open_cohort("~nobody-at-all/x", "dicom")
