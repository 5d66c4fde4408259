"""Is a series one acquisition? Told by headers, by how acquisitions lie, and by the values of neighbouring slices."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.slice_header import SAME_DIRECTION
from radpipe.imaging.slices import Slice

__all__ = ["jump_notes", "main_part"]

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

_TAGS = tuple((keyword, Tag(keyword)) for keyword in MARKS)

NUMBERS = frozenset({"KVP", "EchoTime", "DiffusionBValue"})
"""Of these, 120 and 120.0 are the same."""

IDENTITY = ("Modality", "PatientID", "FrameOfReferenceUID")
"""Told before a difference in geometry: a slice that is from elsewhere usually has another matrix too."""

NEVER_PRINTED = frozenset({"PatientID", "FrameOfReferenceUID"})
"""Identities are counted in messages, not shown."""

SAME_SPACING = 1e-3
"""Relative difference of PixelSpacing up to which slices have the same."""

LOCALIZER_SLICES = 3
"""A part of another orientation with at most this many slices beside a greater part is a localizer."""

COARSE = 8
"""Every eighth pixel of every eighth row speaks for a slice."""

JUMP_HU = 100.0
"""Limit of the median, over all pixels, of the difference of two neighbouring CT slices, less what is usual in the
series. Air stays air and most tissue stays tissue whatever the anatomy does, so that it is near 0 in one acquisition;
another scale shifts all pixels."""


def main_part(slices: Sequence[Slice], policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Set localizers aside, and refuse a series that is not one volume.

    Parameters
    ----------
    slices
        Of one series, in any order.
    policy
        What to do about it: ``E_MIXED_SERIES=fix`` keeps the largest part.

    Returns
    -------
    slices, notes
        Slices of one matrix, orientation, pixel spacing, modality, frame of reference and acquisition, as far as
        headers tell; and what was set aside.

    Raises
    ------
    InputError
        ``E_MIXED_SERIES``, ``E_MIXED_SPACING``.
    """
    notes = []
    kept = [part for part in slices if not part.header.is_localizer] or list(slices)
    marks = {id(part): _marks(part.dataset) for part in kept}
    parts: list[list[Slice]] = []
    for one in kept:
        home = next((part for part in parts if part[0].same_part(one) and marks[id(part[0])] == marks[id(one)]), None)
        if home is None:
            parts.append([one])
        else:
            home.append(one)
    largest = max(parts, key=len)
    others = [part for part in parts if part is not largest]
    scouts = [
        part for part in others if len(part) <= LOCALIZER_SLICES < len(largest) and _is_scout(part[0], largest[0])
    ]
    dropped = len(slices) - len(kept) + sum(map(len, scouts))
    path = largest[0].path
    if dropped:
        notes.append(policy.meet("W_MIXED_SERIES", path=path, dropped=dropped, total=len(slices), what="localizers"))
    strange = [part for part in others if part not in scouts]
    if strange:
        what = _difference([part[0] for part in (largest, *strange)])
        odd = min(strange, key=len)[0].path
        notes.append(policy.meet("E_MIXED_SERIES", path=odd, what=what, kept=len(largest), total=len(slices)))
    mixed = _interleaved(largest)
    if mixed is not None:
        what, largest = mixed
        notes.append(policy.meet("E_MIXED_SERIES", path=path, what=what, kept=len(largest), total=len(slices)))
    _refuse_mixed_spacing(largest)
    return largest, notes


def _is_scout(one: Slice, other: Slice) -> bool:
    turned = float(np.abs(one.orientation - other.orientation).max()) > SAME_DIRECTION
    return turned and one.dataset.get("Modality") == other.dataset.get("Modality")


def _refuse_mixed_spacing(slices: Sequence[Slice]) -> None:
    spacings = np.array([part.header.spacing_yx_mm for part in slices])
    if not np.allclose(spacings, spacings[0], rtol=SAME_SPACING, atol=0):
        odd = slices[int(np.argmax(np.abs(spacings - np.median(spacings, axis=0)).max(axis=1)))]
        values = "; ".join(f"{y:.6g} x {x:.6g}" for y, x in np.unique(spacings, axis=0)[:4])
        raise InputError("E_MIXED_SPACING", path=odd.path, values=values)


def _difference(slices: Sequence[Slice]) -> str:
    """Say in words in what slices of several parts differ."""
    marks = [dict(zip(MARKS, _marks(part.dataset), strict=True)) for part in slices]
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


def _marks(dataset: Dataset) -> Marks:
    """Return what tells the volumes of one series apart."""
    return tuple(_word(dataset, keyword) if tag in dataset else "" for keyword, tag in _TAGS)


def _word(dataset: Dataset, keyword: str) -> str:
    value = dataset[keyword].value
    if keyword == "ImageType":  # its first two words say how the image was made, not of what
        return "\\".join(str(word).strip().upper() for word in list(value or ())[2:])
    if keyword in NUMBERS and value not in (None, ""):
        return f"{float(value):g}"
    return str(value if value is not None else "").strip()


def _interleaved(slices: Sequence[Slice]) -> tuple[str, list[Slice]] | None:
    """Tell whether the slices of two acquisitions lie between one another, and which is the largest.

    An acquisition may begin where another ends (step and shoot), but it is no volume with another's slices in it.
    AcquisitionNumber is asked, and for CT AcquisitionTime: the slices of an MR are taken in turns at several times.
    """
    normal = slices[0].normal
    ordered = sorted(slices, key=lambda part: float(normal @ part.position_xyz_mm))
    for keyword in ("AcquisitionNumber", "AcquisitionTime"):
        if keyword == "AcquisitionTime" and str(ordered[0].dataset.get("Modality") or "") != "CT":
            continue
        labels = [str(part.dataset.get(keyword) or "").strip() for part in ordered]
        counts = Counter(labels)
        changes = sum(label != following for label, following in pairwise(labels))
        if changes > len(counts) - 1:
            values = ", ".join(label or "none" for label, _ in counts.most_common(4))
            usual = counts.most_common(1)[0][0]
            kept = [part for part, label in zip(ordered, labels, strict=True) if label == usual]
            return f"acquisitions whose slices interleave ({keyword} {values})", kept
    return None


def jump_notes(
    stored: Sequence[npt.NDArray[Any]], slices: Sequence[Slice], positions_mm: Sequence[float], policy: Policy
) -> list[Note]:
    """Refuse a CT whose values jump from one slice to the next over the whole field.

    Parameters
    ----------
    stored
        HU of each slice, shape (y, x), in the order of the slices.
    slices, positions_mm
        The slices, and where they lie along their normal; across a gap values may change.
    policy
        What to do about it.

    Raises
    ------
    InputError
        ``E_VALUE_JUMP``.
    """
    if len(stored) < 2:
        return []
    steps = np.array([float(np.median(step)) for step in _steps(stored)])
    gaps = np.diff(np.asarray(positions_mm))
    near = gaps < 1.5 * np.median(gaps)
    odd = np.abs(steps - np.median(steps)) > JUMP_HU  # what changes alike from slice to slice is no jump
    where = np.flatnonzero(odd & near)
    if not len(where):
        return []
    first = int(where[0])
    facts = {"jump": float(steps[first]), "position": float(positions_mm[first]), "count": len(where)}
    return [policy.meet("E_VALUE_JUMP", path=slices[first + 1].path, **facts)]


def _steps(stored: Sequence[npt.NDArray[Any]]) -> Iterator[npt.NDArray[np.float64]]:
    """Differences of neighbours, on every COARSE-th pixel or on all where a slice is small."""
    step = COARSE if min(stored[0].shape) >= 8 * COARSE else 1
    coarse = [plane[::step, ::step].astype(np.float64) for plane in stored]
    return (above - below for below, above in pairwise(coarse))
