"""Jumps of a CT's values from one slice to the next over the whole field."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import Note, Policy
from radpipe.imaging.slices import Slice

__all__ = ["jump_notes"]


COARSE = 8
"""Every eighth pixel of every eighth row speaks for a slice."""

JUMP_HU = 100.0
"""Limit of the median, over all pixels, of the difference of two neighbouring CT slices, less what is usual in the
series. Air stays air and most tissue stays tissue whatever the anatomy does, so that it is near 0 in one acquisition;
another scale shifts all pixels."""


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
