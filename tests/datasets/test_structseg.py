"""StructSeg: numeric order, prefixed ids, both spellings of NIfTI, missing files as rows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.datasets import DatasetOptions, open_cohort
from radpipe.errors import InputError, NothingUsableError
from radpipe.imaging.open import open_image, open_mask

Layout = Callable[[str], Path]


def test_cases_sort_by_number_and_bear_a_prefix(layout: Layout) -> None:
    cohort = open_cohort(layout("structseg"), "structseg")
    assert [case.case_id for case in cohort] == ["structseg-01", "structseg-02", "structseg-10"]
    assert all([roi.name for roi in case.rois] == ["GTV"] for case in cohort)


@pytest.mark.parametrize("inner", ["StructSeg2019", "StructSeg2019/HaN_OAR"])
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
    (folder / "StructSeg2019" / "HaN_OAR" / "1" / "label.nii.gz").unlink()
    case = open_cohort(folder, "structseg").cases[0]
    volume = open_image(case.images[0])
    with pytest.raises(InputError, match="E_MISSING_FILE"):
        open_mask(case.rois[0], volume.geometry)


def test_the_same_number_in_two_tasks_gives_two_cases(layout_copy: Layout) -> None:
    folder = layout_copy("structseg")
    (folder / "Naso_GTV" / "1").mkdir(parents=True)
    for name in ("data.nii.gz", "label.nii.gz"):
        source = folder / "StructSeg2019" / "HaN_OAR" / "1" / name
        (folder / "Naso_GTV" / "1" / name).write_bytes(source.read_bytes())
    found = [case.case_id for case in open_cohort(folder, "structseg")]
    assert sorted(found)[:2] == ["structseg-01-Naso_GTV", "structseg-01-StructSeg2019-HaN_OAR"]
    assert len(found) == 4


def test_labels_can_be_named_by_the_user(layout: Layout) -> None:
    options = DatasetOptions(labels={1: "GTVp", 2: "GTVn"})
    case = open_cohort(layout("structseg"), "structseg", options=options).cases[0]
    assert [(roi.name, roi.selector) for roi in case.rois] == [("GTVp", 1), ("GTVn", 2)]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match=r"no folder with data\.nii\.gz"):
        open_cohort(tmp_path, "structseg")
