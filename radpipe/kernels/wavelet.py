"""One step of an undecimated wavelet decomposition away from an image's border, with PyWavelets' sums.

PyWavelets convolves along one axis after the other; a value is a sum over the filter's taps from the first to the last,
in the image's own precision (float32, else float64). The same sums in the same order have the same bits.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["convolved"]

Array = npt.NDArray[Any]


def convolved(data: Array, taps: Array, axis: int) -> Array:
    """Convolve an array along an axis where the filter lies inside of it.

    Parameters
    ----------
    data
        Shape (z, y, x), float32 or float64, C-ordered.
    taps
        Of the filter, from the first to the last; the data's dtype.
    axis
        0 to 2.

    Returns
    -------
    ndarray
        As the data, but shorter along the axis by the number of taps less one; value k is the sum over j of
        ``taps[j] * data[k + len(taps) - 1 - j]``.

    Examples
    --------
    >>> convolved(np.array([[[1.0, 2.0, 4.0]]]), np.array([1.0, 10.0]), 2).tolist()
    [[[12.0, 24.0]]]
    """
    shape = list(data.shape)
    shape[axis] -= taps.size - 1
    target = np.empty(shape, dtype=data.dtype)
    if axis == 2:
        _along_rows(data.reshape(-1, data.shape[2]), taps, target.reshape(-1, shape[2]))
    else:
        outer = 1 if axis == 0 else shape[0]
        length, kept = data.shape[axis], shape[axis]
        _across_rows(data.reshape(outer, length, -1), taps, target.reshape(outer, kept, -1))
    return target


@njit
def _along_rows(data: Array, taps: Array, target: Array) -> None:
    """Convolve each row; some taps at a time spare reading and writing the sum, and leave the order as it is."""
    last = taps.size - 1
    sixes, threes = taps.size - taps.size % 6, taps.size - taps.size % 3
    for r in range(data.shape[0]):
        row, kept = data[r], target[r]
        kept[:] = 0.0
        for j in range(0, sixes, 6):
            at = last - j
            _add_six(
                kept,
                taps[j : j + 6],
                row[at:],
                row[at - 1 :],
                row[at - 2 :],
                row[at - 3 :],
                row[at - 4 :],
                row[at - 5 :],
            )
        for j in range(sixes, threes, 3):
            _add_three(kept, taps[j : j + 3], row[last - j :], row[last - j - 1 :], row[last - j - 2 :])
        for j in range(threes, taps.size):
            _add(kept, taps[j], row[last - j :])


@njit
def _across_rows(data: Array, taps: Array, target: Array) -> None:
    """Convolve along the second of three axes."""
    last = taps.size - 1
    sixes, threes = taps.size - taps.size % 6, taps.size - taps.size % 3
    for plane in range(data.shape[0]):
        for i in range(target.shape[1]):
            kept = target[plane, i]
            kept[:] = 0.0
            for j in range(0, sixes, 6):
                k = i + last - j
                rows = data[plane, k - 5 : k + 1]
                _add_six(kept, taps[j : j + 6], rows[5], rows[4], rows[3], rows[2], rows[1], rows[0])
            for j in range(sixes, threes, 3):
                k = i + last - j
                _add_three(kept, taps[j : j + 3], data[plane, k], data[plane, k - 1], data[plane, k - 2])
            for j in range(threes, taps.size):
                _add(kept, taps[j], data[plane, i + last - j])


@njit
def _add(kept: Array, tap: float, row: Array) -> None:
    """Add one tap's share."""
    for k in range(kept.size):
        kept[k] += tap * row[k]


@njit
def _add_three(kept: Array, taps: Array, one: Array, two: Array, three: Array) -> None:
    """Add the shares of three taps, one after the other."""
    first, second, third = taps[0], taps[1], taps[2]
    for k in range(kept.size):
        kept[k] = ((kept[k] + first * one[k]) + second * two[k]) + third * three[k]


@njit
def _add_six(
    kept: Array, taps: Array, one: Array, two: Array, three: Array, four: Array, five: Array, six: Array
) -> None:
    """Add the shares of six taps, one after the other."""
    a, b, c, d, e, f = taps[0], taps[1], taps[2], taps[3], taps[4], taps[5]
    for k in range(kept.size):
        half = ((kept[k] + a * one[k]) + b * two[k]) + c * three[k]
        kept[k] = ((half + d * four[k]) + e * five[k]) + f * six[k]
