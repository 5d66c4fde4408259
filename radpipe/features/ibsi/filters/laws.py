"""Laws' kernels of level, edge, spot, wave and ripple, and their energy (IBSI JTXT)."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from radpipe.features.ibsi.filters.boundary import MODES, Boundary, FloatArray, Spacing
from radpipe.features.ibsi.filters.rotations import Pooling, pooled, rotated

__all__ = ["Laws"]


_LAWS = {
    "L5": np.array([1.0, 4, 6, 4, 1]) / math.sqrt(70),
    "E5": np.array([-1.0, -2, 0, 2, 1]) / math.sqrt(10),
    "S5": np.array([-1.0, 0, 2, 0, -1]) / math.sqrt(6),
    "W5": np.array([-1.0, 2, 0, -2, 1]) / math.sqrt(10),
    "R5": np.array([1.0, -4, 6, -4, 1]) / math.sqrt(70),
    "L3": np.array([1.0, 2, 1]) / math.sqrt(6),
    "E3": np.array([-1.0, 0, 1]) / math.sqrt(2),
    "S3": np.array([-1.0, 2, -1]) / math.sqrt(6),
}
"""Laws' kernels of unit length (IBSI JVAD: level B5BZ and L3..., edge, spot, wave, ripple)."""


@dataclass(frozen=True, slots=True)
class Laws:
    """Laws' kernels (JTXT), with rotation invariance and energy map.

    Parameters
    ----------
    kernels
        Names along x, y and z, or along x and y within slices: ``("L5", "E5", "E5")``.
    rotation_invariant
        Whether responses of all right-angled rotations are pooled.
    pooling
        How.
    energy_distance
        Chebyshev distance in voxels over which absolute responses are averaged; None gives the response itself.
    boundary
        What lies outside the image.
    """

    kernels: tuple[str, ...]
    rotation_invariant: bool = True
    pooling: Pooling = "max"
    energy_distance: int | None = None
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response or energy map of an image (z, y, x)."""
        flat = len(self.kernels) == 2
        along: list[FloatArray | None] = [_LAWS[name] for name in reversed(self.kernels)]
        along = [None, *along] if flat else along
        response = pooled(rotated(image, [along], flat, self.boundary, self.rotation_invariant), self.pooling)
        if self.energy_distance is None:
            return response
        edge = 2 * self.energy_distance + 1
        size = (1 if flat else edge, edge, edge)
        return np.asarray(ndimage.uniform_filter(np.abs(response), size, mode=MODES[self.boundary]))
