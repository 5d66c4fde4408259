"""How an image was acquired, from an allow-list of header tags: nothing of them tells who, when or where."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.pet_times import injection, reference_time

if TYPE_CHECKING:  # pydicom takes a third of a second, which radiographs and NIfTI do not need
    from pydicom.dataset import Dataset

T = TypeVar("T")

__all__ = ["CONTRAST", "GRID", "LONGEST", "NUMBERS", "TEXTS", "TRACER", "acquisition", "grid_facts"]

TEXTS = (
    "Manufacturer", "ManufacturerModelName", "SoftwareVersions", "ConvolutionKernel", "PatientPosition",
    "ContrastBolusRoute", "ReconstructionMethod", "CorrectedImage", "AttenuationCorrectionMethod", "ScanningSequence",
    "SequenceVariant", "ScanOptions", "MRAcquisitionType", "ReceiveCoilName",
)  # fmt: skip
"""Keywords of DICOM whose words are taken, of several slices the most frequent."""

NUMBERS = (
    "KVP", "XRayTubeCurrent", "Exposure", "ExposureTime", "SliceThickness", "ReconstructionDiameter",
    "SpiralPitchFactor", "ContrastBolusVolume", "ActualFrameDuration", "MagneticFieldStrength", "RepetitionTime",
    "EchoTime", "EchoTrainLength", "InversionTime", "FlipAngle", "NumberOfAverages", "DiffusionBValue",
)  # fmt: skip
"""Keywords whose numbers are taken, in DICOM's unit, of several slices the median."""

TRACER = DRUG_TEXT, DRUG_NUMBER, UPTAKE = "Radiopharmaceutical", "RadionuclideTotalDose", "UptakeMinutes"
"""Of a PET; the last is the time from the injection to the reference of decay: a difference, no time of day."""

GRID = ("PixelSpacing", "SpacingBetweenSlices")
"""Of every image, as measured on its grid, in mm."""

CONTRAST = "ContrastBolusAgent"
"""Told as ``yes`` where an agent is named, since the name is free text."""

LONGEST_UPTAKE = 720.0
"""Minutes; what is longer, or negative, comes from dates that were shifted apart, and counts as missing."""

LONGEST = 64
"""Most characters of a word."""


def acquisition(headers: Sequence["Dataset"]) -> dict[str, str]:
    """Return what the headers of a series tell of its acquisition: keyword -> text, without what is missing.

    Parameters
    ----------
    headers
        Of all slices; a value that cannot be read counts as missing.
    """
    tags = {keyword: _most_frequent(_of_each(headers, keyword, _text)) for keyword in TEXTS}
    tags |= {keyword: _median(_of_each(headers, keyword, _number)) for keyword in NUMBERS}
    tags[CONTRAST] = "yes" if _text(headers[0], CONTRAST) else ""
    if str(headers[0].get("Modality", "")) == "PT":
        tags |= _tracer(headers)
    return {keyword: text for keyword, text in tags.items() if text}


def grid_facts(grid: Geometry) -> dict[str, str]:
    """Return the distance of pixels and of slices in mm, as measured on the grid; known of files of every kind."""
    dz, _, dx = grid.spacing_zyx_mm
    return dict(zip(GRID, (_short(dx), _short(dz)), strict=True))


def _tracer(headers: Sequence["Dataset"]) -> dict[str, str]:
    drugs = headers[0].get("RadiopharmaceuticalInformationSequence")
    if not drugs:
        return {}
    tags = {DRUG_TEXT: _text(drugs[0], DRUG_TEXT), DRUG_NUMBER: _median([_number(drugs[0], DRUG_NUMBER)])}
    with suppress(ValueError, TypeError, AttributeError, InputError):
        start, _ = reference_time(headers)
        given = None if start is None else injection(headers[0], drugs[0], start)
        if start is not None and given is not None:
            minutes = (start - given).total_seconds() / 60
            tags[UPTAKE] = f"{minutes:.1f}" if 0 <= minutes <= LONGEST_UPTAKE else ""
    return tags


def _of_each(headers: Sequence["Dataset"], keyword: str, read: Callable[["Dataset", str], T]) -> list[T]:
    """Read a keyword of each header; an element that slices of a series share is read once."""
    from pydicom.tag import Tag

    tag = Tag(keyword)
    known: dict[int, tuple[object, T]] = {}  # with the element, whose number is its own only while it is there
    values = []
    for header in headers:
        element = header.get_item(tag, keep_deferred=True)  # None where it is missing
        if id(element) not in known:
            known[id(element)] = (element, read(header, keyword))
        values.append(known[id(element)][1])
    return values


def _text(header: "Dataset", keyword: str) -> str:
    from pydicom.multival import MultiValue

    value = _value(header, keyword)
    words = [str(word) for word in value] if isinstance(value, MultiValue | list) else [str(value or "")]
    text = "\\".join(" ".join(word.split()) for word in words)
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST]


def _number(header: "Dataset", keyword: str) -> float | None:
    value = _value(header, keyword)
    with suppress(ValueError, TypeError, OverflowError):
        number = float(value)
        return number if np.isfinite(number) else None
    return None


def _value(header: "Dataset", keyword: str) -> Any:
    with suppress(ValueError, TypeError, AttributeError, OverflowError, NotImplementedError):
        return header.get(keyword)
    return None


def _most_frequent(words: Sequence[str]) -> str:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return max(counts, key=lambda word: counts[word])


def _median(numbers: Sequence[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    return _short(float(np.median(known))) if known else ""


def _short(number: float) -> str:
    return f"{number:.6g}"
