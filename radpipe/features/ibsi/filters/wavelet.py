"""Separable wavelets without decimation (IBSI 25BO)."""

from dataclasses import dataclass

import numpy as np

from radpipe.features.ibsi.filters.boundary import Boundary, FloatArray, Spacing
from radpipe.features.ibsi.filters.rotations import Pooling, pooled, rotated

__all__ = ["Wavelet"]


@dataclass(frozen=True, slots=True)
class Wavelet:
    """Separable wavelet (undecimated, a trous; 25BO).

    Parameters
    ----------
    family
        PyWavelets' name: ``db3``.
    subband
        Letters along x, y and z, or x and y within slices: ``LLH``.
    level
        Of the decomposition, from 1; levels before it are low-pass along all axes.
    rotation_invariant
        Whether responses of all right-angled rotations are pooled.
    pooling
        How.
    boundary
        What lies outside the image.
    """

    family: str
    subband: str
    level: int = 1
    rotation_invariant: bool = True
    pooling: Pooling = "average"
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        import pywt

        wavelet = pywt.Wavelet(self.family)
        banks = {"L": np.array(wavelet.dec_lo), "H": np.array(wavelet.dec_hi)}
        flat = len(self.subband) == 2
        letters = ["", *reversed(self.subband)] if flat else list(reversed(self.subband))
        steps = [
            [
                None if not letter else _dilated(banks[letter if level == self.level else "L"], 2 ** (level - 1))
                for letter in letters
            ]
            for level in range(1, self.level + 1)
        ]
        return pooled(rotated(image, steps, flat, self.boundary, self.rotation_invariant), self.pooling)


def _dilated(kernel: FloatArray, step: int) -> FloatArray:
    """Put ``step - 1`` zeros after each of a kernel's values, and one more where that leaves its length even."""
    wide = np.zeros(kernel.size * step)
    wide[::step] = kernel
    return wide if wide.size % 2 else np.append(wide, 0.0)
