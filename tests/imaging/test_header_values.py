"""Values of headers are pydicom's, whether their elements were converted before or not."""

from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException
from pydicom.tag import Tag

from radpipe.imaging.header_values import is_given, value_of

VALUES: dict[str, Any] = {
    "PatientID": "7",
    "Modality": "",
    "StudyDate": None,
    "Rows": 0,
    "SliceThickness": "0.0",
    "ImagePositionPatient": [0, 1, 2.5],
    "ImageType": ["ORIGINAL", "PRIMARY"],
    "PixelSpacing": [],
    "ReferencedImageSequence": [],
    "PixelData": b"",
}


def header() -> Dataset:
    """One element of each kind; no value has been asked for."""
    dataset = Dataset()
    for keyword, value in VALUES.items():
        setattr(dataset, keyword, value)
    dataset["PixelData"].VR = "OB"
    return dataset


@pytest.mark.parametrize("keyword", [*VALUES, "Columns"])
def test_values_and_what_is_missing_are_pydicoms(keyword: str) -> None:
    dataset = header()
    for _ in range(2):
        assert value_of(dataset, keyword) == dataset.get(keyword)
        assert is_given(dataset, keyword) == (keyword in dataset and not dataset[keyword].is_empty)


def test_what_is_given_by_hand() -> None:
    dataset = header()
    given = [keyword for keyword in VALUES if is_given(dataset, keyword)]
    assert given == ["PatientID", "Rows", "SliceThickness", "ImagePositionPatient", "ImageType"]


def test_an_element_as_it_lies_in_the_file_is_converted_first() -> None:
    raw = pydicom.dataelem.RawDataElement(Tag("Rows"), "US", 2, b"\x07\0", 0, False, True)
    dataset = Dataset({raw.tag: raw})
    assert value_of(dataset, "Rows") == 7
    assert is_given(dataset, "Rows")


def test_a_value_that_cannot_be_read_is_pydicoms_fault() -> None:
    raw = pydicom.dataelem.RawDataElement(Tag("Rows"), "US", 3, b"\x07\0\0", 0, False, True)
    with pytest.raises(BytesLengthException, match="length 3"):
        value_of(Dataset({raw.tag: raw}), "Rows")
