"""Stored values to physical ones: slope and intercept, and what a CT's values are said to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.damage import reading
from radpipe.imaging.header_values import value_of
from radpipe.imaging.pixel_data import Array
from radpipe.imaging.slices import Slice

__all__ = ["Scale", "quantity_notes", "refuse_mixed_scales", "rescale", "scale_of_slice"]


HOUNSFIELD = ("", "HU", "US")
"""RescaleType of a CT: absent means HU (PS3.3 C.8.2.1), and exporters write US, unspecified, where they mean HU."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Stored value to physical value."""

    slope: float = 1.0
    intercept: float = 0.0


def rescale(stored: Array, slope: float, intercept: float) -> Array:
    """Map stored values to physical ones, in the type that SimpleITK would choose.

    Examples
    --------
    >>> rescale(np.array([0, 2000], dtype=np.uint16), 1.0, -1000.0)
    array([-1000,  1000], dtype=int32)
    >>> rescale(np.array([2], dtype=np.int16), 0.5, 0.0)
    array([1.])
    """
    if (slope, intercept) == (1.0, 0.0):
        return stored
    if not (slope.is_integer() and intercept.is_integer()):
        return stored * slope + intercept
    values = stored.astype(np.int64) * int(slope) + int(intercept)
    unsigned = stored.dtype.kind == "u" and slope >= 0 and intercept >= 0
    if unsigned:
        return values.astype(np.uint16 if values.max(initial=0) <= np.iinfo(np.uint16).max else np.uint32)
    fits = max(-values.min(initial=0), values.max(initial=0)) <= np.iinfo(np.int32).max
    return values.astype(np.int32) if fits else values.astype(np.float64)


def scale_of_slice(plane: Slice, modality: str, policy: Policy) -> tuple[Scale, Note | None]:
    """Read slope and intercept; a CT must have them, a PET its slope.

    Parameters
    ----------
    plane
        A slice.
    modality
        DICOM's.
    policy
        What to do about ``E_NO_RESCALE``.

    Returns
    -------
    scale, note
        And what was accepted; None where nothing was.

    Raises
    ------
    InputError
        ``E_NO_RESCALE``, ``E_REQUIRED_TAG``, or ``E_UNREADABLE`` for a slope or intercept that is no number.
    """
    with reading(plane.path):
        slope, intercept = (value_of(plane.dataset, keyword) for keyword in ("RescaleSlope", "RescaleIntercept"))
        numbers = (1.0 if slope is None else float(slope), 0.0 if intercept is None else float(intercept))
        if not np.isfinite(numbers).all() or numbers[0] == 0.0:
            message = f"RescaleSlope {slope}, RescaleIntercept {intercept}"
            raise ValueError(message)
    note = None
    if modality == "CT" and (slope is None or intercept is None):
        note = policy.meet("E_NO_RESCALE", path=plane.path)
    if modality == "PT" and slope is None:
        raise InputError("E_REQUIRED_TAG", path=plane.path, tags="RescaleSlope")
    return Scale(*numbers), note


def quantity_notes(slices: Sequence[Slice], policy: Policy) -> list[Note]:
    """Refuse a CT whose rescaled values are said to be something else than Hounsfield units (a perfusion map).

    Parameters
    ----------
    slices
        Of a CT.
    policy
        What to do about ``E_RESCALE_TYPE``.

    Raises
    ------
    InputError
        ``E_RESCALE_TYPE``.
    """
    for part in slices:
        kind = str(part.dataset.get("RescaleType") or "").strip().upper()
        if kind not in HOUNSFIELD:
            return [policy.meet("E_RESCALE_TYPE", path=part.path, kind=kind)]
    return []


def refuse_mixed_scales(scales: Sequence[Scale], slices: Sequence[Slice]) -> None:
    """Refuse a CT slice of another slope or intercept: it was changed, or is from elsewhere.

    Parameters
    ----------
    scales
        Of each slice.
    slices
        Of a CT, in the same order.

    Raises
    ------
    InputError
        ``E_MIXED_SERIES``.
    """
    counts = {scale: scales.count(scale) for scale in set(scales)}
    if len(counts) > 1:
        usual = max(counts, key=lambda scale: counts[scale])
        odd = next(plane for scale, plane in zip(scales, slices, strict=True) if scale != usual)
        what = "rescale slopes or intercepts"
        raise InputError("E_MIXED_SERIES", path=odd.path, what=what, kept=counts[usual], total=len(scales))
