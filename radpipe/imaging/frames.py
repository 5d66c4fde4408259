"""Multi-frame images to slices: what holds for each frame, gathered from shared and per-frame functional groups."""

from collections.abc import Iterator

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from radpipe.errors import InputError
from radpipe.imaging.damage import reading
from radpipe.imaging.header_values import value_of
from radpipe.imaging.slices import Slice

__all__ = ["is_multi_frame", "slices_of"]

WHOLE_IMAGE = (
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Rows",
    "Columns",
    "ImageType",
    "AcquisitionNumber",
    "SeriesDate",
    "SeriesTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "AcquisitionDateTime",
    "TimezoneOffsetFromUTC",
    "PatientWeight",
    "PatientSize",
    "PatientAge",
    "Units",
    "SUVType",
    "DecayCorrection",
    "CorrectedImage",
    "RadiopharmaceuticalInformationSequence",
    "DecayCorrectionDateTime",
    "DecayCorrected",
    "AttenuationCorrected",
)
"""What a multi-frame image says once for all its frames."""

RENAMED = {
    "EffectiveEchoTime": "EchoTime",
    "TemporalPositionIndex": "TemporalPositionIdentifier",
    "FrameAcquisitionNumber": "AcquisitionNumber",
    "FrameType": "ImageType",
    "FrameAcquisitionDateTime": "AcquisitionDateTime",
}
"""Attributes of functional groups, and the classic ones of the same meaning (DICOM PS3.3 C.7.6.16, C.8.13)."""

UNITS = {"BQ/ML": "BQML", "G/ML{SUVBW}": "GML", "GML": "GML", "BQML": "BQML", "CNTS": "CNTS", "SUVBW": "GML"}
"""Units of an enhanced PET as UCUM or RescaleType write them, and the words of the classic attribute Units."""


def is_multi_frame(dataset: Dataset) -> bool:
    """Tell whether a header speaks of frames, by NumberOfFrames or by functional groups.

    Parameters
    ----------
    dataset
        Header of an image.
    """
    if "PerFrameFunctionalGroupsSequence" in dataset:
        return True
    return int(value_of(dataset, "NumberOfFrames") or 1) > 1


def slices_of(dataset: Dataset, path: str) -> list[Slice]:
    """Return the slices of an image file: one, or one for each frame of a multi-frame image.

    Parameters
    ----------
    dataset
        Header of the file; pixels may be absent.
    path
        Named in errors.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG``; ``E_UNREADABLE`` for a value that is no geometry, or where frames and their groups differ in
        number.
    """
    with reading(path):
        if not is_multi_frame(dataset):
            return [Slice.of(dataset, path)]
        groups = dataset.get("PerFrameFunctionalGroupsSequence")
        if not groups:
            raise InputError("E_REQUIRED_TAG", tags="PerFrameFunctionalGroupsSequence")
        count = int(dataset.get("NumberOfFrames") or 0)
        if count != len(groups):
            message = f"NumberOfFrames is {count}, but {len(groups)} frames are described"
            raise ValueError(message)
        shared = dataset.get("SharedFunctionalGroupsSequence") or [Dataset()]
        common = _common(dataset, shared[0])
        return [Slice.of(_frame(common, groups[index], index), path, index, dataset) for index in range(count)]


def _common(dataset: Dataset, shared: Dataset) -> Dataset:
    """Gather what holds for all frames."""
    common = Dataset()
    for keyword in WHOLE_IMAGE:
        if keyword in dataset:
            common.add(dataset[keyword])
    for block in _private_elements(dataset):
        common.add(block)
    _add(common, shared)
    return common


def _private_elements(dataset: Dataset) -> Iterator[DataElement]:
    """Vendors' factors for PET stand outside of the groups, as they do in a classic slice."""
    for group in (0x0009, 0x7053):
        yield from dataset.group_dataset(group)


def _frame(common: Dataset, group: Dataset, index: int) -> Dataset:
    frame = Dataset()
    frame.update(common)
    _add(frame, group)
    frame.InstanceNumber = index + 1
    if "DecayCorrected" in frame:
        _correct(frame)
    return frame


def _add(frame: Dataset, group: Dataset) -> None:
    """Lay the attributes of each functional group on top of what is known, under their classic names."""
    for element in group:
        if element.VR != "SQ" or not element.value:
            continue
        for inner in element.value[0]:
            keyword = RENAMED.get(inner.keyword, inner.keyword)
            if keyword == "RescaleType":
                _name_units(frame, str(inner.value or ""))
            elif keyword == "MeasurementUnitsCodeSequence" and inner.value:
                _name_units(frame, str(inner.value[0].get("CodeValue") or ""))
            elif keyword and inner.VR != "SQ":
                frame.add(DataElement(Tag(keyword), inner.VR, inner.value))


def _name_units(frame: Dataset, word: str) -> None:
    """Take the units of a PET; Hounsfield units and arbitrary ones are no news."""
    units = UNITS.get(word.strip().upper())
    if units is not None and "Units" not in frame:
        frame.Units = units


def _correct(frame: Dataset) -> None:
    """Say the corrections of an enhanced PET in the words of the classic module (PS3.3 C.8.22.4 and C.8.9.1)."""
    done = {"ATTN": "AttenuationCorrected", "DECY": "DecayCorrected"}
    frame.CorrectedImage = [
        word for word, keyword in done.items() if str(frame.get(keyword) or "").strip().upper() == "YES"
    ]
    if "DecayCorrection" not in frame:
        frame.DecayCorrection = "START" if "DECY" in frame.CorrectedImage else "NONE"
