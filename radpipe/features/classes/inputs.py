"""What a feature class is given: the ROI's voxels, its gray levels, and the settings of the classes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["GrayLevels", "RoiImage", "TextureOptions"]


@dataclass(frozen=True, slots=True)
class RoiImage:
    """The image in the ROI's bounding box.

    Parameters
    ----------
    image
        Values, original or filtered, shape (z, y, x).
    mask
        The ROI, same shape.
    spacing_zyx_mm
        Voxel spacing.
    """

    image: npt.NDArray[np.float64]
    mask: npt.NDArray[np.bool_]
    spacing_zyx_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class GrayLevels:
    """The binned ROI.

    Parameters
    ----------
    levels
        Shape (z, y, x); 0 outside the ROI, 1 to ``count`` inside.
    count
        The highest gray level, PyRadiomics' ``Ng``.
    """

    levels: npt.NDArray[np.int32]
    count: int


@dataclass(frozen=True, slots=True)
class TextureOptions:
    """Settings of PyRadiomics' feature classes, with its defaults.

    Parameters
    ----------
    voxel_array_shift
        Added to each value before Energy, TotalEnergy and RootMeanSquared, in the image's unit.
    """

    voxel_array_shift: float = 0.0
