"""Size and form of a ROI on one slice, as PyRadiomics 3.0.1 defines them: from its outline and its pixel centres."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from radpipe.features.axes import axis_ratio, axis_variances, full_axis
from radpipe.features.inputs import RoiImage
from radpipe.kernels.perimeter import outline

__all__ = ["FEATURES", "Shape2D", "measure_shape2d", "shape2d_of"]


@dataclass(frozen=True, slots=True)
class Shape2D:
    """What 2D shape features share.

    Parameters
    ----------
    perimeter_mm, area_mm2, diameter_mm
        Of the outline: length, enclosed area, and greatest distance between vertices.
    pixels_mm2
        Area of the pixels.
    variances_mm2
        Along the principal axes, rising.
    """

    perimeter_mm: float
    area_mm2: float
    diameter_mm: float
    pixels_mm2: float
    variances_mm2: tuple[float, float]


def shape2d_of(roi: RoiImage, flat_axis: int) -> Shape2D:
    """Draw the outline of a ROI that is one voxel thick along an axis (0 is z), and measure it."""
    mask = np.moveaxis(roi.mask, flat_axis, 0)[0]
    rows_mm, columns_mm = (mm for axis, mm in enumerate(roi.spacing_zyx_mm) if axis != flat_axis)
    perimeter, area, diameter = outline(np.pad(mask, 1), (rows_mm, columns_mm))
    minor, major = axis_variances(mask, (rows_mm, columns_mm))
    pixels = np.count_nonzero(mask) * (columns_mm * rows_mm)
    return Shape2D(perimeter, area, diameter, pixels, (minor, major))


def _sphericity(s: Shape2D) -> float:
    """Return the perimeter of the circle of the same area by the perimeter."""
    return float(2 * np.sqrt(np.pi * s.area_mm2) / s.perimeter_mm)


FEATURES: Mapping[str, Callable[[Shape2D], float]] = {
    "Elongation": lambda s: axis_ratio(s.variances_mm2[0], s.variances_mm2[1]),
    "MajorAxisLength": lambda s: full_axis(s.variances_mm2[1]),
    "MaximumDiameter": lambda s: s.diameter_mm,
    "MeshSurface": lambda s: s.area_mm2,
    "MinorAxisLength": lambda s: full_axis(s.variances_mm2[0]),
    "Perimeter": lambda s: s.perimeter_mm,
    "PerimeterSurfaceRatio": lambda s: s.perimeter_mm / s.area_mm2,
    "PixelSurface": lambda s: s.pixels_mm2,
    "SphericalDisproportion": lambda s: 1.0 / _sphericity(s),
    "Sphericity": _sphericity,
}
"""Name -> function of the outline; IBSI does not define features of one slice."""


def measure_shape2d(roi: RoiImage, names: Sequence[str], flat_axis: int) -> dict[str, float]:
    """Compute the named features."""
    shape = shape2d_of(roi, flat_axis)
    return {name: FEATURES[name](shape) for name in names}
