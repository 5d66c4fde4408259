"""Gaussian smoothing and its second derivative by recursion, as ITK does it, bit for bit.

A Gaussian is approximated by a filter of order four that runs along each line forwards and backwards, in double
precision; images between passes are float32. Deriche R. Recursively implementing the Gaussian and its derivatives.
INRIA report 1893 (1993); Farneback G, Westin CF. Improving Deriche-style recursive Gaussian filters. J. Math. Imaging
Vis. 26 (2006) 293-299. The operations and their order are those of ITK's ``RecursiveSeparableImageFilter``.
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

_LINES = 16
"""Lines that are filtered side by side."""

_ROW = 2 * _LINES
"""Working memory holds for each place along the lines their data and then their sums; so many numbers a place."""

_EDGE = 4
"""Places before and behind the lines."""

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
    z, y, x = (slice(0, size) for size in image.shape)
    wanted = box or (z, y, x)
    source = np.ascontiguousarray(image)
    total = np.zeros([span.stop - span.start for span in wanted], dtype=np.float32)
    for axis in (2, 1, 0):
        part = _filtered(source, axis, wanted[axis], _coefficients(sigma, spacing_zyx_mm[axis], derivative=True))
        for other in (one for one in (2, 1, 0) if one != axis):
            smooth = _coefficients(sigma, spacing_zyx_mm[other], derivative=False)
            part = _filtered(part, other, wanted[other], smooth)
        _accumulate(total.reshape(-1), part.reshape(-1), 1.0 / (spacing_zyx_mm[axis] * spacing_zyx_mm[axis]))
    return total


def _filtered(source: npt.NDArray[Any], axis: int, wanted: slice, coefficients: FloatArray) -> Float32Array:
    """Filter an array along an axis; only a part of each line is kept."""
    source = source.view()
    source.flags.writeable = False  # one type for numba, wherever the image comes from
    kept = list(source.shape)
    kept[axis] = wanted.stop - wanted.start
    target = np.empty(kept, dtype=np.float32)
    length = source.shape[axis]
    if axis == 2:
        _along_rows(source.reshape(-1, length), target.reshape(-1, kept[2]), wanted.start, coefficients)
    else:
        outer = math.prod(kept[:axis])
        _across_rows(
            source.reshape(outer, length, -1), target.reshape(outer, kept[axis], -1), wanted.start, coefficients
        )
    return target


@njit
def _accumulate(total: Float32Array, part: Float32Array, factor: float) -> None:
    """Add a scaled image, in double precision."""
    for k in range(total.size):
        total[k] = np.float32(total[k] + part[k] * factor)


@njit
def _along_rows(source: npt.NDArray[Any], target: Float32Array, start: int, coefficients: FloatArray) -> None:
    """Filter the rows of a matrix, some side by side; the target holds their values from ``start``."""
    count, length = source.shape
    wanted = target.shape[1]
    work = np.zeros((length + 2 * _EDGE) * _ROW)
    for first in range(0, count, _LINES):
        for k in range(min(_LINES, count - first)):
            row, line = source[first + k], work[_EDGE * _ROW + k :]
            for i in range(length):
                line[i * _ROW] = row[i]
        _run_ahead(work, length, coefficients)
        _run_back(work, length, start, coefficients)
        for k in range(min(_LINES, count - first)):
            kept, line = target[first + k], work[(start + _EDGE) * _ROW + _LINES + k :]
            for i in range(wanted):
                kept[i] = np.float32(line[i * _ROW])


@njit
def _across_rows(source: npt.NDArray[Any], target: Float32Array, start: int, coefficients: FloatArray) -> None:
    """Filter along the second of three axes, some lines side by side; the target holds their values from ``start``."""
    outer, length, inner = source.shape
    wanted = target.shape[1]
    work = np.zeros((length + 2 * _EDGE) * _ROW)
    data, sums = work[_EDGE * _ROW :], work[(start + _EDGE) * _ROW + _LINES :]
    for plane in range(outer):
        lines, kept = source[plane].reshape(-1), target[plane].reshape(-1)
        for first in range(0, inner, _LINES):
            count = min(_LINES, inner - first)
            _copy_in(lines[first:], inner, data, length, count)
            _run_ahead(work, length, coefficients)
            _run_back(work, length, start, coefficients)
            _copy_out(sums, kept[first:], inner, wanted, count)


@njit
def _copy_in(lines: npt.NDArray[Any], step: int, data: FloatArray, length: int, count: int) -> None:
    """Lay some lines side by side; unsigned indices spare a look at their sign."""
    for i in range(np.uint64(length)):
        at, to = i * np.uint64(step), i * np.uint64(_ROW)
        for k in range(np.uint64(count)):
            data[to + k] = lines[at + k]


@njit
def _copy_out(sums: FloatArray, kept: Float32Array, step: int, wanted: int, count: int) -> None:
    """Round what lies side by side."""
    for i in range(np.uint64(wanted)):
        at, to = i * np.uint64(_ROW), i * np.uint64(step)
        for k in range(np.uint64(count)):
            kept[to + k] = np.float32(sums[at + k])


@njit
def _run_ahead(work: FloatArray, length: int, coefficients: FloatArray) -> None:
    """Run the causal recursion from the data into the sums; before the line its first value goes on for ever.

    Four steps at a time, whose values stay in registers. All lies in one array with known distances, so that compiled
    code need not ask whether arrays overlap.
    """
    n0, n1, n2, n3 = coefficients[0]
    d1, d2, d3, d4 = coefficients[1]
    b1, b2, b3, b4 = coefficients[3]
    data, sums = work[_EDGE * _ROW :], work[_EDGE * _ROW + _LINES :]
    for i in range(4):
        for k in range(_LINES):
            edge = data[k]
            drive = data[i * _ROW + k] * n0 + data[max(i - 1, 0) * _ROW + k] * n1
            drive = drive + data[max(i - 2, 0) * _ROW + k] * n2 + data[max(i - 3, 0) * _ROW + k] * n3
            past = sums[(i - 1) * _ROW + k] * d1 if i > 0 else edge * b1
            past = past + (sums[(i - 2) * _ROW + k] * d2 if i > 1 else edge * b2)
            past = past + (sums[(i - 3) * _ROW + k] * d3 if i > 2 else edge * b3)
            sums[i * _ROW + k] = drive - (past + edge * b4)
    for i in range(4, length, 4):
        w = work[(i + _EDGE - 4) * _ROW : (i + _EDGE + 4) * _ROW]  # its row 4 is i
        for k in range(_LINES):
            x3, x2, x1 = w[_ROW + k], w[2 * _ROW + k], w[3 * _ROW + k]
            q = _LINES + k
            y4, y3, y2, y1 = w[q], w[_ROW + q], w[2 * _ROW + q], w[3 * _ROW + q]
            xa, xb, xc, xd = w[4 * _ROW + k], w[5 * _ROW + k], w[6 * _ROW + k], w[7 * _ROW + k]
            ya = (xa * n0 + x1 * n1 + x2 * n2 + x3 * n3) - (y1 * d1 + y2 * d2 + y3 * d3 + y4 * d4)
            yb = (xb * n0 + xa * n1 + x1 * n2 + x2 * n3) - (ya * d1 + y1 * d2 + y2 * d3 + y3 * d4)
            yc = (xc * n0 + xb * n1 + xa * n2 + x1 * n3) - (yb * d1 + ya * d2 + y1 * d3 + y2 * d4)
            yd = (xd * n0 + xc * n1 + xb * n2 + xa * n3) - (yc * d1 + yb * d2 + ya * d3 + y1 * d4)
            w[4 * _ROW + q], w[5 * _ROW + q], w[6 * _ROW + q], w[7 * _ROW + q] = ya, yb, yc, yd


@njit
def _run_back(work: FloatArray, length: int, start: int, coefficients: FloatArray) -> None:
    """Add the anticausal recursion to the sums, down to ``start``; behind the line its last value goes on for ever.

    Data four places on are not needed any more; there its values are kept for the next steps.
    """
    m1, m2, m3, m4 = coefficients[2]
    d1, d2, d3, d4 = coefficients[1]
    b1, b2, b3, b4 = coefficients[4]
    last = length - 1
    data, sums = work[_EDGE * _ROW :], work[_EDGE * _ROW + _LINES :]
    for j in range(4):
        i = last - j
        for k in range(_LINES):
            edge = data[last * _ROW + k]
            drive = data[min(i + 1, last) * _ROW + k] * m1 + data[min(i + 2, last) * _ROW + k] * m2
            drive = drive + data[min(i + 3, last) * _ROW + k] * m3 + data[min(i + 4, last) * _ROW + k] * m4
            past = data[(i + 5) * _ROW + k] * d1 if j > 0 else edge * b1
            past = past + (data[(i + 6) * _ROW + k] * d2 if j > 1 else edge * b2)
            past = past + (data[(i + 7) * _ROW + k] * d3 if j > 2 else edge * b3)
            value = drive - (past + edge * b4)
            data[(i + 4) * _ROW + k] = value
            sums[i * _ROW + k] += value
    for i in range(last - 4, start - 1, -4):
        w = work[(i + _EDGE - 3) * _ROW : (i + _EDGE + 9) * _ROW]  # its row 3 is i
        for k in range(_LINES):
            x1, x2, x3, x4 = w[4 * _ROW + k], w[5 * _ROW + k], w[6 * _ROW + k], w[7 * _ROW + k]
            y1, y2, y3, y4 = w[8 * _ROW + k], w[9 * _ROW + k], w[10 * _ROW + k], w[11 * _ROW + k]
            xa, xb, xc = w[3 * _ROW + k], w[2 * _ROW + k], w[_ROW + k]
            ya = (x1 * m1 + x2 * m2 + x3 * m3 + x4 * m4) - (y1 * d1 + y2 * d2 + y3 * d3 + y4 * d4)
            yb = (xa * m1 + x1 * m2 + x2 * m3 + x3 * m4) - (ya * d1 + y1 * d2 + y2 * d3 + y3 * d4)
            yc = (xb * m1 + xa * m2 + x1 * m3 + x2 * m4) - (yb * d1 + ya * d2 + y1 * d3 + y2 * d4)
            yd = (xc * m1 + xb * m2 + xa * m3 + x1 * m4) - (yc * d1 + yb * d2 + ya * d3 + y1 * d4)
            w[7 * _ROW + k], w[6 * _ROW + k], w[5 * _ROW + k], w[4 * _ROW + k] = ya, yb, yc, yd
            q = _LINES + k
            w[3 * _ROW + q] += ya
            w[2 * _ROW + q] += yb
            w[_ROW + q] += yc
            w[q] += yd
