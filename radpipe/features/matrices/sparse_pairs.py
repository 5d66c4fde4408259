"""Co-occurrence matrices by sorting pairs, with those cells only that are not empty: for very many gray levels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels, Grid, TextureOptions
from radpipe.features.matrices.cooccurrence import Cooccurrence
from radpipe.features.matrices.correlation import maximal_correlation
from radpipe.features.matrices.sums import by_direction, gathered
from radpipe.features.matrices.weights import direction_weights
from radpipe.kernels.neighbours import pair_keys

__all__ = ["SparsePairs", "cooccurrence_of_voxels"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SparsePairs(Cooccurrence):
    """Matrices as a list of c cells that are not empty: arrays of one value a cell have shape (c,).

    Parameters
    ----------
    row, column, direction
        Ranks of the gray levels, from 0, and number of the direction, of each cell.
    """

    row: IntArray
    column: IntArray
    direction: IntArray

    def total(self, terms: FloatArray) -> FloatArray:
        """Sum one term a cell over each direction's cells, shape (A,)."""
        return by_direction(self.direction, terms, self.px.shape[1])

    def at(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's direction, of values of shape (A,)."""
        return values[self.direction]

    def at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j and direction, of values of shape (2 Ng - 1, A), from i + j = 2."""
        return values[self.sums, self.direction]

    def largest(self) -> FloatArray:
        """Return the largest p of each direction, shape (A,)."""
        largest = np.zeros(self.px.shape[1])
        np.maximum.at(largest, self.direction, self.p)
        return largest

    def product(self) -> FloatArray:
        """Return px py of each cell."""
        return self.px[self.row, self.direction] * self.py[self.column, self.direction]

    def entropy_of_product(self) -> FloatArray:
        """Return -sum px py log2(px py + eps) of each direction, a row of its matrix at a time, shape (A,)."""
        return np.array([_entropy_of_product(px, py) for px, py in zip(self.px.T, self.py.T, strict=True)])

    def maximal_correlation(self) -> FloatArray:
        """Return Haralick's f14 of each direction, one matrix at a time, shape (A,)."""
        n, count = self.px.shape
        values = np.empty(count)
        for a in range(count):
            cells = self.direction == a
            matrix = np.zeros((1, n, n))
            matrix[0, self.row[cells], self.column[cells]] = self.p[cells]
            values[a] = maximal_correlation(matrix, self.px.T[a : a + 1], self.py.T[a : a + 1])[0]
        return values


def _entropy_of_product(px: FloatArray, py: FloatArray) -> float:
    rows = [float(np.sum(x * py * np.log2(x * py + EPSILON))) for x in px[px > 0]]
    return -float(np.sum(rows))


def cooccurrence_of_voxels(
    grid: Grid,
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> SparsePairs | None:
    """Count pairs by sorting them and normalise them, for so many gray levels that matrices would be mostly empty.

    Parameters
    ----------
    grid
        The ROI.
    gray, options, offsets, spacing_zyx_mm
        As for :func:`radpipe.features.matrices.dense_pairs.cooccurrence_of_pairs`.
    """
    if not len(offsets):
        return None
    n = len(gray.present)
    steps = grid.layout.steps(offsets)
    weights = (
        np.ones(len(steps)) if options.weighting_norm is None else direction_weights(offsets, spacing_zyx_mm, options)
    )
    keys, counts = [], []
    for a, step in enumerate(steps):
        keys_of_step = pair_keys(grid.slots, grid.spans, step, n)
        if options.symmetrical_glcm:
            keys_of_step = np.concatenate([keys_of_step, keys_of_step % n * n + keys_of_step // n])
        cells, number = np.unique(keys_of_step, return_counts=True)
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
    return SparsePairs(
        p=p,
        i=i.astype(np.float64),
        j=j.astype(np.float64),
        row=row,
        column=column,
        direction=direction,
        sums=i + j - 2,
        highest=gray.highest,
        px=gathered(row * count + direction, p, n, count),
        py=gathered(column * count + direction, p, n, count),
        ux=by_direction(direction, i * p, count),
        uy=by_direction(direction, j * p, count),
        p_sum=gathered((i + j - 2) * count + direction, p, 2 * gray.highest - 1, count),
        p_difference=gathered(np.abs(i - j) * count + direction, p, gray.highest, count),
        entropy=-by_direction(direction, p * np.log2(p + EPSILON), count),
    )
