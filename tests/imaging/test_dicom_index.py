"""The index: each file is read once, and again only when it changed."""

import os
from pathlib import Path

import pydicom

from radpipe.imaging.dicom_index import index_folder


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


def test_a_link_back_to_the_folder_itself_adds_no_file(hn1_copy: Path) -> None:
    files = len(index_folder(hn1_copy).files)
    (hn1_copy / "loop").symlink_to(hn1_copy, target_is_directory=True)
    assert len(index_folder(hn1_copy).files) == files
