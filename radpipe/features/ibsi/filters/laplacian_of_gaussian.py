"""The Laplacian of a Gaussian (IBSI L6PA)."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from radpipe.features.ibsi.filters.boundary import MODES, Boundary, FloatArray, Spacing

__all__ = ["LoG"]


@dataclass(frozen=True, slots=True)
class LoG:
    """Laplacian of a Gaussian (L6PA), sampled and cut off.

    Parameters
    ----------
    sigma_mm
        Of the Gaussian.
    cutoff
        In sigmas.
    flat
        Within slices only.
    boundary
        What lies outside the image.
    """

    sigma_mm: float
    cutoff: float = 4.0
    flat: bool = False
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x), in image units by mm2 of voxels."""
        axes = (1, 2) if self.flat else (0, 1, 2)
        kernels = {axis: self._kernels(spacing_zyx_mm[axis]) for axis in axes}
        total = np.zeros(image.shape)
        for second in axes:
            part = image
            for axis in axes:
                part = ndimage.correlate1d(part, kernels[axis][axis == second], axis, mode=MODES[self.boundary])
            total += part
        return total

    def _kernels(self, spacing_mm: float) -> tuple[FloatArray, FloatArray]:
        """Return the Gaussian and its second derivative, sampled at voxels."""
        sigma = self.sigma_mm / spacing_mm
        reach = int(self.cutoff * sigma + 0.5)
        x = np.arange(-reach, reach + 1, dtype=np.float64)
        gauss = np.exp(-(x**2) / (2 * sigma**2)) / (sigma * math.sqrt(2 * math.pi))
        return gauss, (x**2 / sigma**4 - 1 / sigma**2) * gauss
