"""StructSeg: numeric order, prefixed ids, both spellings of NIfTI, missing files as rows."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import InputError, NothingUsableError
from radpipe.imaging.open import open_image, open_mask

Layout = Callable[[str], Path]


def test_cases_sort_by_number_and_bear_a_prefix(layout: Layout) -> None:
    cohort = open_cohort(layout("structseg"), "structseg")
    assert [case.case_id for case in cohort] == ["structseg-01", "structseg-02", "structseg-10"]
    assert all([roi.name for roi in case.rois] == ["GTV"] for case in cohort)


@pytest.mark.parametrize("inner", ["StructSeg2019", "StructSeg2019/Naso_GTV"])
def test_an_enclosing_folder_makes_no_difference(layout: Layout, inner: str) -> None:
    assert (
        open_cohort(layout("structseg"), "structseg").cases
        == open_cohort(layout("structseg") / inner, "structseg").cases
    )


def test_plain_and_compressed_files_are_both_read(layout: Layout) -> None:
    for case in open_cohort(layout("structseg"), "structseg"):
        volume = open_image(case.images[0])
        assert open_mask(case.rois[0], volume.geometry).voxel_count > 100


def test_plain_beside_compressed_is_said(layout: Layout) -> None:
    case = open_cohort(layout("structseg"), "structseg").cases[2]
    assert case.images[0].paths[0].endswith("data.nii.gz")
    assert [str(note) for note in case.problems] == ["W_CASE: data.nii.gz was read, data.nii beside it was not"]


def test_a_missing_label_is_refused_when_it_is_opened(layout_copy: Layout) -> None:
    folder = layout_copy("structseg")
    (folder / "StructSeg2019" / "Naso_GTV" / "1" / "label.nii.gz").unlink()
    case = open_cohort(folder, "structseg").cases[0]
    volume = open_image(case.images[0])
    with pytest.raises(InputError, match="E_MISSING_FILE"):
        open_mask(case.rois[0], volume.geometry)


def test_the_same_number_in_two_tasks_gives_two_cases(layout_copy: Layout) -> None:
    folder = layout_copy("structseg")
    (folder / "Other" / "1").mkdir(parents=True)
    for name in ("data.nii.gz", "label.nii.gz"):
        source = folder / "StructSeg2019" / "Naso_GTV" / "1" / name
        (folder / "Other" / "1" / name).write_bytes(source.read_bytes())
    found = [case.case_id for case in open_cohort(folder, "structseg")]
    assert sorted(found)[:2] == ["structseg-01-Other", "structseg-01-StructSeg2019-Naso_GTV"]
    assert len(found) == 4


def test_labels_can_be_named_by_the_user(layout: Layout) -> None:
    options = DatasetOptions(labels={1: "GTVp", 2: "GTVn"})
    case = open_cohort(layout("structseg"), "structseg", options=options).cases[0]
    assert [(roi.name, roi.selector) for roi in case.rois] == [("GTVp", 1), ("GTVn", 2)]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"no folder with data\.nii\.gz"):
        open_cohort(tmp_path, "structseg")


def write_labels(folder: Path, labels: np.ndarray) -> None:
    """A case: labels, and an image of their shape."""
    folder.mkdir(parents=True, exist_ok=True)
    image = np.random.default_rng(2).integers(-200, 300, labels.shape).astype(np.int16)
    sitk.WriteImage(sitk.GetImageFromArray(image), str(folder / "data.nii.gz"))
    sitk.WriteImage(sitk.GetImageFromArray(labels.astype(np.uint8)), str(folder / "label.nii.gz"))


def organs(values: Sequence[int]) -> np.ndarray:
    """A block of each label side by side."""
    labels = np.zeros((6, 8, 4 * 22 + 2))
    for value in values:
        labels[1:5, 2:6, 4 * value - 2 : 4 * value + 1] = value
    return labels


def test_the_22_organs_are_rows_of_their_own_and_no_gtv(tmp_path: Path) -> None:
    write_labels(tmp_path / "HaN_OAR" / "3", organs(range(1, 23)))
    cohort = open_cohort(tmp_path, "structseg")
    (case,) = cohort
    assert [roi.selector for roi in case.rois] == list(range(1, 23))
    assert {roi.name: roi.selector for roi in case.rois}["SpinalCord"] == 20
    assert len({roi.name for roi in case.rois}) == 22
    assert "GTV" not in {roi.name for roi in case.rois}
    volume = open_image(case.images[0])
    assert {open_mask(roi, volume.geometry).voxel_count for roi in case.rois} == {4 * 4 * 3}
    assert "the archive documents no labels" in cohort.problems[0].sentence


def test_both_tasks_in_one_folder_keep_their_own_names(tmp_path: Path) -> None:
    write_labels(tmp_path / "HaN_OAR" / "1", organs(range(1, 23)))
    write_labels(tmp_path / "Naso_GTV" / "1", organs([1]))
    found = {case.case_id: [roi.name for roi in case.rois] for case in open_cohort(tmp_path, "structseg")}
    assert found["structseg-01-Naso_GTV"] == ["GTV"]
    assert len(found["structseg-01-HaN_OAR"]) == 22


@pytest.mark.parametrize(
    ("folder", "values", "why"),
    [
        ("HaN_OAR", [1], "label 1 alone is the GTV of another task"),
        ("Naso_GTV", [1, 2], "the GTV is label 1 alone"),
        ("Thoracic_OAR", [1, 2, 3, 4, 5, 6], "may be organs of the thorax"),
        ("copies", [1, 2, 3], "may be organs of the thorax"),
        ("copies", [1, 2, 20], "only some of the 22 organs"),
        ("HaN_OAR", [], "the 22 organs are labels 1 to 22"),
    ],
)
def test_labels_of_no_task_for_certain_are_refused(tmp_path: Path, folder: str, values: list[int], why: str) -> None:
    write_labels(tmp_path / folder / "1", organs(values))
    (case,) = open_cohort(tmp_path, "structseg")
    (roi,) = case.rois
    assert roi.refusal is not None
    assert re.search(f"E_TASK.*{why}", str(roi.refusal.error(case="1", roi="label")))
    named = open_cohort(tmp_path, "structseg", options=DatasetOptions(labels={1: "Eye"})).cases[0]
    assert [(one.name, one.refusal) for one in named.rois] == [("Eye", None)]


def test_a_case_of_organs_may_lack_some(tmp_path: Path) -> None:
    write_labels(tmp_path / "HaN_OAR" / "1", organs([1, 2, 20]))
    (case,) = open_cohort(tmp_path, "structseg")
    assert [roi.name for roi in case.rois] == ["Brainstem", "Eye_L", "SpinalCord"]
