"""The index on disk: what is read back is what was written, and what is no index is none."""

import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from radpipe.errors import StorageError
from radpipe.imaging.dicom_index import index_folder
from radpipe.imaging.dicom_record import DicomFile
from radpipe.imaging.index_cache import load_index, save_index
from radpipe.imaging.slice_header import SliceHeader


def test_a_cache_that_is_damaged_is_replaced(hn1_cohort: Path, tmp_path: Path) -> None:
    cache = tmp_path / "index.parquet"
    cache.write_bytes(b"PAR1 nonsense")
    first = index_folder(hn1_cohort, cache)
    assert first.read == len(first.files)
    assert index_folder(hn1_cohort, cache).read == 0


SLICE = SliceHeader((1.5, -2.0, 3.25), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (0.9, 0.8), (512, 256), 7, True)
FILES = (
    DicomFile("/a/ct.dcm", 10, 123, "image", "CT", "p1", "1.2", "1.2.3", "1.2.3.4", "1.9", headers=(SLICE, SLICE)),
    DicomFile("/a/rs.dcm", 20, 456, "rtstruct", rois=((3, "GTV-1"), (1, "Brain")), references=("1.2.3",), made="2010"),
    DicomFile(os.fsdecode(b"/a/M\xfcller.dcm"), 30, 789, "damaged", patient_id="M\udcfcller", fault="cut"),
)


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    # A path and a name in Latin-1 are no Unicode; neither may be lost or changed.
    save_index(FILES, tmp_path / "new" / "index.parquet")
    known = load_index(tmp_path / "new" / "index.parquet")
    assert known == {(file.path, file.size, file.mtime_ns): file for file in FILES}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["index.parquet"]


def test_a_file_that_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    save_index([DicomFile("/a/x.dcm", -1, 0, "damaged", fault="no right"), FILES[0]], tmp_path / "i.parquet")
    assert list(load_index(tmp_path / "i.parquet").values()) == [FILES[0]]


def test_an_index_of_another_version_or_none_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "i.parquet"
    assert load_index(path) == {}
    save_index(FILES, path)
    pq.write_table(pq.read_table(path).replace_schema_metadata({"radpipe_index": "1"}), path)
    assert load_index(path) == {}


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"the index .*file/i\.parquet cannot be written"):
        save_index(FILES, tmp_path / "file" / "i.parquet")
