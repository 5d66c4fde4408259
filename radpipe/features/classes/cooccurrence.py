"""Co-occurrence matrices (IBSI 3.6), normalised as PyRadiomics 3.0.1 does it, with what their features share.

``P[i, j]`` of a direction is the share of neighbouring voxel pairs with gray levels i and j. Sums run in PyRadiomics'
order, so that a difference that is 0 there (in ``Imc2``) is 0 here and not 1e-8. With very many gray levels only the
cells that are not empty are kept.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.inputs import EPSILON, GrayLevels, Grid, TextureOptions, direction_lengths_mm
from radpipe.kernels import cooccurrence as kernels
from radpipe.kernels.neighbours import pair_keys

__all__ = ["Cooccurrence", "Moments", "cooccurrence_of_pairs", "cooccurrence_of_voxels"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Means over the cells of each direction, shape (A,) each; x is i - ux and y is j - uy.

    Parameters
    ----------
    product, squared_gap, energy
        Of i j, of (i - j)^2, and of p.
    xx, yy, xy
        Of the products of x and y.
    second, third, fourth
        Of the powers of x + y.
    largest
        The largest p, no mean.
    """

    product: FloatArray
    squared_gap: FloatArray
    energy: FloatArray
    xx: FloatArray
    yy: FloatArray
    xy: FloatArray
    second: FloatArray
    third: FloatArray
    fourth: FloatArray
    largest: FloatArray


@dataclass(frozen=True, eq=False)
class Cooccurrence:
    """Normalised matrices of A directions and n gray levels, and what features share.

    Cells are either all cells, shape (n, n, A), or a list of those that are not empty, shape (c,); arrays of one value
    a cell have one of these shapes or are broadcast to it.

    Parameters
    ----------
    p
        Probability of each cell.
    i, j
        Gray levels of each cell.
    row, column, direction
        Ranks of the gray levels, from 0, and number of the direction, of each cell in a list; None for all cells.
    sums
        int64, shape (n, n) or (c,): i + j - 2 of each cell.
    highest
        The highest gray level Ng.
    px, py
        float64, shape (n, A): marginal probabilities of rows and columns.
    ux, uy
        float64, shape (A,): mean gray levels of rows and columns.
    p_sum, p_difference
        float64, shapes (2 Ng - 1, A) and (Ng, A): probability of i + j = k from k = 2, and of abs(i - j) = k from 0.
    entropy
        float64, shape (A,): joint entropy in bits.
    """

    p: FloatArray
    i: FloatArray
    j: FloatArray
    row: IntArray | None
    column: IntArray | None
    direction: IntArray | None
    sums: IntArray
    highest: int
    px: FloatArray
    py: FloatArray
    ux: FloatArray
    uy: FloatArray
    p_sum: FloatArray
    p_difference: FloatArray
    entropy: FloatArray

    def total(self, terms: FloatArray) -> FloatArray:
        """Sum one term a cell over each direction's cells, shape (A,)."""
        if self.direction is None:
            return np.asarray(np.sum(terms, axis=(0, 1)))
        return _by_direction(self.direction, terms, self.px.shape[1])

    def at(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's direction, of values of shape (A,)."""
        return values if self.direction is None else values[self.direction]

    def _at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j and direction, of values of shape (2 Ng - 1, A), from i + j = 2."""
        return values[self.sums] if self.direction is None else values[self.sums, self.direction]

    @cached_property
    def moments(self) -> Moments:
        """Means over the cells of each direction."""
        k = np.arange(2, 2 * self.highest + 1, dtype=np.float64)[:, None] - self.ux - self.uy
        powers = np.stack([k**2, k**3, k**4])
        if self.direction is None and (found := _in_memory_order(self.p)) is not None:
            level = self.i.ravel().astype(np.int64)
            return Moments(*kernels.moments(found[0], level, self.ux, self.uy, powers, found[1]))
        x, y = self.i - self.at(self.ux), self.j - self.at(self.uy)
        second, third, fourth = (self.total(self.p * self._at_sum(power)) for power in powers)
        return Moments(
            self.total(self.p * (self.i * self.j)),
            self.total(self.p * np.abs(self.i - self.j) ** 2),
            self.total(self.p**2),
            self.total(self.p * x**2),
            self.total(self.p * y**2),
            self.total(self.p * x * y),
            second,
            third,
            fourth,
            self._largest(),
        )

    def _largest(self) -> FloatArray:
        if self.direction is None:
            return np.asarray(np.amax(self.p, axis=(0, 1)))
        largest = np.zeros(self.px.shape[1])
        np.maximum.at(largest, self.direction, self.p)
        return largest

    @cached_property
    def independent(self) -> tuple[FloatArray, FloatArray]:
        """The product px py of each cell, and its logarithm to base 2."""
        if self.row is None or self.column is None:
            product = self.px[:, None, :] * self.py[None, :, :]
        else:
            product = self.px[self.row, self.direction] * self.py[self.column, self.direction]
        return product, np.log2(product + EPSILON)


def cooccurrence_of_pairs(
    pairs: npt.NDArray[np.int32],
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> Cooccurrence | None:
    """Normalise counted pairs; None when no two voxels are neighbours.

    Parameters
    ----------
    pairs
        From :func:`radpipe.kernels.runs.count_pairs_and_runs`, shape (A, n, n).
    gray
        Gray levels of the ROI.
    options
        Symmetry and weighting.
    offsets
        Of the directions, shape (A, 3), (z, y, x).
    spacing_zyx_mm
        Of voxels, for the weighting.
    """
    n = len(gray.present)
    counts = _laid_out(pairs.transpose(1, 2, 0), absent=gray.highest - n)
    if options.symmetrical_glcm:
        counts += np.transpose(counts, (0, 2, 1, 3)).copy()
    if options.weighting_norm is not None:
        weights = _weights(offsets, spacing_zyx_mm, options)
        counts = np.sum(counts * weights[None, None, None, :], 3, keepdims=True)
    totals = np.sum(counts, (1, 2))
    empty = np.flatnonzero(totals[0] == 0)
    if len(empty) == totals.shape[1]:
        return None
    if counts.shape[3] > 1 and len(empty):
        counts, totals = np.delete(counts, empty, 3), np.delete(totals, empty, 1)
    p = (counts / totals[:, None, None, :])[0]
    level = gray.present.astype(np.float64)
    px, py, ux, uy, p_sum, p_difference = _margins(p, gray)
    return Cooccurrence(
        p=p,
        i=level[:, None, None],
        j=level[None, :, None],
        row=None,
        column=None,
        direction=None,
        sums=gray.present[:, None] + gray.present[None, :] - 2,
        highest=gray.highest,
        px=px,
        py=py,
        ux=ux,
        uy=uy,
        p_sum=p_sum,
        p_difference=p_difference,
        entropy=-np.sum(p * np.log2(p + EPSILON), axis=(0, 1)),
    )


def _in_memory_order(p: FloatArray) -> tuple[FloatArray, bool] | None:
    """Return matrices with their axes in memory's order, and whether that puts j first.

    None where directions are not the innermost axis, or where there is one: NumPy then adds in pairs of halves.
    """
    for view, swapped in ((p, False), (p.transpose(1, 0, 2), True)):
        if view.flags.c_contiguous and p.shape[2] > 1:
            return view, swapped
    return None


def _margins(p: FloatArray, gray: GrayLevels) -> tuple[FloatArray, ...]:
    """Return px, py, ux, uy, p_sum and p_difference; see :class:`Cooccurrence`."""
    found = _in_memory_order(p)
    if found is not None:
        return kernels.margins(found[0], gray.present, found[1])
    level, count = gray.present.astype(np.float64), p.shape[2]
    i, j = gray.present[:, None], gray.present[None, :]
    return (
        p.sum(axis=1),
        p.sum(axis=0),
        np.sum(level[:, None, None] * p, axis=(0, 1)),
        np.sum(level[None, :, None] * p, axis=(0, 1)),
        _gathered((i + j - 2)[:, :, None] * count + np.arange(count), p, 2 * gray.highest - 1, count),
        _gathered(np.abs(i - j)[:, :, None] * count + np.arange(count), p, gray.highest, count),
    )


def _laid_out(counts: npt.NDArray[np.int32], *, absent: int) -> FloatArray:
    """Return counts, shape (1, n, n, A), in the memory layout of PyRadiomics after it removed gray levels.

    NumPy adds in the order of memory, and ``numpy.delete`` changes that order unless exactly one item goes. Two sums of
    the same numbers in another order differ by 1e-16, which decides whether a spread is 0 (``Correlation``).
    """
    n, _, directions = counts.shape
    spare = min(absent, 2)
    wide = np.zeros((1, n + spare, n + spare, directions))
    wide[0, :n, :n] = counts
    gone = np.arange(n, n + spare)
    return np.asarray(np.delete(np.delete(wide, gone, 1), gone, 2))


def _by_direction(direction: IntArray, terms: FloatArray, directions: int) -> FloatArray:
    return np.bincount(direction, weights=terms, minlength=directions).astype(np.float64, copy=False)


def _gathered(place: IntArray, p: FloatArray, length: int, directions: int) -> FloatArray:
    """Sum probabilities that share a place, shape (length, directions)."""
    table = np.bincount(place.ravel(), weights=p.ravel(), minlength=length * directions)
    return table.astype(np.float64, copy=False).reshape(length, directions)


def cooccurrence_of_voxels(
    grid: Grid,
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> Cooccurrence | None:
    """Count pairs by sorting them and normalise them, for so many gray levels that matrices would be mostly empty.

    Parameters
    ----------
    grid
        The ROI.
    gray, options, offsets, spacing_zyx_mm
        As for :func:`cooccurrence_of_pairs`.
    """
    n = len(gray.present)
    steps = grid.layout.steps(offsets)
    weights = np.ones(len(steps)) if options.weighting_norm is None else _weights(offsets, spacing_zyx_mm, options)
    keys, counts = [], []
    for a, step in enumerate(steps):
        found = pair_keys(grid.slots, grid.spans, step, n)
        if options.symmetrical_glcm:
            found = np.concatenate([found, found % n * n + found // n])
        cells, number = np.unique(found, return_counts=True)
        keys.append(cells if options.weighting_norm is not None else cells + a * n * n)
        counts.append(number * weights[a])
    cells, place = np.unique(np.concatenate(keys), return_inverse=True)
    if not cells.size:
        return None
    number = np.bincount(place, weights=np.concatenate(counts))
    row, column = cells // n % n, cells % n
    used, direction = np.unique(cells // (n * n), return_inverse=True)
    count = len(used)
    p = number / np.bincount(direction, weights=number)[direction]
    i, j = gray.present[row], gray.present[column]
    return Cooccurrence(
        p=p,
        i=i.astype(np.float64),
        j=j.astype(np.float64),
        row=row,
        column=column,
        direction=direction,
        sums=i + j - 2,
        highest=gray.highest,
        px=_gathered(row * count + direction, p, n, count),
        py=_gathered(column * count + direction, p, n, count),
        ux=_by_direction(direction, i * p, count),
        uy=_by_direction(direction, j * p, count),
        p_sum=_gathered((i + j - 2) * count + direction, p, 2 * gray.highest - 1, count),
        p_difference=_gathered(np.abs(i - j) * count + direction, p, gray.highest, count),
        entropy=-_by_direction(direction, p * np.log2(p + EPSILON), count),
    )


def _weights(offsets: IntArray, spacing_zyx_mm: tuple[float, float, float], options: TextureOptions) -> FloatArray:
    """Return the weight of each direction: exp(-length squared), lengths in mm."""
    norm = options.weighting_norm
    if norm is None or norm == "no_weighting":
        return np.ones(len(offsets))
    if norm == "euclidean":  # without a root that is squared again: its rounding would be felt in small ROIs
        return np.asarray(np.exp(-np.sum((np.abs(offsets) * np.array(spacing_zyx_mm)) ** 2, axis=1)))
    return np.asarray(np.exp(-(direction_lengths_mm(offsets, spacing_zyx_mm, norm) ** 2)))
