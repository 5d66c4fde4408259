"""One file: with or without preamble, in any byte order, nested without end."""

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from radpipe.imaging.crawl import crawl
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.dicom_record import read_record
from radpipe.imaging.pixel_data import decode_pixels


def bare_copy(data: Dataset, path: Path, *, implicit: bool, little: bool) -> Path:
    """Write the data set alone: no preamble, no meta information."""
    plain = Dataset()
    plain.update({tag: data[tag] for tag in data.keys()})  # noqa: SIM118
    if not little:
        plain["PixelData"].value = data.pixel_array.astype(">u2").tobytes()
    plain.save_as(path, implicit_vr=implicit, little_endian=little, enforce_file_format=False)
    return path


@pytest.mark.parametrize(
    ("implicit", "little"), [(True, True), (False, True), (False, False)], ids=["implicit", "explicit", "big-endian"]
)
def test_a_data_set_without_preamble_is_read(tmp_path: Path, make: Any, *, implicit: bool, little: bool) -> None:
    data = make.axial((1, 4, 5))[0]
    wanted = data.pixel_array.tolist()
    path = bare_copy(data, tmp_path / "1", implicit=implicit, little=little)
    assert path.read_bytes()[128:132] != b"DICM"
    assert decode_pixels(read_dicom(str(path)), str(path)).tolist() == wanted
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "image"


def test_a_header_that_nests_beyond_the_stack_is_damaged(tmp_path: Path) -> None:
    # 5,000 sequences, each in the item of the one before: group 0008, undefined lengths.
    opening = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    meta = pydicom.dataset.FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = Dataset()
    data.file_meta = meta
    data.SOPClassUID = "1.2"
    data.SOPInstanceUID = "1.2.3"
    data.save_as(tmp_path / "1.dcm", enforce_file_format=True)
    with (tmp_path / "1.dcm").open("ab") as file:
        file.write(opening * 5000)
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "damaged"
