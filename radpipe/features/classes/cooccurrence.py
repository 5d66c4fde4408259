"""Co-occurrence matrices (IBSI 3.6), normalised as PyRadiomics 3.0.1 does it, with what their features share.

``P[i, j]`` of a direction is the share of neighbouring voxel pairs with gray levels i and j. Sums run in PyRadiomics'
order, so that a difference that is 0 there (in ``Imc2``) is 0 here and not 1e-8. With very many gray levels only the
cells that are not empty are kept.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.inputs import GrayLevels, Grid, TextureOptions, direction_lengths_mm
from radpipe.kernels.neighbours import pair_keys

__all__ = ["EPSILON", "Cooccurrence", "cooccurrence_of_pairs", "cooccurrence_of_voxels"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EPSILON = float(np.spacing(1))
"""PyRadiomics adds it inside logarithms and to divisors."""


@dataclass(frozen=True, slots=True, eq=False)
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

    def at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j and direction, of values of shape (2 Ng - 1, A), from i + j = 2."""
        return values[self.sums] if self.direction is None else values[self.sums, self.direction]

    def product_of_margins(self) -> FloatArray:
        """Return px py of each cell."""
        if self.row is None or self.column is None:
            return self.px[:, None, :] * self.py[None, :, :]
        return self.px[self.row, self.direction] * self.py[self.column, self.direction]


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
        From :func:`radpipe.kernels.neighbours.count_neighbourhood`, shape (A, n + 1, n + 1).
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
    counts = _laid_out(pairs[:, 1:, 1:].transpose(1, 2, 0), absent=gray.highest - n)
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
    i, j = level[:, None, None], level[None, :, None]
    count = p.shape[2]
    sums = gray.present[:, None] + gray.present[None, :] - 2
    place_of_sum = sums[:, :, None] * count + np.arange(count)
    place_of_gap = np.abs(gray.present[:, None] - gray.present[None, :])[:, :, None] * count + np.arange(count)
    return Cooccurrence(
        p=p,
        i=i,
        j=j,
        row=None,
        column=None,
        direction=None,
        sums=sums,
        highest=gray.highest,
        px=p.sum(axis=1),
        py=p.sum(axis=0),
        ux=np.sum(i * p, axis=(0, 1)),
        uy=np.sum(j * p, axis=(0, 1)),
        p_sum=_gathered(place_of_sum, p, 2 * gray.highest - 1, count),
        p_difference=_gathered(place_of_gap, p, gray.highest, count),
        entropy=-np.sum(p * np.log2(p + EPSILON), axis=(0, 1)),
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
    steps: npt.NDArray[np.uint64],
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> Cooccurrence | None:
    """Count pairs by sorting them and normalise them, for so many gray levels that matrices would be mostly empty.

    Parameters
    ----------
    grid, steps
        The ROI, and one step a direction in it.
    gray, options, offsets, spacing_zyx_mm
        As for :func:`cooccurrence_of_pairs`.
    """
    n = len(gray.present)
    weights = np.ones(len(steps)) if options.weighting_norm is None else _weights(offsets, spacing_zyx_mm, options)
    keys, counts = [], []
    for a, step in enumerate(steps):
        found = pair_keys(grid.slots, grid.voxels, step, n)
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
    return np.asarray(np.exp(-(direction_lengths_mm(offsets, spacing_zyx_mm, norm) ** 2)))
