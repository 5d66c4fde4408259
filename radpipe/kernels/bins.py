"""Gray levels: the bin of each value, found by division and settled by comparison with the edges."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["locate"]


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
    width = (edges[-1] - low) / (last - 1)
    for k in range(values.size):
        value = values[k]
        level = min(max(int((value - low) / width) + 1, 0), last)
        while level > 0 and value < edges[level - 1]:
            level -= 1
        while level < last and value >= edges[level]:
            level += 1
        found[k] = level
    return found
