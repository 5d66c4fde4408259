"""Values of a B-spline along lines of any direction, in ITK's order."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.bspline import sum_products

__all__ = ["at_lines"]

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@njit
def at_lines(
    coefficients: FloatArray,
    first: IndexArray,
    size: IndexArray,
    start: FloatArray,
    stop: FloatArray,
    count: int,
    repeat_edge: bool,
) -> FloatArray:
    """Evaluate a spline along lines of any direction.

    Parameters
    ----------
    coefficients
        Of a region, shape (z, y, x).
    first
        The region's first index along z, y and x, shape (3,).
    size
        Voxels of the image along z, y and x, shape (3,).
    start, stop
        Place of each line's first point and of the one behind its last, in indices of the image; shape (lines, 3),
        order x, y, z.
    count
        Points of a line.
    repeat_edge
        Points outside of the image take the value at its edge; else 0.

    Returns
    -------
    ndarray
        Shape (lines, count).
    """
    values = np.zeros((start.shape[0], count))
    nodes = np.empty((3, 4), dtype=np.int64)
    weights = np.empty((3, 4))
    for line in range(start.shape[0]):
        for point in range(count):
            share = point / count
            inside = True
            for axis in range(3):
                column = 2 - axis
                place = start[line, column] + (stop[line, column] - start[line, column]) * share
                last = size[axis] - 1
                if repeat_edge:
                    place = min(max(place, 0.0), float(last))
                elif not (-0.5 <= place < last + 0.5):
                    inside = False
                    break
                _reach(place, last, first[axis], nodes[axis], weights[axis])
            if inside:
                values[line, point] = sum_products(coefficients, nodes, weights)
    return values


@njit
def _reach(place: float, last: int, first: int, nodes: IndexArray, weights: FloatArray) -> None:
    """Set indices and weights of the four coefficients around a place of one axis."""
    base = int(np.floor(np.float32(place)))
    w = place - base
    weights[3] = (1.0 / 6.0) * w * w * w
    weights[0] = (1.0 / 6.0) + 0.5 * w * (w - 1.0) - weights[3]
    weights[2] = w + weights[0] - 2.0 * weights[3]
    weights[1] = 1.0 - weights[0] - weights[2] - weights[3]
    for k in range(4):
        node = 0 if last == 0 else abs(base - 1 + k)
        if node >= last:
            node = abs(2 * last - node)
        nodes[k] = node - first
