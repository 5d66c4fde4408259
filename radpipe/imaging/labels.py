"""Which voxels of a label mask belong to a ROI: by the label asked for, or by the only one; never by a guess."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.volume import Box, bounding_box

__all__ = ["Chosen", "Survey", "choose_label", "survey", "values_of"]

Array = npt.NDArray[Any]

MOST_LABELS = 256
"""A mask with more different values than this is taken for an image."""

FEW_GREYS = 4
"""So many values beside 0 may a picture hold whose greatest is 255: that of drawing programs, or of ignored pixels."""

_FEW = 16
"""Each of so few values of 8 bits is looked for in turn, which is quicker than counting all."""

_TABLE = 1 << 16
"""Ranges of whole numbers up to this are counted in a table, wider ones are sorted."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The voxels of a label.

    Parameters
    ----------
    box
        Holds every voxel that is not background.
    array
        Bool, the shape of the box.
    notes
        What the row must tell.
    """

    box: Box
    array: npt.NDArray[np.bool_]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Which values a mask holds, and where; the same for all of its labels.

    Parameters
    ----------
    box
        Holds every voxel that is not background.
    low, high
        Least and greatest value in the box.
    values
        The different values there, rising; None where they were not listed.
    """

    box: Box
    low: int
    high: int
    values: tuple[int, ...] | None


def survey(labels: Array, path: str, *, listed: bool) -> Survey:
    """Look through a mask.

    Parameters
    ----------
    labels
        The mask as stored, shape (z, y, x).
    path
        For messages.
    listed
        Whether its values are wanted one by one.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``, ``E_NONFINITE``, ``E_FLOAT_MASK``.
    """
    box = bounding_box(labels != 0)
    part = labels[box]
    if not part.size:
        raise InputError("E_EMPTY_ROI", path=path)
    _refuse_fractions(part, path)
    low, high = int(part.min()), int(part.max())
    return Survey(box, low, high, tuple(_values(part, low, high)) if listed else None)


def choose_label(
    labels: Array,
    label: int | None,
    policy: Policy,
    path: str,
    *,
    is_lossy: bool = False,
    is_picture: bool = False,
    seen: Survey | None = None,
) -> Chosen:
    """Return the voxels of a label; 255, as drawing programs write, is taken for label 1 when it is the only one.

    Parameters
    ----------
    labels
        The mask as stored, shape (z, y, x).
    label
        Asked for; None takes the only label that the mask holds.
    policy, path
        What to do about problems, and the file for messages.
    is_lossy
        The file's format changes values (JPEG), so that it may hold one value beside 0 only.
    is_picture
        The mask is a picture of grey values, whose edges programs smooth: beside 255 it may hold few values.
    seen
        What was found in the mask before; None looks through it.

    Raises
    ------
    InputError
        ``E_NONFINITE``, ``E_FLOAT_MASK``, ``E_MASK_VALUES``, ``E_SEVERAL_LABELS``, ``E_LABEL_MISSING``,
        ``E_EMPTY_ROI``.
    """
    seen = seen or survey(labels, path, listed=is_lossy or is_picture)
    box, low, high = seen.box, seen.low, seen.high
    part = labels[box]
    has_background = part.size < labels.size or low == 0
    if (
        label is not None
        and 0 <= low <= label <= high < MOST_LABELS
        and has_background
        and not (is_lossy or is_picture)
    ):
        array = part == label
        if array.any():
            return Chosen(box, array)  # no list of values is needed to be sure
    occurring = _values(part, low, high) if seen.values is None else list(seen.values)
    _refuse_values(occurring, path, has_background=has_background)
    present = [value for value in occurring if value]
    if is_lossy and len(present) > 1:
        _refuse_several(present, path, "a JPEG blurs labels; save the mask as PNG, NRRD or NIfTI")
    if is_picture and present[-1] == 255 and len(present) > FEW_GREYS:
        _refuse_several(present, path, "grey values up to 255 are smoothed edges, not labels")
    if label is None:
        if len(present) > 1:
            raise InputError("E_SEVERAL_LABELS", path=path, found=_box_words(present))
        label = present[0]
    if label in present:
        return Chosen(box, part == label)
    if label == 1 and present == [255]:
        return Chosen(box, part == 255, (policy.meet("W_MASK_VALUE", path=path, label=255, asked=label),))
    raise InputError("E_LABEL_MISSING", path=path, label=label, found=_box_words(present))


def values_of(labels: Array, path: str) -> tuple[int, ...]:
    """Return the labels that a mask holds, rising, 0 left out.

    Raises
    ------
    InputError
        ``E_NONFINITE``, ``E_FLOAT_MASK``, ``E_MASK_VALUES``.
    """
    part = labels[bounding_box(labels != 0)]
    if not part.size:
        return ()
    _refuse_fractions(part, path)
    present = _values(part, int(part.min()), int(part.max()))
    _refuse_values(present, path, has_background=part.size < labels.size or 0 in present)
    return tuple(value for value in present if value)


def _refuse_fractions(part: Array, path: str) -> None:
    if part.dtype.kind != "f":
        return
    finite = np.isfinite(part)
    if not finite.all():
        raise InputError("E_NONFINITE", path=path, count=int(np.count_nonzero(~finite)))
    odd = part[part != np.rint(part)]
    if odd.size:
        values = ", ".join(f"{value:.9g}" for value in np.unique(odd)[:3])
        raise InputError("E_FLOAT_MASK", path=path, values=values)


def _values(part: Array, low: int, high: int) -> list[int]:
    """Return the different values, rising, of whole numbers from low to high."""
    if part.dtype == np.uint8 and high - low < _FEW:
        content = part.tobytes()
        return [value for value in range(low, high + 1) if content.find(value) >= 0]
    if high - low >= _TABLE:
        return [int(value) for value in np.unique(part)]
    seen = np.zeros(high - low + 1, dtype=np.int64)
    for plane in part:
        seen += np.bincount((plane.ravel().astype(np.int64) - low), minlength=seen.size)
    return [int(value) + low for value in np.flatnonzero(seen)]


def _refuse_values(present: list[int], path: str, *, has_background: bool) -> None:
    """Refuse what no label mask holds: negative values, two values of which none is 0, as many values as an image."""
    if present[0] < 0:
        _refuse_several(present, path, "labels are not negative; is it an image, or is its intercept wrong")
    if not has_background and len(present) == 2:
        _refuse_several(present, path, "none of them is 0, the background; its intercept may be wrong")
    if len(present) > MOST_LABELS:
        _refuse_several(present, path, "so many are an image, not labels; are the columns of image and mask swapped")


def _refuse_several(present: list[int], path: str, why: str) -> None:
    raise InputError("E_MASK_VALUES", path=path, found=_box_words(present), why=why)


def _box_words(present: list[int]) -> str:
    """List values, the middle left out where there are many.

    Examples
    --------
    >>> _box_words([1, 2]), _box_words(list(range(50)))
    ('1, 2', '0, 1, 2, 3, 4, 5, ... 47, 48, 49 (50 values)')
    """
    if len(present) <= 24:
        return ", ".join(map(str, present))
    head, tail = (", ".join(map(str, some)) for some in (present[:6], present[-3:]))
    return f"{head}, ... {tail} ({len(present)} values)"
