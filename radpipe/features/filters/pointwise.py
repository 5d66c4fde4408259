"""Filters that look at one voxel at a time, scaled by the extremes of the whole image.

References
----------
PyRadiomics 3.0.1, ``imageoperations.getSquareImage`` and its neighbours; the same operations in the same order.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["POINTWISE", "extremes"]

FloatArray = npt.NDArray[np.float64]


def extremes(image: npt.NDArray[Any]) -> FloatArray:
    """Return least and greatest value of an image, shape (2,)."""
    return np.array([image.min(), image.max()], dtype=np.float64)


def square(values: FloatArray, ends: FloatArray) -> FloatArray:
    """(c x)^2 with c = 1 / sqrt(max |x|)."""
    coefficient = 1 / np.sqrt(np.abs(ends).max())
    squared: FloatArray = (coefficient * values) ** 2
    return squared


def square_root(values: FloatArray, ends: FloatArray) -> FloatArray:
    """sqrt(c x), negative for negative x, with c = max |x|."""
    coefficient = np.abs(ends).max()
    root = values.copy()
    root[values > 0] = np.sqrt(values[values > 0] * coefficient)
    root[values < 0] = -np.sqrt(-values[values < 0] * coefficient)
    return root


def logarithm(values: FloatArray, ends: FloatArray) -> FloatArray:
    """Scale log(|x| + 1), with the sign of x; the scale makes the greatest magnitude that of the image."""
    largest = np.abs(ends).max()
    scaled: FloatArray = _signed_log(values) * (largest / np.abs(_signed_log(ends)).max())
    return scaled


def exponential(values: FloatArray, ends: FloatArray) -> FloatArray:
    """exp(c x) with c = log(max |x|) / max |x|."""
    largest = np.abs(ends).max()
    grown: FloatArray = np.exp(np.log(largest) / largest * values)
    return grown


def _signed_log(values: FloatArray) -> FloatArray:
    logs = values.copy()
    logs[values > 0] = np.log(values[values > 0] + 1)
    logs[values < 0] = -np.log(-(values[values < 0] - 1))
    return logs


POINTWISE: Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "Square": square,
    "SquareRoot": square_root,
    "Logarithm": logarithm,
    "Exponential": exponential,
}
"""Image type -> function of values in a box and the extremes of the whole image."""
