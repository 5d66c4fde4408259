"""Zones: connected voxels of one gray level (GLSZM, IBSI 3.8)."""

from functools import cache

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.forest import joined, root
from radpipe.kernels.spans import Levels, Spans

__all__ = ["Examination", "examination", "zone_numbers", "zone_sizes"]

IntArray = npt.NDArray[np.int64]
Parents = npt.NDArray[np.uint32]
Examination = tuple[IntArray, Parents, npt.NDArray[np.uint8]]

_BLOCK = 2048
"""So many cells are compared with their neighbours together."""


@cache
def examination(offsets: tuple[tuple[int, int, int], ...]) -> Examination:
    """Say in which order the neighbours before a voxel are examined, and which need not be.

    Neighbours that touch each other and belong to one zone were joined when the later of them was examined; so one that
    belongs to the voxel's zone spares those that touch it. Faces come first, because they touch the most.

    Parameters
    ----------
    offsets
        Of the neighbours after a voxel, (z, y, x), at distance 1; at most 13.

    Returns
    -------
    tuple of arrays
        The order, shape (A,): places in ``offsets``; for each neighbour in this order, bits of those that do not touch
        it, bit k for neighbour k; the lowest bit of each set of neighbours, shape (2**A,).

    References
    ----------
    Wu K, Otoo E, Suzuki K. Pattern Anal. Appl. 12 (2009) 117-135: neighbours examined in the order of a decision tree.

    Examples
    --------
    >>> order, apart, lowest = examination(((0, 1, 1), (0, 1, 0), (0, 1, -1), (0, 0, 1)))
    >>> order.tolist(), [bin(bits) for bits in apart], lowest[:4].tolist()
    ([1, 3, 0, 2], ['0b0', '0b1000', '0b1000', '0b110'], [0, 0, 1, 0])
    """
    grid = np.array(offsets, dtype=np.int64).reshape(-1, 3)
    order = np.argsort(np.abs(grid).sum(axis=1), kind="stable")
    apart = np.abs(grid[order][:, None] - grid[order]).max(axis=2) > 1
    bits = 1 << np.arange(len(grid), dtype=np.uint32)
    sets = np.arange(2 ** len(grid))
    lowest = np.zeros(len(sets), dtype=np.uint8)
    for k in range(len(grid) - 1, -1, -1):
        lowest[sets >> k & 1 == 1] = k
    return order, (apart * bits).sum(axis=1).astype(np.uint32), lowest


@njit
def zone_sizes(
    slots: Levels, spans: Spans, steps: IntArray, apart: Parents, lowest: npt.NDArray[np.uint8]
) -> tuple[IntArray, IntArray]:
    """Find the zones with a disjoint-set forest of parts, in one pass over the neighbours before each voxel.

    Parameters
    ----------
    slots
        Padded grid of :mod:`radpipe.kernels.spans`, shape (cells,).
    spans
        Of the ROI's voxels in it.
    steps
        Positive steps to the neighbours that come after a voxel, in the order of :func:`examination`, shape (A,).
    apart, lowest
        From :func:`examination`.

    Returns
    -------
    tuple of arrays
        Slot and number of voxels of each zone, in the order of their first voxels.
    """
    _, parent, size, slot_of = _parts(slots, spans, steps, apart, lowest)
    return _united(slot_of, size, parent)


@njit
def zone_numbers(
    slots: Levels, spans: Spans, steps: IntArray, apart: Parents, lowest: npt.NDArray[np.uint8]
) -> tuple[IntArray, IntArray]:
    """Tell which zone each voxel belongs to, for features of zones that need more than their size.

    Parameters
    ----------
    slots, spans, steps, apart, lowest
        As for :func:`zone_sizes`.

    Returns
    -------
    tuple of arrays
        Slot of each zone, and number of the zone of each voxel, from 0, both in the order of :func:`zone_sizes`.
    """
    part_of, parent, size, slot_of = _parts(slots, spans, steps, apart, lowest)
    number = np.empty(size.size, dtype=np.int64)
    zone_slots = np.empty(size.size, dtype=np.int64)
    zones = 0
    for part in range(size.size):  # a part's parent comes before it
        if parent[part] == part:
            number[part] = zones
            zone_slots[zones] = slot_of[part]
            zones += 1
        else:
            number[part] = number[parent[part]]
    starts, stops, _ = spans
    zone = np.empty((stops - starts).sum(), dtype=np.int64)
    found = 0
    for s in range(starts.size):
        for v in range(starts[s], stops[s]):
            zone[found] = number[part_of[v]]
            found += 1
    return zone_slots[:zones], zone


@njit
def _marks(slots: Levels, spans: Spans, steps: IntArray) -> npt.NDArray[np.uint16]:
    """Return for each voxel's cell the set of neighbours before it that have its slot, bit k for step k."""
    starts, stops, planes = spans
    marks = np.zeros(slots.size, dtype=np.uint16)
    for z in range(planes.size - 1):
        if planes[z] == planes[z + 1]:
            continue
        first, end = starts[planes[z]], stops[planes[z + 1] - 1]
        # A block at a time stays in the first cache while all steps look at it.
        for low in range(first, end, _BLOCK):
            high = min(low + _BLOCK, end)
            for k in range(steps.size):
                _mark(slots[low:high], slots[low - steps[k] : high - steps[k]], marks[low:high], np.uint16(1 << k))
    return marks


@njit
def _mark(here: Levels, before: Levels, marks: npt.NDArray[np.uint16], mark: np.uint16) -> None:
    """Mark the cells whose neighbour along one step has their slot."""
    none = np.uint16(0)
    for k in range(here.size):
        marks[k] |= mark if here[k] == before[k] else none


@njit
def _parts(
    slots: Levels, spans: Spans, steps: IntArray, apart: Parents, lowest: npt.NDArray[np.uint8]
) -> tuple[Parents, Parents, Parents, Parents]:
    """Return the part of each cell of a voxel, and parent, size and slot of each part."""
    starts, stops, _ = spans
    voxels = (stops - starts).sum()
    marks = _marks(slots, spans, steps)
    part_of = np.empty(slots.size, dtype=np.uint32)
    parent = np.empty(voxels, dtype=np.uint32)
    size = np.zeros(voxels, dtype=np.uint32)
    slot_of = np.empty(voxels, dtype=np.uint32)
    parts = np.uint32(0)
    one = np.uint32(1)
    for s in range(starts.size):
        for v in range(starts[s], stops[s]):
            same = np.uint32(marks[v])
            if same == 0:
                mine = parts
                parent[mine], slot_of[mine] = mine, slots[v]
                parts += one
            else:
                # Neighbours that touch one that was looked at are in its part already; those apart from it are left.
                k = lowest[same]
                mine = part_of[v - steps[k]]
                same &= apart[k]
                if same != 0:
                    mine = root(parent, mine)
            while same != 0:
                k = lowest[same]
                same &= apart[k]
                mine = joined(parent, mine, root(parent, part_of[v - steps[k]]))
            part_of[v] = mine
            size[mine] += one
    return part_of, parent[:parts], size[:parts], slot_of[:parts]


@njit
def _united(slot_of: Parents, size: Parents, parent: Parents) -> tuple[IntArray, IntArray]:
    """Add the parts of each zone up; a part's parent comes before it."""
    zones = 0
    for part in range(size.size - 1, -1, -1):
        if parent[part] == part:
            zones += 1
        else:
            size[parent[part]] += size[part]
    slots, voxels = np.empty(zones, dtype=np.int64), np.empty(zones, dtype=np.int64)
    found = 0
    for part in range(size.size):
        if parent[part] == part:
            slots[found], voxels[found] = slot_of[part], size[part]
            found += 1
    return slots, voxels
