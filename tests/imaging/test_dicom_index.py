"""The index: each file is read once, and again only when it changed."""

import os
from pathlib import Path

import pydicom
import pytest

from radpipe.datasets import open_cohort
from radpipe.errors import InputError
from radpipe.imaging.dicom_index import index_folder
from radpipe.imaging.open import open_image


def test_a_second_crawl_reads_nothing_again(hn1_cohort: Path, tmp_path: Path) -> None:
    cache = tmp_path / "index.parquet"
    first = index_folder(hn1_cohort, cache)
    second = index_folder(hn1_cohort, cache)
    assert first.read == len(first.files)
    assert second.read == 0
    assert second.files == first.files


def test_a_changed_file_is_read_again_and_a_deleted_one_drops_out(hn1_copy: Path, tmp_path: Path) -> None:
    cache = tmp_path / "index.parquet"
    before = index_folder(hn1_copy, cache)
    slices = sorted((hn1_copy / "HN1001").rglob("2.000000-CT/*.dcm"))
    slices[0].unlink()
    os.utime(slices[1], (1, 1))
    after = index_folder(hn1_copy, cache)
    assert after.read == 1
    assert len(after.files) == len(before.files) - 1


def test_a_cache_that_is_damaged_is_replaced(hn1_cohort: Path, tmp_path: Path) -> None:
    cache = tmp_path / "index.parquet"
    cache.write_bytes(b"PAR1 nonsense")
    first = index_folder(hn1_cohort, cache)
    assert first.read == len(first.files)
    assert index_folder(hn1_cohort, cache).read == 0


def test_the_grid_comes_from_positions_not_from_slice_thickness(hn1_copy: Path) -> None:
    for path in (hn1_copy / "HN1001").rglob("2.000000-CT/*.dcm"):
        data = pydicom.dcmread(path)
        data.SliceThickness = 99
        data.save_as(path)
    from radpipe.datasets.dicom import cohort_of_index

    (image,) = cohort_of_index(index_folder(hn1_copy)).cases[0].images
    assert image.geometry is not None
    assert image.geometry.spacing_zyx_mm == (3.0, 2.5, 2.5)


def test_files_that_are_no_dicom_are_counted_not_lost(hn1_copy: Path) -> None:
    (hn1_copy / "empty.dcm").write_bytes(b"")
    (hn1_copy / "readme.txt").write_text("DICM is not here")
    index = index_folder(hn1_copy)
    assert index.by_kind["foreign"] == 2  # and clinical.csv
    assert [file.fault for file in index.of_kind("damaged")] == ["the file is empty"]


def test_a_slice_cut_in_its_header_is_damaged_and_stays_with_its_series(hn1_copy: Path) -> None:
    path = next((hn1_copy / "HN1001").rglob("2.000000-CT/1-005.dcm"))
    path.write_bytes(path.read_bytes()[:300])
    index = index_folder(hn1_copy)
    assert index.by_kind["damaged"] == 1
    from radpipe.datasets.dicom import cohort_of_index

    case = cohort_of_index(index).cases[0]
    assert str(path.resolve()) in case.images[0].paths
    assert [note.code for note in case.problems] == ["E_UNREADABLE"]


def test_a_damaged_file_among_many_series_breaks_none_of_them(hn1_copy: Path) -> None:
    flat = hn1_copy.parent / "flat"
    flat.mkdir()
    for number, path in enumerate(sorted(hn1_copy.rglob("*.dcm"))):
        path.rename(flat / f"{number}.dcm")
    whole = (flat / "0.dcm").read_bytes()
    (flat / "cut.dcm").write_bytes(whole[:300])
    cohort = open_cohort(flat, "dicom")
    assert all(len(image.paths) == 30 for case in cohort for image in case.images)
    assert ["cut.dcm" in str(note) for note in cohort.problems] == [True]


def test_a_slice_without_position_stays_with_the_series_it_names(hn1_copy: Path) -> None:
    path = next((hn1_copy / "HN1001").rglob("2.000000-CT/1-030.dcm"))
    data = pydicom.dcmread(path)
    del data.ImagePositionPatient
    moved = hn1_copy / "elsewhere.dcm"
    data.save_as(moved)
    path.unlink()
    (image,) = open_cohort(hn1_copy, "dicom").cases[0].images
    assert str(moved.resolve()) in image.paths
    with pytest.raises(InputError, match=r"E_REQUIRED_TAG.*ImagePositionPatient.*elsewhere\.dcm"):
        open_image(image)


def test_seg_and_rtstruct_are_told_apart_by_sop_class(hn1_copy: Path) -> None:
    seg = next((hn1_copy / "HN1001").rglob("300*/1-1.dcm"))
    data = pydicom.dcmread(seg)
    data.Modality = "OT"
    data.save_as(seg)
    assert index_folder(hn1_copy).by_kind["seg"] == 2


def test_a_link_back_to_the_folder_itself_adds_no_file(hn1_copy: Path) -> None:
    files = len(index_folder(hn1_copy).files)
    (hn1_copy / "loop").symlink_to(hn1_copy, target_is_directory=True)
    assert len(index_folder(hn1_copy).files) == files
