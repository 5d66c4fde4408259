"""What headers tell the volumes of one series apart by."""

from collections.abc import Sequence
from typing import Any

from pydicom.dataset import Dataset

from radpipe.imaging.header_values import value_of
from radpipe.imaging.slices import Slice

__all__ = ["difference_of", "marks_of"]


Marks = tuple[str, ...]
"""Values of the attributes of ``MARKS``, as text; empty where the header does not say."""

MARKS = {
    "Modality": "modalities",
    "PatientID": "PatientIDs",
    "FrameOfReferenceUID": "frames of reference",
    "StackID": "stacks",
    "ConvolutionKernel": "kernels",
    "KVP": "tube voltages (KVP)",
    "EchoTime": "echo times",
    "TemporalPositionIdentifier": "temporal positions",
    "DiffusionBValue": "b-values",
    "ImageType": "image types",
}
"""Attributes that are one and the same in all slices of one volume, and how their values are called."""


NUMBERS = frozenset({"KVP", "EchoTime", "DiffusionBValue"})
"""Of these, 120 and 120.0 are the same."""

IDENTITY = ("Modality", "PatientID", "FrameOfReferenceUID")
"""Told before a difference in geometry: a slice that is from elsewhere usually has another matrix too."""

NEVER_PRINTED = frozenset({"PatientID", "FrameOfReferenceUID"})
"""Identities are counted in messages, not shown."""


def difference_of(slices: Sequence[Slice]) -> str:
    """Say in words in what slices of several parts differ.

    Parameters
    ----------
    slices
        One of each part.
    """
    marks = [dict(zip(MARKS, marks_of(part.dataset), strict=True)) for part in slices]
    differing = [keyword for keyword in MARKS if len({mark[keyword] for mark in marks}) > 1]
    sizes = sorted({part.header.size_yx for part in slices})
    identity = [keyword for keyword in differing if keyword in IDENTITY]
    if len(sizes) > 1 and not identity:
        return f"matrices {sizes}"
    if not differing:
        return "orientations"
    keyword = (identity or differing)[0]
    values = list(dict.fromkeys(mark[keyword] or "none" for mark in marks))
    if keyword in NEVER_PRINTED:
        return f"{len(values)} {MARKS[keyword]}"
    return f"{MARKS[keyword]} ({', '.join(values[:4])})"


def marks_of(dataset: Dataset) -> Marks:
    """Return what tells the volumes of one series apart.

    Parameters
    ----------
    dataset
        Header of a slice.

    Returns
    -------
    tuple of str
        A word for each of ``MARKS``, empty where the header does not tell.
    """
    return tuple(_word(value_of(dataset, keyword), keyword) for keyword in MARKS)


def _word(value: Any, keyword: str) -> str:
    if keyword == "ImageType":  # its first two words say how the image was made, not of what
        return "\\".join(str(word).strip().upper() for word in list(value or ())[2:])
    if keyword in NUMBERS and value not in (None, ""):
        return f"{float(value):g}"
    return str(value if value is not None else "").strip()
