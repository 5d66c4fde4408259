"""Simoncelli's non-separable wavelet (IBSI PRT7)."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import fft

from radpipe.features.ibsi.filters.boundary import FloatArray, Spacing

__all__ = ["Simoncelli"]


@dataclass(frozen=True, slots=True)
class Simoncelli:
    """Simoncelli's non-separable wavelet (PRT7), band-pass map of a level, by its transfer function.

    Parameters
    ----------
    level
        From 1; the pass band is centred at half the Nyquist frequency and halves with each level.
    flat
        Within slices only.
    boundary
        ``periodic``, as a transfer function has it, or ``mirror``.
    """

    level: int = 1
    flat: bool = False
    boundary: Literal["mirror", "periodic"] = "periodic"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        axes = (1, 2) if self.flat else (0, 1, 2)
        square = np.zeros([image.shape[axis] if axis in axes else 1 for axis in range(3)])
        for axis in axes:
            n = image.shape[axis]
            share = np.arange(n) / n if self.boundary == "mirror" else 2 * np.abs(fft.fftfreq(n))
            square = square + (share**2).reshape([-1 if k == axis else 1 for k in range(3)])
        frequency = np.sqrt(square) * 2.0 ** (self.level - 1)  # by the Nyquist frequency
        inside = (frequency > 0.25) & (frequency <= 1)
        transfer = np.where(inside, np.cos(math.pi / 2 * np.log2(2 * np.where(inside, frequency, 0.5))), 0.0)
        if self.boundary == "mirror":
            return np.asarray(fft.idctn(fft.dctn(image, axes=axes) * transfer, axes=axes))
        return np.asarray(fft.ifftn(fft.fftn(image, axes=axes) * transfer, axes=axes).real)
