"""One pass over each voxel's neighbourhood: gray level pairs (GLCM), dependences (GLDM) and tone differences (NGTDM).

Kernels work on a *padded* grid in one dimension: a voxel's neighbour at an offset is ``index + step``, and the padding,
which is outside the ROI, makes every such index valid. What is counted are *slots*, the ranks of the gray levels that
occur, from 1; 0 is outside the ROI. Indices and slots are unsigned, which spares compiled code a look at each sign.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["count_neighbourhood", "half_offsets", "pad", "pair_keys", "tone_pairs"]

Slots = npt.NDArray[np.uint32]
Indices = npt.NDArray[np.uint64]

_NUMBER = 40
"""Bits for a sum of neighbours' gray levels; above them their number is counted."""


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


@njit
def pad(slots: Slots, mask: npt.NDArray[np.bool_], reach: int) -> tuple[Slots, Indices]:
    """Lay the slots of a ROI's voxels out on its grid (z, y, x), with so many cells of 0 around it.

    Returns
    -------
    tuple of arrays
        The grid in one dimension, and the indices of the ROI's voxels in it.
    """
    nz, ny, nx = mask.shape
    wide_y, wide_x = ny + 2 * reach, nx + 2 * reach
    wide = np.zeros((nz + 2 * reach) * wide_y * wide_x, dtype=np.uint32)
    voxels = np.empty(slots.size, dtype=np.uint64)
    found = 0
    for z in range(nz):
        for y in range(ny):
            start = ((z + reach) * wide_y + y + reach) * wide_x + reach
            for x in range(nx):
                if mask[z, y, x]:
                    wide[start + x] = slots[found]
                    voxels[found] = start + x
                    found += 1
    return wide, voxels


def count_neighbourhood(
    slots: Slots, voxels: Indices, steps: Indices, level: npt.NDArray[np.int64], alpha: float, with_pairs: bool
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count pairs and dependences, and sum tone differences.

    Parameters
    ----------
    slots
        Padded grid, shape (cells,).
    voxels
        Indices of the ROI's voxels in it, rising.
    steps
        One of each pair of opposite steps, shape (A,).
    level
        Gray level of each slot, shape (n + 1,); 0 for slot 0.
    alpha
        A neighbour depends on the voxel when their levels differ by at most this.
    with_pairs
        Whether pairs are counted.

    Returns
    -------
    tuple of arrays
        Voxels of slot i with a neighbour of slot j one step further, shape (A, n + 1, n + 1), with row and column 0 for
        what is outside (shape (A, 1, 1) when not asked for); voxels by (slot - 1, number of dependent neighbours),
        shape (n, 2 A + 1); summed absolute difference between a voxel and the mean of its neighbours in the ROI, by
        slot - 1 (0 for a voxel without neighbours).
    """
    present = level[1:]
    lowest = np.searchsorted(present, present - alpha, side="left") + 1
    highest = np.searchsorted(present, present + alpha, side="right")
    first = np.concatenate([[0], lowest]).astype(np.uint32)
    others = np.concatenate([[0], highest - lowest]).astype(np.uint32)
    return _count(slots, voxels, steps, level, first, others, with_pairs)


@njit
def _count(
    slots: Slots,
    voxels: Indices,
    steps: Indices,
    level: npt.NDArray[np.int64],
    first: Slots,
    others: Slots,
    with_pairs: bool,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count; the slots that depend on slot i are ``first[i]`` and the ``others[i]`` after it.

    A difference of unsigned numbers is large where it would be negative, so one comparison tells whether a slot is
    among them. One sum holds the neighbours' gray levels in its low bits and their number in its high bits.
    """
    n = level.size - 1
    count = steps.size
    size = n + 1 if with_pairs else 1
    pairs = np.zeros((count, size, size), dtype=np.int32)
    dependence = np.zeros((n + 1, 2 * count + 1), dtype=np.int64)
    difference = np.zeros(n + 1, dtype=np.float64)
    summand = np.empty(n + 1, dtype=np.int64)
    for slot in range(n + 1):
        summand[slot] = level[slot] + ((slot > 0) << _NUMBER)
    for v in voxels:
        slot = slots[v]
        near, total = 0, 0
        lowest, span = first[slot], others[slot]
        for a in range(count):
            ahead, behind = slots[v + steps[a]], slots[v - steps[a]]
            if with_pairs:
                pairs[a, slot, ahead] += 1
            total += summand[ahead] + summand[behind]
            near += np.uint32(ahead - lowest) <= span
            near += np.uint32(behind - lowest) <= span
        dependence[slot, near] += 1
        found = total >> _NUMBER
        if found > 0:
            difference[slot] += abs(level[slot] - (total - (found << _NUMBER)) / found)
    return pairs, dependence[1:], difference[1:]


@njit
def pair_keys(slots: Slots, voxels: Indices, step: np.uint64, n: int) -> npt.NDArray[np.int64]:
    """List the gray level pairs along one step, for so many levels that a matrix would be mostly empty.

    Returns
    -------
    ndarray
        ``(slot - 1) * n + (neighbour's slot - 1)`` of each pair of voxels in the ROI, unordered, with repetitions.
    """
    keys = np.empty(voxels.size, dtype=np.int64)
    found = 0
    for v in voxels:
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
