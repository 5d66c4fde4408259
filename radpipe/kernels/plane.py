"""Parts of a plane: pixels that touch by their edges."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.forest import joined, root
from radpipe.kernels.spans import solid

__all__ = ["plane_parts"]


def plane_parts(plane: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.uint32], int]:
    """Give each part of a plane a number.

    Parameters
    ----------
    plane
        Shape (y, x).

    Returns
    -------
    ndarray
        Shape of the plane; 0 outside, then 1, 2, ... in the order of their first pixels, as SciPy's ``label`` has them.
        Pixels that share only a corner are apart.
    int
        How many parts.

    Examples
    --------
    >>> numbers, count = plane_parts(np.array([[1, 0, 1], [1, 1, 1], [0, 0, 0], [1, 0, 0]], dtype=bool))
    >>> numbers.tolist(), count
    ([[1, 0, 1], [1, 1, 1], [0, 0, 0], [2, 0, 0]], 2)
    """
    numbers, count = _numbered(solid(plane))
    return numbers, int(count)


@njit
def _numbered(plane: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.uint32], int]:
    """Join each pixel with those above and before it, then number the sets; a set's first node is its lowest."""
    nodes, parent, last = _nodes(plane)
    count = 0
    number_of = np.zeros(last + 1, dtype=np.uint32)
    for node in range(1, last + 1):
        first = root(parent, node)
        if first == node:
            count += 1
            number_of[node] = count
        else:
            number_of[node] = number_of[first]
    for y in range(plane.shape[0]):
        for x in range(plane.shape[1]):
            nodes[y, x] = number_of[nodes[y, x]]
    return nodes, count


@njit
def _nodes(plane: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], int]:
    """Return the node of each pixel, 0 outside, the forest of the nodes, and how many there are."""
    rows, columns = plane.shape
    nodes = np.zeros((rows, columns), dtype=np.uint32)
    parent = np.arange(plane.size // 2 + 2)
    last = 0
    for y in range(rows):
        for x in range(columns):
            if not plane[y, x]:
                continue
            above = nodes[y - 1, x] if y > 0 else np.uint32(0)
            before = nodes[y, x - 1] if x > 0 else np.uint32(0)
            if above == 0 and before == 0:
                last += 1
                nodes[y, x] = last
            else:
                nodes[y, x] = max(above, before)
            if above != 0 and before != 0:
                joined(parent, root(parent, above), root(parent, before))
    return nodes, parent, last
