"""Plain files are read as pydicom reads them, and share what they say alike; all others are left to pydicom."""

import io
import warnings
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import BytesLengthException
from pydicom.uid import CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from radpipe.imaging.like_files import LikeFiles

OWN = sorted((Path(pydicom.__file__).parent / "data" / "test_files").glob("**/*.dcm"))
"""Files of every kind, also damaged ones, that pydicom brings for its own tests."""


def written(syntax: str = ExplicitVRLittleEndian, **elements: object) -> bytes:
    """A slice, as bytes."""
    dataset = Dataset()
    words = {"SOPClassUID": CTImageStorage, "Modality": "CT", "PixelSpacing": [0.5, 0.5], "Rows": 2}
    for keyword, value in (words | elements).items():
        setattr(dataset, keyword, value)
    dataset.PixelData = bytes(8)
    dataset["PixelData"].VR = "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def same(one: Dataset, other: Dataset) -> bool:
    """Every value, what is known of the encoding, and where the pixels lie."""
    places = [data["PixelData"].file_tell if "PixelData" in data else 0 for data in (one, other)]
    return (
        one == other
        and one.file_meta == other.file_meta
        and one.original_encoding == other.original_encoding
        and one.original_character_set == other.original_character_set
        and places[0] == places[1]
    )


@pytest.mark.parametrize("before_pixels", [False, True])
def test_pydicoms_own_files_read_one_after_the_other_are_what_pydicom_reads(before_pixels: bool) -> None:
    like, plain = LikeFiles(), 0
    for path in OWN:
        content = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = like.read(content, before_pixels=before_pixels)
            if data is None:
                continue
            expected = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=before_pixels)
            plain += 1
            assert same(data, expected), path.name
    assert plain > 15


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
def test_what_two_slices_say_alike_is_one_element(syntax: str) -> None:
    like = LikeFiles()
    first = like.read(written(syntax, InstanceNumber=1))
    second = like.read(written(syntax, InstanceNumber=2))
    assert first is not None
    assert second is not None
    assert second["PixelSpacing"] is first["PixelSpacing"]
    assert second["Rows"] is first["Rows"]
    assert second["PixelData"] is not first["PixelData"]
    assert (first.InstanceNumber, second.InstanceNumber) == (1, 2)


def test_the_same_bytes_in_another_character_set_are_another_name() -> None:
    like = LikeFiles()
    latin = written(SpecificCharacterSet="ISO_IR 100", PatientName="M\u00fcller")
    greek = latin.replace(b"ISO_IR 100", b"ISO_IR 126")
    names = [str(data.PatientName) for content in (latin, greek) if (data := like.read(content)) is not None]
    # 0xFC is u with diaeresis in ISO 8859-1 and omicron with tonos in ISO 8859-7.
    assert names == ["M\u00fcller", "M\u03ccller"]


def test_the_same_bytes_of_another_kind_are_another_element() -> None:
    like = LikeFiles()
    number = written(InstanceNumber=17)
    words = number.replace(b"\x20\0\x13\0IS", b"\x20\0\x13\0LO")
    values = [data.InstanceNumber for content in (number, words) if (data := like.read(content)) is not None]
    assert values == [17, "17"]
    assert [type(value) is str for value in values] == [False, True]


def test_a_vendors_element_is_that_of_the_vendor_whom_its_own_file_names() -> None:
    like = LikeFiles()
    creators = []
    for vendor in ("VENDOR ONE", "VENDOR TWO"):
        source = pydicom.dcmread(io.BytesIO(written()))
        source.private_block(0x0009, vendor, create=True).add_new(1, "LO", "the same")
        file = io.BytesIO()
        source.save_as(file)
        data = like.read(file.getvalue())
        assert data is not None
        assert data[0x0009, 0x1001].value == "the same"
        creators.append(data[0x0009, 0x1001].private_creator)
    assert creators == ["VENDOR ONE", "VENDOR TWO"]


def test_a_value_that_cannot_be_read_is_told_where_it_is_asked_for() -> None:
    like = LikeFiles()
    broken = written().replace(b"\x28\0\x10\0US\2\0\2\0", b"\x28\0\x10\0US\3\0\2\0\0")
    for _ in range(2):
        data = like.read(broken)
        assert data is not None
        assert data.Modality == "CT"
        with pytest.raises(BytesLengthException, match="with length 3"):
            _ = data.Rows


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut pixels", written()[:-2]),
        ("a big-endian image", written().replace(ExplicitVRLittleEndian.encode(), ExplicitVRBigEndian.encode())),
        ("no DICOM", b"PNG" * 100),
        ("nothing", b""),
        ("another order", written().replace(b"\x28\0\x10\0US", b"\x08\0\x10\0US")),
    ],
)
def test_what_is_not_plain_is_left_to_pydicom(name: str, content: bytes) -> None:
    assert LikeFiles().read(content) is None, name


def test_a_beginning_is_enough_where_the_pixels_come_after_it() -> None:
    like, content = LikeFiles(), written(PatientComments="x" * 200)
    pixels = content.index(b"\xe0\x7f\x10\0")
    data = like.read(content[: pixels + 12], whole=False, before_pixels=True)
    assert data is not None
    assert "PixelData" not in data
    assert like.read(content[: pixels - 100], whole=False, before_pixels=True) is None
    assert like.read(content[:pixels], whole=False, before_pixels=True) is None


def test_only_wanted_elements_are_kept() -> None:
    data = LikeFiles().read(written(), wanted={0x00080060}, before_pixels=True)
    assert data is not None
    assert [element.keyword for element in data] == ["Modality"]


def test_sequences_without_length_are_walked_through_and_read_when_asked_for() -> None:
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3.4"
    content = written(ReferencedImageSequence=[item])
    dataset = pydicom.dcmread(io.BytesIO(content))
    dataset["ReferencedImageSequence"].is_undefined_length = True
    dataset.ReferencedImageSequence[0].is_undefined_length_sequence_item = True
    file = io.BytesIO()
    dataset.save_as(file)
    data = LikeFiles().read(file.getvalue())
    assert data is not None
    assert data.ReferencedImageSequence[0].ReferencedSOPInstanceUID == "1.2.3.4"
    assert len(data.PixelData) == 8
