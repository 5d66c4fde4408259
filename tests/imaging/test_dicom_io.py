"""One file: with or without preamble, in any byte order, no larger than it promises, and never waited for."""

import os
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from radpipe.errors import InputError
from radpipe.imaging import dicom_io
from radpipe.imaging.crawl import crawl
from radpipe.imaging.dicom_io import read_dicom, reading
from radpipe.imaging.dicom_record import read_record
from radpipe.imaging.dicom_series import decode_pixels


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
    monkeypatch.setattr(dicom_io, "HEADER_LIMIT", 20_000)
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
    monkeypatch.setattr(dicom_io, "HEADER_LIMIT", 20_000)
    data = make.axial((1, 4, 5))[0]
    data.add_new(0x00091010, "OB", bytes(4_000_000))
    deflated(data, tmp_path / "1.dcm")
    (place,) = crawl(tmp_path).places
    assert read_record(place).kind == "damaged"


def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.dcm")
    with pytest.raises(InputError, match=r"E_UNREADABLE.*pipe, device or socket"):
        read_dicom(str(tmp_path / "1.dcm"))


@pytest.mark.parametrize(
    "fault",
    [
        OSError(12, "Cannot allocate memory"),
        RuntimeError("Unable to decode as exceptions were raised by all plugins: MemoryError"),
        RuntimeError("Failed to allocate memory for image."),
    ],
)
def test_a_lack_of_memory_is_told_as_one_whatever_a_library_calls_it(fault: Exception) -> None:
    with pytest.raises(InputError, match=r"E_MEMORY.*1\.dcm"), reading("1.dcm"):
        raise fault


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
