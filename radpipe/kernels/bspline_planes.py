"""Values of a B-spline on a grid that is turned within the planes of the image: a quarter of the products."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.bspline import combine, settle, sum_products

__all__ = ["at_planes"]

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@njit
def at_planes(
    coefficients: FloatArray,
    nodes_z: IndexArray,
    nodes_y: IndexArray,
    nodes_x: IndexArray,
    weights_z: FloatArray,
    weights_y: FloatArray,
    weights_x: FloatArray,
    error: float,
    limits: tuple[float, float],
    values: npt.NDArray[Any],
) -> None:
    """Evaluate a spline at the same points of several planes, rounded to a number type.

    Planes of coefficients are added first, so that a point takes 16 products and not 64. Where rounding could make
    another number of it, the 64 products are added in ITK's order, as
    :func:`radpipe.kernels.bspline.at_product_rounded` does.

    Parameters
    ----------
    coefficients
        Of a region, shape (z, y, x).
    nodes_z, nodes_y, nodes_x
        Indices of the four coefficients that reach each plane, shape (planes, 4), and each point, equal in all planes,
        shape (points, 4).
    weights_z, weights_y, weights_x
        What each of them counts, shape as theirs.
    error
        More than the two orders of summation can differ.
    limits
        Least and greatest value of the number type.
    values
        Filled; shape (planes, points), of the number type.
    """
    planes, points = values.shape
    _, ny, nx = coefficients.shape
    plane = np.empty((ny, nx))
    line = np.empty(points)
    upper = np.empty_like(values[0])
    for z in range(planes):
        one, two = coefficients[nodes_z[z, 0]], coefficients[nodes_z[z, 1]]
        three, four = coefficients[nodes_z[z, 2]], coefficients[nodes_z[z, 3]]
        for y in range(ny):
            combine(plane[y], weights_z[z], one[y], two[y], three[y], four[y])
        for p in range(points):
            total = 0.0
            for j in range(4):
                row = plane[nodes_y[p, j]]
                part = weights_x[p, 0] * row[nodes_x[p, 0]] + weights_x[p, 1] * row[nodes_x[p, 1]]
                part += weights_x[p, 2] * row[nodes_x[p, 2]] + weights_x[p, 3] * row[nodes_x[p, 3]]
                total += weights_y[p, j] * part
            line[p] = total
        if settle(line, error, limits, values[z], upper):
            for p in range(points):
                if values[z, p] != upper[p]:
                    nodes = (nodes_z[z], nodes_y[p], nodes_x[p])
                    weights = (weights_z[z], weights_y[p], weights_x[p])
                    values[z, p] = min(max(sum_products(coefficients, nodes, weights), limits[0]), limits[1])
