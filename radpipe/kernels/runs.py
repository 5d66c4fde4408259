"""Gray level pairs (GLCM, IBSI 3.6) and runs (GLRLM, IBSI 3.7) along each direction, counted together.

Both look at a voxel and the one before it: two equal levels continue a run and are a pair on the matrix's diagonal; two
others begin a run. So each voxel is counted once a direction, either by the level before it or by its place in its run.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.spans import Levels, Spans
from radpipe.kernels.tally import add_keys

__all__ = ["Counts", "count_pairs_and_runs"]

IntArray = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
Keys = npt.NDArray[np.unsignedinteger[Any]]

_LANES = 256
"""Cells that compiled code takes at once; what is left of a stretch it takes one by one."""

_TWO_TABLES = 2**16
"""Up to so many cells, what is counted has two tables, so that equal neighbours do not wait for each other."""


def count_pairs_and_runs(
    slots: Levels, spans: Spans, steps: IntArray, n: int, longest: int, *, with_pairs: bool
) -> tuple[Counts, Counts]:
    """Count pairs and runs by direction and gray level.

    Parameters
    ----------
    slots
        Ranks of gray levels on the padded grid of :mod:`radpipe.kernels.spans`, from 1, shape (cells,); 0 is outside.
    spans
        Of the ROI's voxels in it.
    steps
        One of each pair of opposite steps, shape (A,), positive.
    n
        Number of slots.
    longest
        Length of the longest run that the box allows; 0 when runs are not wanted.
    with_pairs
        Whether pairs are wanted.

    Returns
    -------
    tuple of ndarray
        Voxels of slot i + 1 with a neighbour of slot j + 1 one step further, shape (A, n, n) (without pairs (A, 0, 0));
        runs of slot i + 1 and length j + 1, shape (A, n, longest).
    """
    for kind in (np.uint8, np.uint16, np.uint32):
        if np.dtype(kind).itemsize >= slots.itemsize and n < np.iinfo(kind).max:
            pairs, runs, full = _counted(slots.astype(kind, copy=False), spans, steps, n, longest, with_pairs)
            if not full:
                break
    return pairs, runs


def _counted(
    slots: Levels, spans: Spans, steps: IntArray, n: int, longest: int, with_pairs: bool
) -> tuple[Counts, Counts, bool]:
    """Count with places in runs of the slots' number type; tell whether one may be larger than that holds."""
    most_places = int(min(max(longest, 2), np.iinfo(slots.dtype).max))
    width = (n if with_pairs else 1) + most_places
    kind: type[Any] = np.uint16 if slots.itemsize == 1 and (n + 1) * width <= 2**16 else np.uint32
    keys = np.empty(slots.size, dtype=kind)
    pairs, runs, full = _count(slots, spans, steps, n, longest, most_places, with_pairs, keys)
    return pairs, runs, full and most_places < longest


@njit
def _count(
    slots: Levels, spans: Spans, steps: IntArray, n: int, longest: int, most_places: int, with_pairs: bool, keys: Keys
) -> tuple[Counts, Counts, bool]:
    """Count; a voxel's key is its slot and the slot before it, or, of an equal one, its place in the run.

    Keys are numbered by slot, in each slot first by the slot before, then by place from 2 on. The last of the places
    stands for all further ones.
    """
    starts, stops, planes = spans
    known, shift = (n, n) if with_pairs else (0, 1)
    width = shift + most_places
    limits = np.array([most_places - 1, 2**32 - 1]).astype(slots.dtype)  # of the same type: operations stay narrow
    numbers = np.array([shift - 1, width, 2**32 - 1 if with_pairs else 0]).astype(keys.dtype)
    pairs = np.zeros((steps.size, known, known), dtype=np.int32)
    runs = np.zeros((steps.size, n, longest), dtype=np.int32)
    place = np.empty(slots.size, dtype=slots.dtype)
    even = np.empty((n + 1) * width, dtype=np.int32)
    odd = np.empty(even.size, dtype=np.int32) if even.size <= _TWO_TABLES else even
    full = False
    for a in range(steps.size):
        step = steps[a]
        even[:] = 0
        odd[:] = 0
        for z in range(planes.size - 1):
            if planes[z] == planes[z + 1]:
                continue
            first, end = starts[planes[z]], stops[planes[z + 1] - 1]
            if step == 1:
                for s in range(planes[z], planes[z + 1]):
                    _follow(slots, starts[s], stops[s], place, most_places)
            else:
                _mark_same(slots[first:end], slots[first - step : end - step], place[first:end], limits)
                # No further than a step: what stands before is known then.
                block = step if step < _LANES else step // _LANES * _LANES
                for low in range(first, end, block):
                    high, back = min(low + block, end), low - step
                    _find(place[low:high], place[back : high - step], limits)
            _number(slots[first:end], slots[first - step : end - step], place[first:end], keys[first:end], numbers)
            add_keys(keys, starts[planes[z] : planes[z + 1]], stops[planes[z] : planes[z + 1]], even, odd)
        if even.size <= _TWO_TABLES:
            even += odd
        full |= _sort_out(even, width, shift, pairs[a], runs[a])
    return pairs, runs, full


@njit
def _mark_same(here: Levels, before: Levels, marks: Levels, limits: Levels) -> None:
    """Set all bits of the mark of each cell that has the slot of the one before it, none of the others."""
    every = limits[1]
    for k in range(here.size):
        marks[k] = every if here[k] == before[k] else 0


@njit
def _find(place: Levels, place_before: Levels, limits: Levels) -> None:
    """Turn marks into places in runs; cells outside of the ROI get some, which nobody reads.

    Without branches: what is left of a stretch, or all of a short one, is taken cell by cell.
    """
    most = limits[0]
    for k in range(place.size):
        place[k] = (min(place_before[k], most) & place[k]) + 1


@njit
def _follow(slots: Levels, first: int, end: int, place: Levels, most_places: int) -> None:
    """Find the places of a span along x."""
    start = first
    for k in range(first, end):
        start = start if slots[np.uint64(k)] == slots[np.uint64(k - 1)] else k
        place[np.uint64(k)] = min(k - start + 1, most_places)


@njit
def _number(here: Levels, before: Levels, place: Levels, keys: Keys, numbers: Keys) -> None:
    """Write the key of each cell of a stretch; ``numbers`` are of the keys' type, which keeps sums narrow."""
    base, width, seen = numbers[0], numbers[1], numbers[2]
    for k in range(here.size):
        keys[k] = here[k] * width + (place[k] + base if here[k] == before[k] else before[k] & seen)


@njit
def _sort_out(table: Counts, width: int, shift: int, pairs: Counts, runs: Counts) -> bool:
    """Take pairs and runs of one direction from the counts of keys; tell whether a voxel has the last place.

    A run of length m has one voxel at each of the places 1 to m, so that the runs of length j are the voxels at place j
    less those at place j + 1.
    """
    n, longest = runs.shape
    full = False
    for slot in range(1, n + 1):
        row = table[slot * width : (slot + 1) * width]
        others, equal = 0, 0
        for k in range(shift + 1):
            others += row[k]
        for k in range(shift + 1, width):
            equal += row[k]
        for k in range(len(pairs)):
            pairs[k, slot - 1] = row[k + 1]
        if len(pairs) > 0:
            pairs[slot - 1, slot - 1] = equal
        at = others
        for j in range(min(longest, width - shift)):
            further = row[shift + j + 1] if shift + j + 1 < width else 0
            runs[slot - 1, j] = at - further
            at = further
        full |= row[width - 1] > 0
    return full
