"""What lies around each voxel: dependent neighbours (GLDM), differences from their mean (NGTDM); pairs of many levels.

Kernels work on the padded grid of :mod:`radpipe.kernels.spans`. What is counted are *slots*, the ranks of the gray
levels that occur, from 1; 0 is outside the ROI. Neighbours are compared and added cell by cell along x, for one step
after the other, which compiled code does for many cells at once.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.spans import Levels, Spans
from radpipe.kernels.tally import add_keys

__all__ = ["count_dependences", "half_offsets", "pair_keys", "sum_tone_differences", "tone_pairs"]

IntArray = npt.NDArray[np.int64]

_ONE_VOXEL = 2**40
"""Voxels and their differences are added up in one number, voxels above this bit."""

_BLOCK = 2048
"""So many cells are looked at together: what is added up for them stays near the processor."""


@cache
def half_offsets(
    distances: tuple[int, ...], shape: tuple[int, int, int], flat_axis: int | None = None
) -> npt.NDArray[np.int64]:
    """List one of each pair of opposite offsets (z, y, x) whose largest component is one of the distances.

    Parameters
    ----------
    distances
        Chebyshev distances in voxels.
    shape
        Of the ROI's box; offsets that leave it from every voxel are left out.
    flat_axis
        The axis (0 is z) along which neighbours are not sought (PyRadiomics' ``force2Ddimension``), or none.

    Returns
    -------
    ndarray
        Shape (offsets, 3), from the largest to the smallest, as PyRadiomics orders them; the first component that is
        not 0 is positive.

    Examples
    --------
    >>> len(half_offsets((1,), (9, 9, 9))), len(half_offsets((1,), (9, 9, 9), flat_axis=0))
    (13, 4)
    """
    reach = max(distances)
    grid = reach - np.indices((2 * reach + 1,) * 3).reshape(3, -1).T
    kept = np.isin(np.abs(grid).max(axis=1), distances) & (np.abs(grid) < np.array(shape)).all(axis=1)
    if flat_axis is not None:
        kept &= grid[:, flat_axis] == 0
    found = grid[kept]
    half = np.ascontiguousarray(found[: len(found) // 2], dtype=np.int64)
    half.setflags(write=False)
    return half


def count_dependences(slots: Levels, levels: Levels, spans: Spans, steps: IntArray, n: int, alpha: int) -> IntArray:
    """Count voxels by gray level and number of neighbours that depend on them.

    Parameters
    ----------
    slots
        Padded grid, shape (cells,).
    levels
        Gray levels, or ranks for an alpha of 0, on the same grid, from 1; 0 is outside.
    spans
        Of the ROI's voxels in it.
    steps
        One of each pair of opposite steps, shape (A,), positive.
    n
        Number of slots.
    alpha
        A neighbour depends on the voxel when their levels differ by at most this, 0 or more.

    Returns
    -------
    ndarray
        Shape (n, 2 A + 1): voxels of slot i + 1 with j dependent neighbours.
    """
    few = 2 * steps.size < 2**8
    narrow: type[Any] = np.uint8 if few else np.uint16
    wide: type[Any] = np.uint16 if few and (n + 1) * (2 * steps.size + 1) <= 2**16 else np.uint32
    near, keys = np.empty(slots.size, dtype=narrow), np.empty(slots.size, dtype=wide)
    return _dependences(slots, levels, spans, steps, n, alpha, near, keys)


@njit
def _dependences(
    slots: Levels, levels: Levels, spans: Spans, steps: IntArray, n: int, alpha: int, near: Levels, keys: Levels
) -> IntArray:
    """Count neighbours cell by cell, then voxels by a key of slot and number."""
    starts, stops, planes = spans
    width = np.full(1, 2 * steps.size + 1, dtype=keys.dtype)
    even = np.zeros((n + 1) * (2 * steps.size + 1), dtype=np.int32)
    odd = np.zeros(even.size, dtype=np.int32)
    highest = np.int64(levels.max())
    bottom: npt.NDArray[Any] = np.empty(_BLOCK, dtype=levels.dtype)
    top: npt.NDArray[Any] = np.empty(_BLOCK, dtype=levels.dtype)
    for z in range(planes.size - 1):
        if planes[z] == planes[z + 1]:
            continue
        first, end = starts[planes[z]], stops[planes[z + 1] - 1]
        for low in range(first, end, _BLOCK):
            high = min(low + _BLOCK, end)
            found = near[low:high]
            found[:] = 0
            for k in range(high - low if alpha > 0 else 0):
                level = np.int64(levels[low + k])
                bottom[k] = max(level - alpha, 1)
                top[k] = min(level + alpha, highest)
            for step in steps:
                ahead, behind = levels[low + step : high + step], levels[low - step : high - step]
                if alpha == 0:
                    _add_equal(ahead, behind, levels[low:high], found)
                else:
                    _add_dependent(ahead, behind, bottom, top, found)
            _number(slots[low:high], found, keys[low:high], width)
        add_keys(keys, starts[planes[z] : planes[z + 1]], stops[planes[z] : planes[z + 1]], even, odd)
    even += odd
    return even.astype(np.int64).reshape(n + 1, 2 * steps.size + 1)[1:]


@njit
def _number(slots: Levels, near: Levels, keys: Levels, width: Levels) -> None:
    """Write the key of each cell."""
    wide = width[0]
    for k in range(keys.size):
        keys[k] = slots[k] * wide + near[k]


@njit
def _add_equal(ahead: Levels, behind: Levels, here: Levels, found: Levels) -> None:
    """Count the neighbours along one step, both ways, of the same level; cells outside of the ROI get some number."""
    for k in range(found.size):
        level = here[k]
        found[k] += np.uint8(ahead[k] == level) + np.uint8(behind[k] == level)


@njit
def _add_dependent(ahead: Levels, behind: Levels, bottom: Levels, top: Levels, found: Levels) -> None:
    """Count the neighbours along one step, both ways, whose level lies in their voxel's range."""
    for k in range(found.size):
        low, high = bottom[k], top[k]
        found[k] += np.uint8((ahead[k] >= low) & (ahead[k] <= high))
        found[k] += np.uint8((behind[k] >= low) & (behind[k] <= high))


def sum_tone_differences(
    slots: Levels, levels: Levels, spans: Spans, steps: IntArray, n: int
) -> tuple[npt.NDArray[np.float64], IntArray]:
    """Sum the differences between voxels and the mean of their neighbours in the ROI, by gray level.

    Parameters
    ----------
    slots
        As for :func:`count_dependences`.
    levels
        Gray levels on the same grid, from 1; 0 is outside.
    spans, steps, n
        As for :func:`count_dependences`.

    Returns
    -------
    tuple of ndarray
        Sum by slot - 1, to which a voxel without neighbours adds nothing, and voxels that have a neighbour, shape (n,).
    """
    if levels.itemsize == 1 and 2 * steps.size >= 2**8:
        levels = levels.astype(np.uint16)
    kinds: tuple[type[Any], type[Any]] = (np.uint16, np.uint8) if levels.itemsize == 1 else (np.uint32, np.uint16)
    total, number = (np.empty(slots.size, dtype=kind) for kind in kinds)
    return _tone_differences(slots, levels, spans, steps, n, total, number)


@njit
def _tone_differences(
    slots: Levels, levels: Levels, spans: Spans, steps: IntArray, n: int, total: Levels, number: Levels
) -> tuple[npt.NDArray[np.float64], IntArray]:
    """Add the neighbours' levels cell by cell, then the differences voxel by voxel.

    With 2, 4 or 8 neighbours the differences of voxels that have all of them are whole numbers of as many parts, whose
    sums are exact in any order.
    """
    starts, stops, planes = spans
    difference, surrounded = np.zeros(n + 1, dtype=np.float64), np.zeros(n + 1, dtype=np.int64)
    parts = np.zeros(2 * (n + 1), dtype=np.int64)  # of every other voxel, so that equal ones do not wait
    every = 2 * steps.size
    exact = every in (2, 4, 8) and every * np.int64(levels.max()) * slots.size < _ONE_VOXEL
    for z in range(planes.size - 1):
        if planes[z] == planes[z + 1]:
            continue
        first, end = starts[planes[z]], stops[planes[z + 1] - 1]
        for low in range(first, end, _BLOCK):
            high = min(low + _BLOCK, end)
            total[low:high] = 0
            number[low:high] = 0
            for step in steps:
                ahead, behind = levels[low + step : high + step], levels[low - step : high - step]
                _add_levels(ahead, behind, total[low:high], number[low:high])
        for s in range(planes[z], planes[z + 1]):
            for cell in range(starts[s], stops[s]):
                v = np.uint64(cell)
                slot = np.uint64(slots[v])
                if exact and number[v] == every:
                    gap = abs(every * np.int64(levels[v]) - np.int64(total[v]))
                    parts[slot + np.uint64(cell & 1) * np.uint64(n + 1)] += gap + _ONE_VOXEL
                elif number[v] > 0:
                    surrounded[slot] += 1
                    difference[slot] += abs(levels[v] - np.float64(total[v]) / np.float64(number[v]))
    if exact:
        both = parts[: n + 1] + parts[n + 1 :]
        difference += (both % _ONE_VOXEL) / every
        surrounded += both // _ONE_VOXEL
    return difference[1:], surrounded[1:]


@njit
def _add_levels(ahead: Levels, behind: Levels, total: Levels, number: Levels) -> None:
    """Add the levels of the neighbours along one step, both ways, and count those in the ROI."""
    for k in range(total.size):
        total[k] += np.uint32(ahead[k]) + np.uint32(behind[k])
        number[k] += np.uint8(ahead[k] > 0) + np.uint8(behind[k] > 0)


@njit
def pair_keys(slots: Levels, spans: Spans, step: int, n: int) -> IntArray:
    """List the gray level pairs along one step, for so many levels that a matrix would be mostly empty.

    Returns
    -------
    ndarray
        ``(slot - 1) * n + (neighbour's slot - 1)`` of each pair of voxels in the ROI, unordered, with repetitions.
    """
    starts, stops, _ = spans
    keys = np.empty((stops - starts).sum(), dtype=np.int64)
    found = 0
    for s in range(starts.size):
        for v in range(starts[s], stops[s]):
            other = slots[v + step]
            if other > 0:
                keys[found] = (np.int64(slots[v]) - 1) * n + np.int64(other) - 1
                found += 1
    return keys[:found]


@njit
def tone_pairs(
    level: npt.NDArray[np.float64], p: npt.NDArray[np.float64], s: npt.NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Sum over pairs of occupied gray levels, without a matrix of pairs.

    Parameters
    ----------
    level, p, s
        Gray level, its probability (above 0) and its summed difference; shape (occupied levels,).

    Returns
    -------
    tuple of float
        The sums of Contrast, Busyness, Complexity and Strength, before division.
    """
    contrast, busyness, complexity, strength = 0.0, 0.0, 0.0, 0.0
    for i in range(level.size):
        for j in range(level.size):
            gap = level[i] - level[j]
            contrast += p[i] * p[j] * gap * gap
            busyness += abs(level[i] * p[i] - level[j] * p[j])
            complexity += abs(gap) * (p[i] * s[i] + p[j] * s[j]) / (p[i] + p[j])
            strength += (p[i] + p[j]) * gap * gap
    return contrast, busyness, complexity, strength
