"""Weights of directions by their lengths (PyRadiomics' setting ``weightingNorm``)."""

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import TextureOptions
from radpipe.features.settings import WeightingNorm

__all__ = ["direction_lengths_mm", "direction_weights"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def direction_lengths_mm(
    offsets: npt.NDArray[np.int64], spacing_zyx_mm: tuple[float, float, float], norm: WeightingNorm
) -> npt.NDArray[np.float64]:
    """Return the length of each offset (z, y, x) in a norm, shape (A,); not defined for ``no_weighting``."""
    steps = np.abs(offsets) * np.array(spacing_zyx_mm)
    if norm == "infinity":
        return np.asarray(steps.max(axis=1))
    if norm == "euclidean":
        return np.asarray(np.sqrt(np.sum(steps**2, axis=1)))
    return np.asarray(np.sum(steps, axis=1))


def direction_weights(
    offsets: IntArray, spacing_zyx_mm: tuple[float, float, float], options: TextureOptions
) -> FloatArray:
    """Return the weight of each direction: exp(-length squared), lengths in mm."""
    norm = options.weighting_norm
    if norm is None or norm == "no_weighting":
        return np.ones(len(offsets))
    if norm == "euclidean":  # without a root that is squared again: its rounding would be felt in small ROIs
        return np.asarray(np.exp(-np.sum((np.abs(offsets) * np.array(spacing_zyx_mm)) ** 2, axis=1)))
    return np.asarray(np.exp(-(direction_lengths_mm(offsets, spacing_zyx_mm, norm) ** 2)))
