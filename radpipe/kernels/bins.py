"""Gray levels: the bin of each value, found by division and settled by comparison with the edges."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.tally import replaced, tally

__all__ = ["locate", "ranks"]

FloatArray = npt.NDArray[np.float64]
Levels = npt.NDArray[np.unsignedinteger[Any]]
IntArray = npt.NDArray[np.int64]


def locate(values: FloatArray, edges: FloatArray, kind: "np.dtype[np.unsignedinteger[Any]]") -> Levels:
    """Return the number of edges at or below each value, as ``numpy.digitize`` does.

    Parameters
    ----------
    values
        Shape (n,), finite.
    edges
        Rising, at least two; where they are evenly spaced, most quickly.
    kind
        Number type that holds the number of edges.

    Examples
    --------
    >>> locate(np.array([-1.0, 0.0, 0.5, 7.0]), np.array([0.0, 1.0, 2.0]), np.dtype("uint16")).tolist()
    [0, 1, 1, 3]
    """
    even = np.linspace(edges[0], edges[-1], len(edges))
    width = (edges[-1] - edges[0]) / (len(edges) - 1)
    if not np.abs(edges - even).max() < 0.25 * width:
        return np.digitize(values, edges).astype(kind)
    bounds = np.concatenate([[-np.inf], edges, [np.inf]])
    return _locate(values, bounds, 1.0 / width, np.zeros(0, dtype=kind))


@njit
def _locate(values: FloatArray, bounds: FloatArray, per_width: float, kind: Levels) -> Levels:
    """Find the bin by division: that one or one beside it, because the edges are as good as even."""
    found = np.empty(values.size, dtype=kind.dtype)
    low, last = bounds[1], bounds.size - 2
    for k in range(values.size):
        value = values[k]
        place = min(max((value - low) * per_width + 1.0, 0.0), float(last))
        level = np.uint64(place)
        level -= np.uint64(value < bounds[level])
        level += np.uint64(value >= bounds[level + np.uint64(1)])
        found[k] = level
    return found


def ranks(levels: Levels) -> tuple[Levels, IntArray]:
    """Rank gray levels among those that occur.

    Parameters
    ----------
    levels
        Shape (n,), at least one, from 1.

    Returns
    -------
    tuple of ndarray
        Rank of each value, from 1, shape (n,), of the same number type; number of values of each gray level from 0 to
        the highest.

    Examples
    --------
    >>> slots, counts = ranks(np.array([2, 9, 2], dtype=np.uint16))
    >>> slots.tolist(), counts.tolist()
    ([1, 2, 1], [0, 0, 2, 0, 0, 0, 0, 0, 0, 1])
    """
    counts = tally(levels, 0, int(levels.max()) + 1)
    rank = np.cumsum(counts > 0)
    if rank[-1] == len(counts) - 1:
        return levels, counts  # each occurs
    return replaced(levels, 0, rank.astype(levels.dtype)), counts
