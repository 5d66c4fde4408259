"""Sums over a ROI's values that first-order features need, without arrays in between."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["central_moments", "energy_and_range", "inner_deviation"]

FloatArray = npt.NDArray[np.float64]


@njit
def energy_and_range(values: FloatArray, shift: float) -> tuple[float, float, float]:
    """Return the sum of squares of shifted values, the least value and the greatest; values has at least one."""
    even, odd = 0.0, 0.0
    low, high = values[0], values[0]
    for k in range(0, values.size - 1, 2):
        one, other = values[k], values[k + 1]
        even += (one + shift) * (one + shift)
        odd += (other + shift) * (other + shift)
        low = min(low, min(one, other))
        high = max(high, max(one, other))
    if values.size % 2 == 1:
        one = values[-1]
        even += (one + shift) * (one + shift)
        low, high = min(low, one), max(high, one)
    return even + odd, low, high


@njit
def central_moments(values: FloatArray, mean: float) -> tuple[float, float, float, float]:
    """Return the means of the second, third and fourth power, and of the size, of the distances from a mean."""
    second, third, fourth, size = 0.0, 0.0, 0.0, 0.0
    second_odd, third_odd, fourth_odd, size_odd = 0.0, 0.0, 0.0, 0.0
    for k in range(0, values.size - 1, 2):
        x, y = values[k] - mean, values[k + 1] - mean
        xx, yy = x * x, y * y
        second += xx
        third += xx * x
        fourth += xx * xx
        size += abs(x)
        second_odd += yy
        third_odd += yy * y
        fourth_odd += yy * yy
        size_odd += abs(y)
    if values.size % 2 == 1:
        x = values[-1] - mean
        xx = x * x
        second += xx
        third += xx * x
        fourth += xx * xx
        size += abs(x)
    n = values.size
    return (second + second_odd) / n, (third + third_odd) / n, (fourth + fourth_odd) / n, (size + size_odd) / n


@njit
def inner_deviation(values: FloatArray, low: float, high: float) -> float:
    """Return the mean distance from their mean of the values from low to high; NaN when there are none."""
    total, count = 0.0, 0
    for value in values:
        inside = low <= value <= high
        total += value - low if inside else 0.0  # small numbers, so that little is rounded off
        count += inside
    mean = low + total / count
    distance = 0.0
    for value in values:
        distance += abs(value - mean) if low <= value <= high else 0.0
    return distance / count
