"""Gray levels: the bin of each value, found by division and settled by comparison with the edges."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["locate", "ranks"]


@njit
def locate(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the number of edges at or below each value, as ``numpy.digitize`` does, for edges that are evenly spaced.

    Parameters
    ----------
    values
        Shape (n,), finite.
    edges
        Rising, at least two, nearly evenly spaced: the division finds the bin or one beside it.
    """
    found = np.empty(values.size, dtype=np.int64)
    last = edges.size
    low = edges[0]
    per_width = (last - 1) / (edges[-1] - low)
    for k in range(values.size):
        value = values[k]
        level = min(max(int((value - low) * per_width) + 1, 0), last)
        while level > 0 and value < edges[level - 1]:
            level -= 1
        while level < last and value >= edges[level]:
            level += 1
        found[k] = level
    return found


@njit
def ranks(
    levels: npt.NDArray[np.int64], kind: npt.NDArray[np.unsignedinteger[Any]]
) -> tuple[npt.NDArray[np.unsignedinteger[Any]], npt.NDArray[np.int64]]:
    """Rank gray levels among those that occur.

    Parameters
    ----------
    levels
        Shape (n,), at least one, from 1.
    kind
        An array of the dtype wanted for the ranks.

    Returns
    -------
    tuple of ndarray
        Rank of each value, from 1, shape (n,); number of values of each gray level from 0 to the highest.
    """
    highest = 0
    for level in levels:
        highest = max(highest, level)
    counts = np.zeros(highest + 1, dtype=np.int64)
    for level in levels:
        counts[level] += 1
    rank = np.zeros(highest + 1, dtype=kind.dtype)
    found = 0
    for level in range(highest + 1):
        found += counts[level] > 0
        rank[level] = found
    ranked = np.empty(levels.size, dtype=kind.dtype)
    for k in range(levels.size):
        ranked[k] = rank[levels[k]]
    return ranked, counts
