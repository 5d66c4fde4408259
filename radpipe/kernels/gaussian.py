"""Gaussian smoothing and its second derivative by recursion, as ITK does it, bit for bit.

A Gaussian is approximated by a filter of order four that runs along each line forwards and backwards, in double
precision; images between passes are float32. Deriche R. Recursively implementing the Gaussian and its derivatives.
INRIA report 1893 (1993); Farneback G, Westin CF. Improving Deriche-style recursive Gaussian filters. J. Math. Imaging
Vis. 26 (2006) 293-299. The operations and their order are those of ITK's ``RecursiveSeparableImageFilter``.

Lines run down the columns of a matrix, so that lines which are filtered side by side lie side by side; a plane is
transposed before it is filtered along its rows.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["laplacian_of_gaussian"]

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

_LINES = 16
"""Lines that are filtered side by side; :func:`_copied` writes their number out."""

_EDGE = 4
"""Steps that are made at a time, and so many places stand before and behind the lines in working memory."""

_SMALL = 2**23
"""Voxels of an image that is converted before it is filtered."""

_W1, _L1, _W2, _L2 = 0.6681, -1.3932, 2.0787, -1.3732
"""Frequencies and decays of the two oscillations, for a sigma of one voxel."""

_SMOOTH = (1.3530, 1.8151, -0.3531, 0.0902)
_SECOND = (-1.3563, 5.2318, 0.3446, -2.2355)
"""Amplitudes A1, B1, A2, B2 of the Gaussian and of its second derivative."""


@dataclass(frozen=True, slots=True)
class _Oscillations:
    """Values of the two oscillations one voxel away."""

    sin1: float
    cos1: float
    exp1: float
    sin2: float
    cos2: float
    exp2: float

    @classmethod
    def of(cls, sigma: float) -> "_Oscillations":
        return cls(
            math.sin(_W1 / sigma),
            math.cos(_W1 / sigma),
            math.exp(_L1 / sigma),
            math.sin(_W2 / sigma),
            math.cos(_W2 / sigma),
            math.exp(_L2 / sigma),
        )


def _numerator(o: _Oscillations, amplitudes: tuple[float, float, float, float]) -> list[float]:
    """Return N0 to N3."""
    a1, b1, a2, b2 = amplitudes
    n0 = a1 + a2
    n1 = o.exp2 * (b2 * o.sin2 - (a2 + 2 * a1) * o.cos2)
    n1 += o.exp1 * (b1 * o.sin1 - (a1 + 2 * a2) * o.cos1)
    n2 = (a1 + a2) * o.cos2 * o.cos1
    n2 -= b1 * o.cos2 * o.sin1 + b2 * o.cos1 * o.sin2
    n2 *= 2 * o.exp1 * o.exp2
    n2 += a2 * o.exp1 * o.exp1 + a1 * o.exp2 * o.exp2
    n3 = o.exp2 * o.exp1 * o.exp1 * (b2 * o.sin2 - a2 * o.cos2)
    n3 += o.exp1 * o.exp2 * o.exp2 * (b1 * o.sin1 - a1 * o.cos1)
    return [n0, n1, n2, n3]


def _denominator(o: _Oscillations) -> list[float]:
    """Return D1 to D4."""
    d4 = o.exp1 * o.exp1 * o.exp2 * o.exp2
    d3 = -2 * o.cos1 * o.exp1 * o.exp2 * o.exp2
    d3 += -2 * o.cos2 * o.exp2 * o.exp1 * o.exp1
    d2 = 4 * o.cos2 * o.cos1 * o.exp1 * o.exp2
    d2 += o.exp1 * o.exp1 + o.exp2 * o.exp2
    d1 = -2 * (o.exp2 * o.cos2 + o.exp1 * o.cos1)
    return [d1, d2, d3, d4]


def _moments(n: list[float]) -> tuple[float, float, float]:
    return n[0] + n[1] + n[2] + n[3], n[1] + 2 * n[2] + 3 * n[3], n[1] + 4 * n[2] + 9 * n[3]


def _coefficients(sigma: float, spacing: float, *, derivative: bool) -> FloatArray:
    """Return rows N, D, M, BN and BM of four coefficients each; the derivative is normalised across scale."""
    o = _Oscillations.of(sigma / spacing)
    d = _denominator(o)
    total = 1.0 + d[0] + d[1] + d[2] + d[3]
    first = d[0] + 2 * d[1] + 3 * d[2] + 4 * d[3]
    second = d[0] + 4 * d[1] + 9 * d[2] + 16 * d[3]
    n = _numerator(o, _SMOOTH)
    sum0, *_ = _moments(n)
    if derivative:
        curved = _numerator(o, _SECOND)
        sum2, *_ = _moments(curved)
        beta = -(2 * sum2 - total * curved[0]) / (2 * sum0 - total * n[0])
        smooth_moments, curved_moments = _moments(n), _moments(curved)
        n = [one + beta * other for one, other in zip(curved, n, strict=True)]
        sn, dn, en = (one + beta * other for one, other in zip(curved_moments, smooth_moments, strict=True))
        alpha = en * total * total - second * sn * total - 2 * dn * first * total + 2 * first * first * sn
        alpha /= total * total * total
        factor = sigma * sigma / alpha
    else:
        factor = 1.0 / (2 * sum0 / total - n[0])
    n = [one * factor for one in n]
    m = [n[1] - d[0] * n[0], n[2] - d[1] * n[0], n[3] - d[2] * n[0], -d[3] * n[0]]
    sn, sm = n[0] + n[1] + n[2] + n[3], m[0] + m[1] + m[2] + m[3]
    total = 1.0 + d[0] + d[1] + d[2] + d[3]
    return np.array([n, d, m, [one * sn / total for one in d], [one * sm / total for one in d]])


def laplacian_of_gaussian(
    image: npt.NDArray[Any],
    spacing_zyx_mm: tuple[float, float, float],
    sigma: float,
    box: tuple[slice, slice, slice] | None = None,
) -> Float32Array:
    """Filter an image by the Laplacian of a Gaussian, normalised across scale.

    The recursion sees the whole image; only lines that a voxel of the box depends on are followed.

    Parameters
    ----------
    image
        int16 or float32, shape (z, y, x), at least four voxels along each axis.
    spacing_zyx_mm
        Of the voxels.
    sigma
        Of the Gaussian, mm.
    box
        Where values are wanted, half-open index ranges along z, y and x; everywhere without it.

    Returns
    -------
    ndarray
        float32, the box's shape: the voxels of ITK's ``LaplacianRecursiveGaussianImageFilter``.
    """
    wanted = box or tuple(slice(0, size) for size in image.shape)
    kind = np.float32 if image.size <= _SMALL else image.dtype  # one conversion instead of three, where it is light
    source = np.ascontiguousarray(image, dtype=kind).view()
    source.flags.writeable = False  # one type for numba, wherever the image comes from
    filters = [[_coefficients(sigma, mm, derivative=told) for told in (True, False)] for mm in spacing_zyx_mm]
    return _laplacian(
        source,
        np.array([span.start for span in wanted], dtype=np.int64),
        np.array([span.stop - span.start for span in wanted], dtype=np.int64),
        np.array(filters),
        np.array([1.0 / (mm * mm) for mm in spacing_zyx_mm]),
    )


@njit
def _laplacian(
    image: npt.NDArray[Any], start: IntArray, shape: IntArray, filters: FloatArray, factors: FloatArray
) -> Float32Array:
    """Add the second derivatives along x, y and z, each smoothed along x, y and z as far as they are left.

    ``filters`` has for each axis (z, y, x) the coefficients of the derivative and of the Gaussian, ``factors`` one over
    the square of the spacing. What lies between the filters of a plane stays near the processor.
    """
    nz, ny, nx = image.shape
    z0, y0, x0 = start
    wz, wy, wx = shape
    data = np.zeros((max(nz, ny, nx) + 3 * _EDGE) * _LINES, dtype=np.float32)
    sums = np.zeros(data.size, dtype=np.float64)
    plane, turned = np.empty((ny, nx), dtype=np.float32), np.empty((wx, ny), dtype=np.float32)
    short = np.empty((wy, nx), dtype=np.float32)
    total, part = np.zeros((wz, wy * wx), dtype=np.float32), np.empty((wz, wy * wx), dtype=np.float32)
    room = np.empty(max(nz * wy * wx, wz * ny * nx), dtype=np.float32)
    layers = room[: nz * wy * wx].reshape(nz, wy * wx)
    for z in range(nz):
        plane[:] = image[z]
        _filter_rows(plane, turned, x0, filters[2, 0], data, sums)
        _filter_rows(turned, layers[z].reshape(wy, wx), y0, filters[1, 1], data, sums)
    _filter(layers, part, z0, filters[0, 1], data, sums)
    _accumulate(total.reshape(-1), part.reshape(-1), factors[2])
    for z in range(nz):
        _filter(image[z], short, y0, filters[1, 0], data, sums)
        _filter_rows(short, layers[z].reshape(wx, wy), x0, filters[2, 1], data, sums)
    _filter(layers, part, z0, filters[0, 1], data, sums)
    for z in range(wz):
        _accumulate_turned(total[z].reshape(wy, wx), part[z].reshape(wx, wy), factors[1])
    deep = room[: wz * ny * nx].reshape(wz, ny * nx)
    _filter(image.reshape(nz, ny * nx), deep, z0, filters[0, 0], data, sums)
    for z in range(wz):
        _filter_rows(deep[z].reshape(ny, nx), turned, x0, filters[2, 1], data, sums)
        _filter_rows(turned, part[z].reshape(wy, wx), y0, filters[1, 1], data, sums)
    _accumulate(total.reshape(-1), part.reshape(-1), factors[0])
    return total.reshape(wz, wy, wx)


@njit
def _accumulate(total: Float32Array, part: Float32Array, factor: float) -> None:
    """Add a scaled image, in double precision."""
    for k in range(total.size):
        total[k] = np.float32(total[k] + part[k] * factor)


@njit
def _accumulate_turned(total: Float32Array, part: Float32Array, factor: float) -> None:
    """Add a scaled plane that has rows for columns."""
    rows, columns = np.uint64(total.shape[0]), np.uint64(total.shape[1])
    sums, given = total.reshape(-1), part.reshape(-1)
    for y in range(rows):
        for x in range(columns):
            sums[y * columns + x] = np.float32(sums[y * columns + x] + given[x * rows + y] * factor)


@njit
def _filter_rows(
    source: Float32Array,
    target: Float32Array,
    start: int,
    coefficients: FloatArray,
    data: Float32Array,
    sums: FloatArray,
) -> None:
    """Filter a matrix along its rows; they are the target's columns."""
    count, length = source.shape
    given, kept = source.reshape(-1), target.reshape(-1)
    for first in range(0, count, _LINES):
        lines = min(_LINES, count - first)
        _turned(given[first * length :], length, data[_EDGE * _LINES :], lines)
        _run_ahead(data, sums, length, coefficients)
        _run_back(data, sums, length, start, coefficients)
        _copied(data, (start + 2 * _EDGE) * _LINES, _LINES, kept, first, count, target.shape[0], lines)


@njit
def _turned(source: Float32Array, length: int, data: Float32Array, lines: int) -> None:
    """Lay rows side by side: the numbers of two rows are written as one of 64 bits, the first in its low half."""
    two, half = np.uint64(2), np.uint64(_LINES // 2)
    size, width = np.uint64(length), np.uint64(_LINES)
    if lines < _LINES:
        for k in range(np.uint64(lines)):
            for i in range(size):
                data[i * width + k] = source[k * size + i]
        return
    words, pairs = source.view(np.uint32), data.view(np.uint64)
    for i in range(size):
        for k in range(half):
            at = k * two * size + i
            pairs[i * half + k] = np.uint64(words[at]) | np.uint64(words[at + size]) << np.uint64(32)


@njit
def _filter(
    source: npt.NDArray[Any],
    target: Float32Array,
    start: int,
    coefficients: FloatArray,
    data: Float32Array,
    sums: FloatArray,
) -> None:
    """Filter a matrix along its columns, some side by side; the target holds their values from ``start``.

    ``data`` and ``sums`` are working memory: at each place the numbers of all lines.
    """
    length, count = source.shape
    given, kept = source.reshape(-1), target.reshape(-1)
    for first in range(0, count, _LINES):
        lines = min(_LINES, count - first)
        _copied(given, first, count, data, _EDGE * _LINES, _LINES, length, lines)
        _run_ahead(data, sums, length, coefficients)
        _run_back(data, sums, length, start, coefficients)
        _copied(data, (start + 2 * _EDGE) * _LINES, _LINES, kept, first, count, target.shape[0], lines)


@njit
def _copied(
    source: npt.NDArray[Any], at: int, step: int, target: Float32Array, to: int, stride: int, places: int, lines: int
) -> None:
    """Copy the numbers of some lines at each place.

    Sixteen are written out, because compiled code then moves them at once, a fifth of the time of a loop; unsigned
    indices spare a look at their sign.
    """
    i, j, eight = np.uint64(at), np.uint64(to), np.uint64(8)
    if lines == _LINES:
        for _ in range(places):
            low, high = _eight(source, i), _eight(source, i + eight)
            _put_eight(target, j, low)
            _put_eight(target, j + eight, high)
            i += np.uint64(step)
            j += np.uint64(stride)
        return
    for _ in range(places):
        for k in range(np.uint64(lines)):
            target[j + k] = source[i + k]
        i += np.uint64(step)
        j += np.uint64(stride)


@njit
def _eight(source: npt.NDArray[Any], i: Any) -> tuple[Any, ...]:
    """Return eight numbers in a row."""
    j = i + np.uint64(4)
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    a, b, c, d = source[i], source[i + one], source[i + two], source[i + three]
    return a, b, c, d, source[j], source[j + one], source[j + two], source[j + three]


@njit
def _put_eight(target: npt.NDArray[Any], i: Any, eight: tuple[Any, ...]) -> None:
    """Write eight numbers in a row."""
    j = i + np.uint64(4)
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    target[i], target[i + one], target[i + two], target[i + three] = eight[0], eight[1], eight[2], eight[3]
    target[j], target[j + one], target[j + two], target[j + three] = eight[4], eight[5], eight[6], eight[7]


@njit
def _run_ahead(data: Float32Array, sums: FloatArray, length: int, coefficients: FloatArray) -> None:
    """Run the causal recursion from the data into the sums; before the line its first value goes on for ever."""
    n0, n1, n2, n3 = coefficients[0]
    d1, d2, d3, d4 = coefficients[1]
    b1, b2, b3, b4 = coefficients[3]
    x, y = data[_EDGE * _LINES :], sums[_EDGE * _LINES :]
    for i in range(_EDGE):
        for k in range(_LINES):
            edge = np.float64(x[k])
            drive = x[i * _LINES + k] * n0 + x[max(i - 1, 0) * _LINES + k] * n1
            drive = drive + x[max(i - 2, 0) * _LINES + k] * n2 + x[max(i - 3, 0) * _LINES + k] * n3
            past = y[(i - 1) * _LINES + k] * d1 if i > 0 else edge * b1
            past = past + (y[(i - 2) * _LINES + k] * d2 if i > 1 else edge * b2)
            past = past + (y[(i - 3) * _LINES + k] * d3 if i > 2 else edge * b3)
            y[i * _LINES + k] = drive - (past + edge * b4)
    for i in range(_EDGE, length, _EDGE):
        v, w = x[(i - 4) * _LINES : (i + 4) * _LINES], y[(i - 4) * _LINES : (i + 4) * _LINES]  # the row 4 is i
        for k in range(_LINES):
            x3, x2, x1 = np.float64(v[_LINES + k]), np.float64(v[2 * _LINES + k]), np.float64(v[3 * _LINES + k])
            xa, xb = np.float64(v[4 * _LINES + k]), np.float64(v[5 * _LINES + k])
            xc, xd = np.float64(v[6 * _LINES + k]), np.float64(v[7 * _LINES + k])
            y4, y3, y2, y1 = w[k], w[_LINES + k], w[2 * _LINES + k], w[3 * _LINES + k]
            ya = (xa * n0 + x1 * n1 + x2 * n2 + x3 * n3) - (y1 * d1 + y2 * d2 + y3 * d3 + y4 * d4)
            yb = (xb * n0 + xa * n1 + x1 * n2 + x2 * n3) - (ya * d1 + y1 * d2 + y2 * d3 + y3 * d4)
            yc = (xc * n0 + xb * n1 + xa * n2 + x1 * n3) - (yb * d1 + ya * d2 + y1 * d3 + y2 * d4)
            yd = (xd * n0 + xc * n1 + xb * n2 + xa * n3) - (yc * d1 + yb * d2 + ya * d3 + y1 * d4)
            w[4 * _LINES + k], w[5 * _LINES + k], w[6 * _LINES + k], w[7 * _LINES + k] = ya, yb, yc, yd


@njit
def _run_back(data: Float32Array, sums: FloatArray, length: int, start: int, coefficients: FloatArray) -> None:
    """Add the anticausal recursion down to ``start``; behind the line its last value goes on for ever.

    A sum that was added to is not needed any more: there the recursion's value is kept for the next steps. Nor are data
    four places on: there the results are kept, rounded.
    """
    m1, m2, m3, m4 = coefficients[2]
    d1, d2, d3, d4 = coefficients[1]
    b1, b2, b3, b4 = coefficients[4]
    last = length - 1
    x, y = data[_EDGE * _LINES :], sums[_EDGE * _LINES :]
    for k in range(_LINES):  # the last data must be read before the results that lie behind them are written
        edge, x1 = np.float64(x[last * _LINES + k]), np.float64(x[last * _LINES + k])
        x2, x3 = np.float64(x[(last - 1) * _LINES + k]), np.float64(x[(last - 2) * _LINES + k])
        past = edge * b1 + edge * b2 + edge * b3 + edge * b4
        ya = (edge * m1 + edge * m2 + edge * m3 + edge * m4) - past
        yb = (x1 * m1 + edge * m2 + edge * m3 + edge * m4) - (ya * d1 + edge * b2 + edge * b3 + edge * b4)
        yc = (x2 * m1 + x1 * m2 + edge * m3 + edge * m4) - (yb * d1 + ya * d2 + edge * b3 + edge * b4)
        yd = (x3 * m1 + x2 * m2 + x1 * m3 + edge * m4) - (yc * d1 + yb * d2 + ya * d3 + edge * b4)
        at = last * _LINES + k
        x[at + 4 * _LINES], y[at] = np.float32(y[at] + ya), ya
        x[at + 3 * _LINES], y[at - _LINES] = np.float32(y[at - _LINES] + yb), yb
        x[at + 2 * _LINES], y[at - 2 * _LINES] = np.float32(y[at - 2 * _LINES] + yc), yc
        x[at + _LINES], y[at - 3 * _LINES] = np.float32(y[at - 3 * _LINES] + yd), yd
    for i in range(last - _EDGE, start - 1, -_EDGE):
        v, w = data[(i + 1) * _LINES : (i + 9) * _LINES], sums[(i + 1) * _LINES : (i + 9) * _LINES]  # the row 3 is i
        for k in range(_LINES):
            x1, x2 = np.float64(v[4 * _LINES + k]), np.float64(v[5 * _LINES + k])
            x3, x4 = np.float64(v[6 * _LINES + k]), np.float64(v[7 * _LINES + k])
            xa, xb, xc = np.float64(v[3 * _LINES + k]), np.float64(v[2 * _LINES + k]), np.float64(v[_LINES + k])
            y1, y2, y3, y4 = w[4 * _LINES + k], w[5 * _LINES + k], w[6 * _LINES + k], w[7 * _LINES + k]
            ya = (x1 * m1 + x2 * m2 + x3 * m3 + x4 * m4) - (y1 * d1 + y2 * d2 + y3 * d3 + y4 * d4)
            yb = (xa * m1 + x1 * m2 + x2 * m3 + x3 * m4) - (ya * d1 + y1 * d2 + y2 * d3 + y3 * d4)
            yc = (xb * m1 + xa * m2 + x1 * m3 + x2 * m4) - (yb * d1 + ya * d2 + y1 * d3 + y2 * d4)
            yd = (xc * m1 + xb * m2 + xa * m3 + x1 * m4) - (yc * d1 + yb * d2 + ya * d3 + y1 * d4)
            a, b = w[3 * _LINES + k] + ya, w[2 * _LINES + k] + yb
            c, d = w[_LINES + k] + yc, w[k] + yd
            w[3 * _LINES + k], w[2 * _LINES + k], w[_LINES + k], w[k] = ya, yb, yc, yd
            v[7 * _LINES + k], v[6 * _LINES + k] = np.float32(a), np.float32(b)
            v[5 * _LINES + k], v[4 * _LINES + k] = np.float32(c), np.float32(d)
