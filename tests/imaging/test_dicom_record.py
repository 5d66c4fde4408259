"""One DICOM file as far as its header tells."""

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from radpipe.imaging.crawl import Place
from radpipe.imaging.dicom_index import index_folder
from radpipe.imaging.dicom_record import named_parts, read_record


def test_seg_and_rtstruct_are_told_apart_by_sop_class(hn1_copy: Path) -> None:
    seg = next((hn1_copy / "HN1001").rglob("300*/1-1.dcm"))
    data = pydicom.dcmread(seg)
    data.Modality = "OT"
    data.save_as(seg)
    assert index_folder(hn1_copy).by_kind["seg"] == 2


def place(path: Path) -> Place:
    told = path.stat()
    return Place(str(path), told.st_size, told.st_mtime_ns)


def test_a_slice_tells_its_identity_and_its_geometry(hn1_cohort: Path) -> None:
    path = hn1_cohort / "HN1001" / "01-01-2010-synthetic" / "2.000000-CT" / "1-010.dcm"
    record, data = read_record(place(path)), pydicom.dcmread(path)
    assert (record.kind, record.modality, record.patient_id, record.fault) == ("image", "CT", "HN1001", "")
    assert (record.series_uid, record.sop_uid) == (data.SeriesInstanceUID, data.SOPInstanceUID)
    (header,) = record.headers
    assert header.position_xyz_mm == tuple(data.ImagePositionPatient)
    assert (header.spacing_yx_mm, header.number) == ((2.5, 2.5), data.InstanceNumber)


def test_a_structure_set_tells_its_rois_and_the_series_it_was_drawn_on(hn1_cohort: Path) -> None:
    home = hn1_cohort / "HN1001" / "01-01-2010-synthetic"
    record = read_record(place(home / "1.000000-RTSTRUCT" / "1-1.dcm"))
    ct = read_record(place(home / "2.000000-CT" / "1-001.dcm"))
    assert record.kind == "rtstruct"
    assert "GTV-1" in [name for _, name in record.rois]
    assert len({number for number, _ in record.rois}) == len(record.rois)
    assert record.references == (ct.series_uid,)
    assert record.frame_of_reference_uid == ct.frame_of_reference_uid


@pytest.mark.parametrize(
    ("name", "content", "kind", "fault"),
    [
        ("notes.txt", b"no image", "foreign", ""),
        ("a.dcm", b"", "damaged", "the file is empty"),
        ("a.dcm", b"<html>404 not found</html>", "damaged", "it begins with '<html>404 not found</html>'"),
        ("a.bin", bytes(128) + b"DICM", "damaged", "its header lacks SOPClassUID"),
    ],
)
def test_what_is_no_image_is_told_apart_from_what_was_one(
    tmp_path: Path, name: str, content: bytes, kind: str, fault: str
) -> None:
    (tmp_path / name).write_bytes(content)
    record = read_record(place(tmp_path / name))
    assert (record.kind, fault in record.fault) == (kind, True)


def test_a_place_that_cannot_be_opened_is_damaged_with_its_reason() -> None:
    record = read_record(Place("/none/x.dcm", -1, 0, "Permission denied"))
    assert (record.kind, record.fault) == ("damaged", "Permission denied")


def test_segments_are_named_by_label_else_by_description_and_the_background_is_none() -> None:
    data = Dataset()
    data.SegmentSequence = [Dataset(), Dataset(), Dataset()]
    for number, (item, label, words) in enumerate(
        zip(data.SegmentSequence, ("background", "GTV-1", ""), ("", "x", "Sacrum"), strict=True)
    ):
        item.SegmentNumber, item.SegmentLabel, item.SegmentDescription = number, label, words
    assert named_parts(data) == ((1, "GTV-1"), (2, "Sacrum"))
