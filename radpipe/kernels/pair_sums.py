"""Sums over the cells of co-occurrence matrices (GLCM, IBSI 3.6), for all directions in one pass.

Two sums of the same numbers in another order differ by 1e-16, which decides whether a difference is 0; so cells are
added in NumPy's order, where directions are the innermost axis of memory. Axes of matrices are named in memory's order:
first, second, direction; ``swapped`` says that the first is j, not i. NumPy adds in the order of memory, but row by row
of i where a term is a product with a table of all i and j.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["margins", "moments", "shares"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Margins = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]

_TILE = 8
"""Rows and columns of a block of cells whose counts, with those across the diagonal, fit into the fastest memory."""


@njit
def shares(pairs: npt.NDArray[np.int32], totals: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the share of each pair of gray levels, counted both ways, in the pairs of its direction.

    Parameters
    ----------
    pairs
        Counts one way, shape (A, n, n).
    totals
        Their sum over each direction, shape (A,), none 0.

    Returns
    -------
    tuple of arrays
        Shares, shape (n, n, A), contiguous; and the cells that are not empty in every direction, numbered row by row.
    """
    count, n = pairs.shape[0], pairs.shape[1]
    all_ways = 2.0 * totals
    p = np.empty((n, n, count))
    some = np.zeros(n * n, dtype=np.int32)
    for top in range(0, n, _TILE):
        for left in range(0, n, _TILE):
            for row in range(top, min(top + _TILE, n)):
                for column in range(left, min(left + _TILE, n)):
                    for a in range(count):
                        both = pairs[a, row, column] + pairs[a, column, row]
                        some[row * n + column] |= both
                        p[row, column, a] = both / all_ways[a]
    return p, np.flatnonzero(some)


@njit
def _is_empty(cell: FloatArray) -> bool:
    """Tell whether no direction has a share: adding such a cell would change no sum."""
    some = False
    for a in range(cell.size):
        some |= cell[a] != 0
    return not some


@njit
def margins(p: FloatArray, level: IntArray, swapped: bool) -> Margins:
    """Sum probabilities over rows, columns and diagonals.

    Parameters
    ----------
    p
        Probabilities, shape (n, n, A), contiguous.
    level
        Gray levels, shape (n,), rising from 1 or more.
    swapped
        Whether axis 0 is j.

    Returns
    -------
    tuple of arrays
        Marginal probabilities of i and of j, shape (n, A); mean gray levels of i and of j, shape (A,); probability of
        i + j = k from k = 2, shape (2 Ng - 1, A), and of abs(i - j) = k from 0, shape (Ng, A), rows of i in turn.
    """
    n, count = p.shape[0], p.shape[2]
    highest = level[n - 1]
    outer, inner = np.zeros((n, count)), np.zeros((n, count))
    outer_mean, inner_mean = np.zeros(count), np.zeros(count)
    for first in range(n):
        for second in range(n):
            if _is_empty(p[first, second]):
                continue
            x, y = float(level[first]), float(level[second])
            for a in range(count):
                share = p[first, second, a]
                outer[first, a] += share
                inner[second, a] += share
                outer_mean[a] += x * share
                inner_mean[a] += y * share
    by_sum, by_gap = np.zeros((2 * highest - 1, count)), np.zeros((highest, count))
    for row in range(n):
        for column in range(n):
            cell = p[column, row] if swapped else p[row, column]
            if _is_empty(cell):
                continue
            k, gap = level[row] + level[column] - 2, abs(level[row] - level[column])
            for a in range(count):
                by_sum[k, a] += cell[a]
                by_gap[gap, a] += cell[a]
    if swapped:
        return inner, outer, inner_mean, outer_mean, by_sum, by_gap
    return outer, inner, outer_mean, inner_mean, by_sum, by_gap


@njit
def moments(
    p: FloatArray, level: IntArray, ux: FloatArray, uy: FloatArray, powers: FloatArray, swapped: bool
) -> FloatArray:
    """Sum over cells what the features of gray level products, differences and sums need.

    Parameters
    ----------
    p, level
        As for :func:`margins`.
    ux, uy
        Mean gray levels of i and of j, shape (A,).
    powers
        Powers of i + j - ux - uy by i + j - 2 and direction, shape (3, 2 Ng - 1, A).
    swapped
        As for :func:`margins`.

    Returns
    -------
    ndarray
        Shape (10, A): the sums of p times i j; (i - j)^2; p; (i - ux)^2; (j - uy)^2; (i - ux)(j - uy); and each power;
        the largest p.
    """
    n, count = p.shape[0], p.shape[2]
    sums = np.zeros((10, count))
    for row in range(n):
        for column in range(n):
            cell = p[column, row] if swapped else p[row, column]
            if _is_empty(cell):
                continue
            product = float(level[row] * level[column])
            squared_gap = float((level[row] - level[column]) ** 2)
            k = level[row] + level[column] - 2
            for a in range(count):
                share = cell[a]
                sums[0, a] += share * product
                sums[1, a] += share * squared_gap
                sums[6, a] += share * powers[0, k, a]
                sums[7, a] += share * powers[1, k, a]
                sums[8, a] += share * powers[2, k, a]
    for first in range(n):
        for second in range(n):
            if _is_empty(p[first, second]):
                continue
            i, j = float(level[first]), float(level[second])
            if swapped:
                i, j = j, i
            for a in range(count):
                share = p[first, second, a]
                x, y = i - ux[a], j - uy[a]
                sums[2, a] += share * share
                sums[3, a] += share * (x * x)
                sums[4, a] += share * (y * y)
                sums[5, a] += share * x * y
                sums[9, a] = max(sums[9, a], share)
    return sums
