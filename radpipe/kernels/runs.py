"""Gray level pairs (GLCM, IBSI 3.6) and runs (GLRLM, IBSI 3.7) along each direction, counted together.

Both look at a voxel and the one before it: two equal levels continue a run and are a pair on the matrix's diagonal; two
others begin a run. So each voxel is counted once a direction, either by the level before it or by its place in its run.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.spans import Levels, Spans

__all__ = ["Counts", "count_pairs_and_runs"]

IntArray = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]


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
    if n + longest + 2 > np.iinfo(slots.dtype).max:
        slots = slots.astype(np.uint32)
    return _count(slots, spans, steps, n, longest, with_pairs)


@njit
def _count(
    slots: Levels, spans: Spans, steps: IntArray, n: int, longest: int, with_pairs: bool
) -> tuple[Counts, Counts]:
    """Count; a voxel's key is the slot before it, or, of an equal one, the number of slots and its place in the run."""
    starts, stops, planes = spans
    known = n if with_pairs else 0
    last_place = max(longest, 2)
    width = known + last_place
    limits = np.empty(3, dtype=slots.dtype)
    limits[0], limits[1], limits[2] = known - 1, last_place - 1, 2**16 - 1 if with_pairs else 0
    pairs = np.zeros((steps.size, known, known), dtype=np.int32)
    runs = np.zeros((steps.size, n, longest), dtype=np.int32)
    place, key = np.empty(slots.size, dtype=slots.dtype), np.empty(slots.size, dtype=slots.dtype)
    table = np.empty((n + 1) * width, dtype=np.int32)
    for a in range(steps.size):
        step = steps[a]
        table[:] = 0
        for z in range(planes.size - 1):
            for s in range(planes[z], planes[z + 1]) if step == 1 else range(0):
                _follow(slots, starts[s], stops[s], place, key, limits)
            if step > 1 and planes[z] < planes[z + 1]:
                first, end = starts[planes[z]], stops[planes[z + 1] - 1]
                for low in range(first, end, step):  # no further than a step: what stands before is known then
                    high = min(low + step, end)
                    back, ahead = low - step, high - step
                    _find(slots[low:high], slots[back:ahead], place[low:high], place[back:ahead], key[low:high], limits)
            for s in range(planes[z], planes[z + 1]):
                _tally(slots[starts[s] : stops[s]], key[starts[s] : stops[s]], table, width)
        _sort_out(table, width, pairs[a], runs[a])
    return pairs, runs


@njit
def _find(here: Levels, before: Levels, place: Levels, place_before: Levels, key: Levels, limits: Levels) -> None:
    """Find place and key of a stretch of cells; those outside of the ROI get some, which nobody reads."""
    base, last, seen = limits[0], limits[1], limits[2]
    for k in range(here.size):
        same = here[k] == before[k]
        place[k] = min(place_before[k], last) + 1 if same else 1
        key[k] = base + place[k] if same else before[k] & seen


@njit
def _follow(slots: Levels, start: int, stop: int, place: Levels, key: Levels, limits: Levels) -> None:
    """Find the keys of a span along x."""
    base, seen = limits[0], limits[2]
    before = slots[start - 1]
    found = 0
    for k in range(start, stop):
        here = slots[k]
        same = here == before
        found = found + 1 if same else 1
        place[k] = min(found, limits[1] + 1)
        key[k] = base + place[k] if same else before & seen
        before = here


@njit
def _tally(slots: Levels, key: Levels, table: Counts, width: int) -> None:
    """Count the voxels of a span by slot and key."""
    for k in range(slots.size):
        table[np.uint64(slots[k]) * np.uint64(width) + np.uint64(key[k])] += 1


@njit
def _sort_out(table: Counts, width: int, pairs: Counts, runs: Counts) -> None:
    """Take pairs and runs of one direction from the counts of keys.

    A run of length m has one voxel at each of the places 1 to m, so that the runs of length j are the voxels at place j
    less those at place j + 1.
    """
    known = len(pairs)
    n, longest = runs.shape
    for slot in range(1, n + 1):
        row = table[slot * width : (slot + 1) * width]
        others, equal = 0, 0
        for k in range(known + 1):
            others += row[k]
        for k in range(known + 1, width):
            equal += row[k]
        for k in range(known):
            pairs[k, slot - 1] = row[k + 1]
        if known > 0:
            pairs[slot - 1, slot - 1] = equal
        for j in range(longest):
            at = others if j == 0 else row[known + j]
            runs[slot - 1, j] = at - (row[known + j + 1] if known + j + 1 < width else 0)
