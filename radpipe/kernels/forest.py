"""Sets that are joined again and again: a forest, in which each node knows its parent and a root is its own."""

from typing import Any

import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["joined", "root"]


@njit
def root(parent: npt.NDArray[Any], node: Any) -> Any:
    """Return the first node of a set; shortens the way for the next caller.

    Parameters
    ----------
    parent
        Whole numbers, shape (nodes,): for each node one of its set that does not come after it; changed.
    node
        Any of the set.
    """
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@njit
def joined(parent: npt.NDArray[Any], one: Any, other: Any) -> Any:
    """Join the sets of two roots; return the root of both: the older, so that parents come first.

    Parameters
    ----------
    parent
        As for :func:`root`; changed.
    one, other
        Roots, which may be the same.

    References
    ----------
    Galler BA, Fischer MJ. An improved equivalence algorithm. Commun. ACM 7 (1964) 301-303.
    """
    first = min(one, other)
    parent[max(one, other)] = first
    return first
