"""Co-occurrence matrices from counted pairs, with every cell."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels, TextureOptions
from radpipe.features.matrices.cooccurrence import Cooccurrence, Moments
from radpipe.features.matrices.correlation import maximal_correlation
from radpipe.features.matrices.sums import gathered, in_memory_order
from radpipe.features.matrices.weights import direction_weights
from radpipe.kernels import pair_sums as kernels

__all__ = ["DensePairs", "cooccurrence_of_pairs"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DensePairs(Cooccurrence):
    """Matrices with all cells: arrays of one value a cell have shape (n, n, A), ``sums`` has (n, n).

    Parameters
    ----------
    occupied
        Of symmetric matrices, cells of which a direction has a share, numbered row by row; None where they are not
        listed.
    """

    occupied: IntArray | None = None

    def total(self, terms: FloatArray) -> FloatArray:
        """Sum one term a cell over each direction's cells, shape (A,)."""
        return np.asarray(np.sum(terms, axis=(0, 1)))

    def at(self, values: FloatArray) -> FloatArray:
        """Return values of shape (A,) as they are: directions are the innermost axis."""
        return values

    def at_sum(self, values: FloatArray) -> FloatArray:
        """Return the value of each cell's i + j, of values of shape (2 Ng - 1, A), from i + j = 2."""
        return values[self.sums]

    def largest(self) -> FloatArray:
        """Return the largest p of each direction, shape (A,)."""
        return np.asarray(np.amax(self.p, axis=(0, 1)))

    def product(self) -> FloatArray:
        """Return px py of each cell."""
        return self.px[:, None, :] * self.py[None, :, :]

    def entropy_of_product(self) -> FloatArray:
        """Return -sum px py log2(px py + eps) of each direction, shape (A,)."""
        product, logarithm = self.independent
        return np.asarray(-np.sum(product * logarithm, axis=(0, 1)))

    def cross_entropy(self) -> FloatArray:
        """Return -sum p log2(px py + eps) of each direction, shape (A,)."""
        ordered = in_memory_order(self.p)
        if self.occupied is None or ordered is None:
            return super().cross_entropy()
        logarithm = self.independent[1]
        return np.asarray(-np.sum(_cells(ordered[0], self.occupied) * _cells(logarithm, self.occupied), axis=0))

    def maximal_correlation(self) -> FloatArray:
        """Return Haralick's f14 of each direction, shape (A,)."""
        return maximal_correlation(np.ascontiguousarray(self.p.transpose(2, 0, 1)), self.px.T, self.py.T)

    @cached_property
    def moments(self) -> Moments:
        """Means over the cells of each direction, by a kernel where directions are the innermost axis in memory."""
        ordered = in_memory_order(self.p)
        if ordered is None:
            return self.moments_by_cells()
        level = self.i.ravel().astype(np.int64)
        return Moments(*kernels.moments(ordered[0], level, self.ux, self.uy, self.powers(), ordered[1]))


def cooccurrence_of_pairs(
    pairs: npt.NDArray[np.int32],
    gray: GrayLevels,
    options: TextureOptions,
    offsets: IntArray,
    spacing_zyx_mm: tuple[float, float, float],
) -> DensePairs | None:
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
    absent = gray.highest - len(gray.present)
    alike = options.symmetrical_glcm and options.weighting_norm is None and len(pairs) > 1
    if alike and (counted := pairs.sum(axis=(1, 2), dtype=np.int64)).all():
        p, occupied = kernels.shares(pairs, counted)
        some = _cells(p, occupied)
        entropy = -np.sum(some * np.log2(some + EPSILON), axis=0)
        return _dense(p if absent == 1 else p.transpose(1, 0, 2), gray, entropy, occupied)
    counts = _laid_out(pairs.transpose(1, 2, 0), absent=absent)
    if options.symmetrical_glcm:
        counts += np.transpose(counts, (0, 2, 1, 3)).copy()
    if options.weighting_norm is not None:
        weights = direction_weights(offsets, spacing_zyx_mm, options)
        counts = np.sum(counts * weights[None, None, None, :], 3, keepdims=True)
    totals = np.sum(counts, (1, 2))
    empty = np.flatnonzero(totals[0] == 0)
    if len(empty) == totals.shape[1]:
        return None
    if counts.shape[3] > 1 and len(empty):
        counts, totals = np.delete(counts, empty, 3), np.delete(totals, empty, 1)
    p = (counts / totals[:, None, None, :])[0]
    return _dense(p, gray, -np.sum(p * np.log2(p + EPSILON), axis=(0, 1)))


def _dense(p: FloatArray, gray: GrayLevels, entropy: FloatArray, occupied: IntArray | None = None) -> DensePairs:
    level = gray.present.astype(np.float64)
    px, py, ux, uy, p_sum, p_difference = _margins(p, gray)
    return DensePairs(
        p=p,
        i=level[:, None, None],
        j=level[None, :, None],
        sums=gray.present[:, None] + gray.present[None, :] - 2,
        highest=gray.highest,
        px=px,
        py=py,
        ux=ux,
        uy=uy,
        p_sum=p_sum,
        p_difference=p_difference,
        entropy=entropy,
        occupied=occupied,
    )


def _cells(values: FloatArray, occupied: IntArray) -> FloatArray:
    """Return some cells of an array of shape (n, n, A), shape (cells, A); a sum over them runs as one over all."""
    return values.reshape(-1, values.shape[2])[occupied]


def _margins(p: FloatArray, gray: GrayLevels) -> tuple[FloatArray, ...]:
    """Return px, py, ux, uy, p_sum and p_difference, as :class:`Cooccurrence` has them."""
    ordered = in_memory_order(p)
    if ordered is not None:
        return kernels.margins(ordered[0], gray.present, ordered[1])
    level, count = gray.present.astype(np.float64), p.shape[2]
    i, j = gray.present[:, None], gray.present[None, :]
    return (
        p.sum(axis=1),
        p.sum(axis=0),
        np.sum(level[:, None, None] * p, axis=(0, 1)),
        np.sum(level[None, :, None] * p, axis=(0, 1)),
        gathered((i + j - 2)[:, :, None] * count + np.arange(count), p, 2 * gray.highest - 1, count),
        gathered(np.abs(i - j)[:, :, None] * count + np.arange(count), p, gray.highest, count),
    )


def _laid_out(counts: npt.NDArray[np.int32], *, absent: int) -> FloatArray:
    """Return counts, shape (1, n, n, A), in the memory layout of PyRadiomics after it removed gray levels.

    NumPy adds in the order of memory, and ``numpy.delete`` changes that order unless exactly one item goes. Two sums of
    the same numbers in another order differ by 1e-16, which decides whether a spread is 0 (``Correlation``).
    """
    if absent == 1:
        return counts[None].astype(np.float64, order="C")
    n, _, directions = counts.shape
    ordered = np.empty((n, 1, n, directions))
    ordered[:, 0] = counts.transpose(1, 0, 2)
    return ordered.transpose(1, 2, 0, 3)
