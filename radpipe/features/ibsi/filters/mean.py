"""The mean filter (IBSI S60F)."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from radpipe.features.ibsi.filters.boundary import MODES, Boundary, FloatArray, Spacing

__all__ = ["Mean"]


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean filter (S60F).

    Parameters
    ----------
    support
        Edge of the cube or square in voxels, odd.
    flat
        Within slices only.
    boundary
        What lies outside the image.
    """

    support: int
    flat: bool = False
    boundary: Boundary = "mirror"

    def __call__(self, image: FloatArray, spacing_zyx_mm: Spacing) -> FloatArray:
        """Return the response map of an image (z, y, x)."""
        size = (1 if self.flat else self.support, self.support, self.support)
        return np.asarray(ndimage.uniform_filter(image, size, mode=MODES[self.boundary]))
