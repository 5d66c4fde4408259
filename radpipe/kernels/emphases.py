"""Sums over the cells of run length, size zone and dependence matrices, for all directions in one pass."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["ROWS", "emphases"]

FloatArray = npt.NDArray[np.float64]

ROWS = 16
"""Numbers of a matrix; :class:`radpipe.features.matrices.emphases.Emphases` names them."""


@njit
def emphases(counts: FloatArray, level: FloatArray, size: FloatArray, epsilon: float) -> FloatArray:
    """Reduce matrices to the numbers that their features are made of.

    Parameters
    ----------
    counts
        Runs, zones or voxels of each gray level and size, shape (A, n, s); more than none in each direction.
    level, size
        Gray level i and size j of each cell, shapes (n,) and (s,); above 0.
    epsilon
        Added inside the logarithm.

    Returns
    -------
    ndarray
        Shape (ROWS, A): the total; means over what was counted of j^-2, j^2, i^-2, i^2, i^-2 j^-2, i^2 j^-2, i^-2 j^2,
        i^2 j^2; sums of squares of the totals of each level, and of each size; variance of i, and of j; entropy of the
        cells in bits; means of i and of j.
    """
    count, n, sizes = counts.shape
    found = np.zeros((ROWS, count))
    by_level, by_size = np.empty(n), np.empty(sizes)
    for a in range(count):
        by_size[:] = 0.0
        total = 0.0
        for i in range(n):
            by_level[i] = 0.0
            for j in range(sizes):
                by_level[i] += counts[a, i, j]
            total += by_level[i]
        for i in range(n):
            short, long, row_entropy = 0.0, 0.0, 0.0
            for j in range(sizes):
                number = counts[a, i, j]
                if number == 0:
                    continue
                by_size[j] += number
                square = size[j] * size[j]
                short += number / square
                long += number * square
                share = number / total
                row_entropy -= share * np.log2(share + epsilon)
            square = level[i] * level[i]
            found[1, a] += short
            found[2, a] += long
            found[3, a] += by_level[i] / square
            found[4, a] += by_level[i] * square
            found[5, a] += short / square
            found[6, a] += short * square
            found[7, a] += long / square
            found[8, a] += long * square
            found[13, a] += row_entropy
        found[0, a] = total
        for row in range(1, 9):
            found[row, a] /= total
        found[9, a], found[14, a], found[11, a] = _spread(by_level, level, total)
        found[10, a], found[15, a], found[12, a] = _spread(by_size, size, total)
    return found


@njit
def _spread(counts: FloatArray, value: FloatArray, total: float) -> tuple[float, float, float]:
    """Return the sum of squared counts, and mean and variance of the values counted."""
    squares, mean, variance = 0.0, 0.0, 0.0
    for k in range(counts.size):
        squares += counts[k] * counts[k]
        mean += counts[k] / total * value[k]
    for k in range(counts.size):
        variance += counts[k] / total * (value[k] - mean) * (value[k] - mean)
    return squares, mean, variance
