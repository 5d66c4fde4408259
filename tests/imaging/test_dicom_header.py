"""The beginning of a DICOM file: no larger than it promises."""

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian

from radpipe.errors import InputError
from radpipe.imaging import dicom_header
from radpipe.imaging.crawl import crawl
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.dicom_record import read_record
from radpipe.imaging.pixel_data import decode_pixels


def test_a_text_that_begins_with_no_element_is_no_dicom(tmp_path: Path) -> None:
    (tmp_path / "readme").write_text("\x08\x00 is where a bare data set would begin, this is a text")
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "foreign"


def deflated(data: Dataset, path: Path) -> Path:
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data.save_as(path, enforce_file_format=True)
    return path


def test_a_deflated_file_is_read(tmp_path: Path, make: Any) -> None:
    data = make.axial((1, 4, 5))[0]
    wanted = data.pixel_array.tolist()
    path = deflated(data, tmp_path / "1.dcm")
    assert decode_pixels(read_dicom(str(path)), str(path)).tolist() == wanted


def test_a_deflated_file_is_unpacked_no_further_than_it_promises(
    tmp_path: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dicom_header, "HEADER_LIMIT", 20_000)
    data = make.axial((1, 4, 5))[0]
    data.PixelData = bytes(4_000_000)
    path = deflated(data, tmp_path / "1.dcm")
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "image"  # the header alone stands within the limit
    with pytest.raises(InputError, match=r"E_UNREADABLE.*goes on beyond the 40 bytes of pixels"):
        read_dicom(str(path))


def test_a_bomb_before_the_pixels_costs_no_more_than_the_limit(
    tmp_path: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dicom_header, "HEADER_LIMIT", 20_000)
    data = make.axial((1, 4, 5))[0]
    data.add_new(0x00091010, "OB", bytes(4_000_000))
    deflated(data, tmp_path / "1.dcm")
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "damaged"
