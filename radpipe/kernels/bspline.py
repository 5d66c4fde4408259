"""Cubic B-splines through the voxels of an image, as ITK makes and evaluates them, bit for bit.

The coefficients follow ``BSplineDecompositionImageFilter`` (M. Unser, IEEE Signal Process. Mag. 16 (1999) 22-38, box
2; mirrored at whole voxels, one recursion ahead and one back along x, then y, then z), the values
``BSplineInterpolateImageFunction``: double precision, 64 products added in ITK's order. A recursion runs along whole
lines, so that every coefficient is that of the whole image; only those of a region are kept, and only lines that
reach the region are followed further.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["at_product", "at_product_rounded", "combine", "settle", "spline_coefficients", "sum_products"]

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]

_POLE = math.sqrt(3.0) - 2.0
_GAIN = (1.0 - _POLE) * (1.0 - 1.0 / _POLE)
_LAST = _POLE / (_POLE * _POLE - 1.0)
_HORIZON = math.ceil(math.log(1e-10) / math.log(abs(_POLE)))
"""Voxels that ITK sums before the first coefficient, with its tolerance of 1e-10; short lines are summed whole."""

_WIDTH = 32
"""Lines that are followed side by side."""

_RING = 8
"""Planes that are kept while values are made; four neighbours have different remainders, mirrored ones too."""


def spline_coefficients(image: npt.NDArray[Any], region: tuple[slice, slice, slice]) -> FloatArray:
    """Return the coefficients of an image's spline in a region.

    Parameters
    ----------
    image
        Shape (z, y, x), any real dtype.
    region
        Half-open index ranges along z, y and x, inside the image.

    Returns
    -------
    ndarray
        float64, the region's shape.
    """
    z, y, x = region
    kept = np.empty((image.shape[0], y.stop - y.start, x.stop - x.start))
    source = np.ascontiguousarray(image).view()
    source.flags.writeable = False  # one type for numba, wherever the image comes from
    _along_rows(source, kept, y.start, x.start)
    columns = kept.reshape(image.shape[0], -1)
    _along_columns(columns, columns, 0)
    return kept[z]


@njit
def _solve(data: FloatArray) -> None:
    """Turn the values along axis 0, times the gain, into coefficients, in all columns."""
    n, columns = data.shape
    if n == 1:
        return
    if n > _HORIZON:
        _start_near(data)
    else:
        _start_whole(data)
    for i in range(1, n):
        for k in range(columns):
            data[i, k] += _POLE * data[i - 1, k]
    for k in range(columns):
        data[n - 1, k] = _LAST * (_POLE * data[n - 2, k] + data[n - 1, k])
    for i in range(n - 2, -1, -1):
        for k in range(columns):
            data[i, k] = _POLE * (data[i + 1, k] - data[i, k])


@njit
def _start_near(data: FloatArray) -> None:
    """Set the first value of the recursion ahead from the voxels up to the horizon."""
    power = _POLE
    for i in range(1, _HORIZON):
        for k in range(data.shape[1]):
            data[0, k] += power * data[i, k]
        power *= _POLE


@njit
def _start_whole(data: FloatArray) -> None:
    """Set the first value of the recursion ahead from the whole line and its mirror image."""
    n, columns = data.shape
    inverse = 1.0 / _POLE
    power, mirrored = _POLE, _POLE ** float(n - 1)
    for k in range(columns):
        data[0, k] += mirrored * data[n - 1, k]
    mirrored *= mirrored * inverse
    for i in range(1, n - 1):
        for k in range(columns):
            data[0, k] += (power + mirrored) * data[i, k]
        power *= _POLE
        mirrored *= inverse
    for k in range(columns):
        data[0, k] /= 1.0 - power * power


@njit
def _along_rows(image: npt.NDArray[Any], kept: FloatArray, y0: int, x0: int) -> None:
    """Follow all rows, then the columns of each plane; what lies in the region is kept."""
    nz, ny, nx = image.shape
    width = kept.shape[2]
    gain = _GAIN if nx > 1 else 1.0
    lines = np.zeros((nx, _WIDTH))
    plane = np.empty((ny, width))
    for z in range(nz):
        for first in range(0, ny, _WIDTH):
            count = min(_WIDTH, ny - first)
            for x in range(nx):
                for k in range(count):
                    lines[x, k] = image[z, first + k, x] * gain
            _solve(lines)
            for x in range(width):
                for k in range(count):
                    plane[first + k, x] = lines[x0 + x, k]
        _along_columns(plane, kept[z], y0)


@njit
def _along_columns(data: FloatArray, kept: FloatArray, first_row: int) -> None:
    """Follow all columns of a matrix; the rows from ``first_row`` are kept, where the matrix itself may lie."""
    gain = _GAIN if data.shape[0] > 1 else 1.0
    columns = np.zeros((data.shape[0], _WIDTH))
    for first in range(0, data.shape[1], _WIDTH):
        count = min(_WIDTH, data.shape[1] - first)
        for i in range(data.shape[0]):
            for k in range(count):
                columns[i, k] = data[i, first + k] * gain
        _solve(columns)
        for i in range(kept.shape[0]):
            for k in range(count):
                kept[i, first + k] = columns[first_row + i, k]


@njit
def at_product(
    coefficients: FloatArray,
    nodes_z: IndexArray,
    nodes_y: IndexArray,
    nodes_x: IndexArray,
    weights_z: FloatArray,
    weights_y: FloatArray,
    weights_x: FloatArray,
) -> FloatArray:
    """Evaluate a spline at all points of a grid that is parallel to the image.

    Parameters
    ----------
    coefficients
        Of a region, shape (z, y, x).
    nodes_z, nodes_y, nodes_x
        Indices of the four coefficients that reach each coordinate along an axis, shape (4, n).
    weights_z, weights_y, weights_x
        What each of them counts, shape (4, n).

    Returns
    -------
    ndarray
        Shape (n along z, n along y, n along x).
    """
    nz, ny, nx = nodes_z.shape[1], nodes_y.shape[1], nodes_x.shape[1]
    values = np.empty((nz, ny, nx))
    total = np.empty(nx)
    x0, x1, x2, x3 = nodes_x[0], nodes_x[1], nodes_x[2], nodes_x[3]
    a0, a1, a2, a3 = weights_x[0], weights_x[1], weights_x[2], weights_x[3]
    for z in range(nz):
        for y in range(ny):
            total[:] = 0.0
            for k in range(4):
                wz = weights_z[k, z]
                for j in range(4):
                    wy = weights_y[j, y]
                    row = coefficients[nodes_z[k, z], nodes_y[j, y]]
                    for x in range(nx):
                        part = total[x] + ((a0[x] * wy) * wz) * row[x0[x]]
                        part = part + ((a1[x] * wy) * wz) * row[x1[x]]
                        part = part + ((a2[x] * wy) * wz) * row[x2[x]]
                        total[x] = part + ((a3[x] * wy) * wz) * row[x3[x]]
            values[z, y] = total
    return values


@njit
def at_product_rounded(
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
    """Evaluate a spline as :func:`at_product` does, in another number type, ten times as fast.

    Sums along one axis after the other need a sixth of the products, and differ from ITK's order by rounding. Where
    both ends of that error become one and the same number, that is the number; elsewhere the 64 products are added.

    Parameters
    ----------
    coefficients, nodes_z, nodes_y, nodes_x, weights_z, weights_y, weights_x
        See :func:`at_product`.
    error
        More than the two orders of summation can differ.
    limits
        Least and greatest value of the number type.
    values
        Filled; shape (n along z, n along y, n along x), of the number type.
    """
    nz, ny, nx = values.shape
    first = nodes_y.min()
    rows = np.empty((nodes_y.max() + 1 - first, nx))
    planes = np.empty((_RING, ny, nx))
    known = np.full(_RING, -1)
    line = np.empty(nx)
    upper = np.empty_like(values[0, 0])
    for z in range(nz):
        for k in range(4):
            node = nodes_z[k, z]
            slot = node % _RING
            if known[slot] != node:
                known[slot] = node
                _interpolate_plane(
                    coefficients[node], first, nodes_y, nodes_x, weights_y, weights_x, rows, planes[slot]
                )
        one, two = planes[nodes_z[0, z] % _RING], planes[nodes_z[1, z] % _RING]
        three, four = planes[nodes_z[2, z] % _RING], planes[nodes_z[3, z] % _RING]
        for y in range(ny):
            combine(line, weights_z[:, z], one[y], two[y], three[y], four[y])
            if settle(line, error, limits, values[z, y], upper):
                for x in range(nx):
                    if values[z, y, x] != upper[x]:
                        nodes = (nodes_z[:, z], nodes_y[:, y], nodes_x[:, x])
                        weights = (weights_z[:, z], weights_y[:, y], weights_x[:, x])
                        value = sum_products(coefficients, nodes, weights)
                        values[z, y, x] = min(max(value, limits[0]), limits[1])


@njit
def _interpolate_plane(
    plane: FloatArray,
    first: int,
    nodes_y: IndexArray,
    nodes_x: IndexArray,
    weights_y: FloatArray,
    weights_x: FloatArray,
    rows: FloatArray,
    target: FloatArray,
) -> None:
    """Evaluate a plane of coefficients along x, then along y; only rows that are needed."""
    x0, x1, x2, x3 = nodes_x[0], nodes_x[1], nodes_x[2], nodes_x[3]
    a0, a1, a2, a3 = weights_x[0], weights_x[1], weights_x[2], weights_x[3]
    for r in range(rows.shape[0]):
        row, kept = plane[first + r], rows[r]
        for x in range(kept.size):
            kept[x] = a0[x] * row[x0[x]] + a1[x] * row[x1[x]] + a2[x] * row[x2[x]] + a3[x] * row[x3[x]]
    for y in range(target.shape[0]):
        one, two = rows[nodes_y[0, y] - first], rows[nodes_y[1, y] - first]
        three, four = rows[nodes_y[2, y] - first], rows[nodes_y[3, y] - first]
        combine(target[y], weights_y[:, y], one, two, three, four)


@njit
def combine(
    target: FloatArray, weights: FloatArray, one: FloatArray, two: FloatArray, three: FloatArray, four: FloatArray
) -> None:
    """Add four rows by their weights.

    Parameters
    ----------
    target
        Filled, shape (n,).
    weights
        Shape (4,).
    one, two, three, four
        Shape (n,).
    """
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    for x in range(target.size):
        target[x] = w0 * one[x] + w1 * two[x] + w2 * three[x] + w3 * four[x]


@njit
def settle(
    line: FloatArray, error: float, limits: tuple[float, float], lower: npt.NDArray[Any], upper: npt.NDArray[Any]
) -> bool:
    """Write both ends of the error in the number type, and tell whether they differ anywhere.

    Parameters
    ----------
    line
        Values, shape (n,).
    error
        To either side.
    limits
        Least and greatest value of the number type.
    lower, upper
        Filled, shape (n,), of the number type.
    """
    low, high = limits
    differ = 0
    for x in range(line.size):
        lower[x] = min(max(line[x] - error, low), high)
        upper[x] = min(max(line[x] + error, low), high)
        differ += lower[x] != upper[x]
    return differ > 0


@njit
def sum_products(coefficients: FloatArray, nodes: Any, weights: Any) -> float:
    """Add 64 products in ITK's order.

    Parameters
    ----------
    coefficients
        Of a region, shape (z, y, x).
    nodes, weights
        Three rows of four: along z, y and x.
    """
    total = 0.0
    for k in range(4):
        for j in range(4):
            row = coefficients[nodes[0][k], nodes[1][j]]
            for i in range(4):
                total += ((weights[2][i] * weights[1][j]) * weights[0][k]) * row[nodes[2][i]]
    return total
