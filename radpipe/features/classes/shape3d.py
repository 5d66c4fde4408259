"""Size and form of a ROI (IBSI 3.1), as PyRadiomics 3.0.1 defines them: from a triangle mesh and from voxel centres."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from radpipe.features.axes import axis_ratio, axis_variances, full_axis
from radpipe.features.inputs import RoiImage
from radpipe.kernels.diameters import mesh_diameters
from radpipe.kernels.surface import line_extremes, mesh

__all__ = ["FEATURES", "Shape", "measure_shape3d", "shape_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What shape features share.

    Parameters
    ----------
    area_mm2, volume_mm3
        Of the mesh; its faces may cancel to no volume where voxels touch by edges only.
    voxels_mm3
        Volume of the voxels.
    slice_mm, column_mm, row_mm, diameter_mm
        Greatest distance between mesh vertices of one z, one y, one x, and of any.
    variances_mm2
        Along the principal axes, rising.
    """

    area_mm2: float
    volume_mm3: float
    voxels_mm3: float
    slice_mm: float
    column_mm: float
    row_mm: float
    diameter_mm: float
    variances_mm2: tuple[float, float, float]


def shape_of(roi: RoiImage) -> Shape:
    """Build the mesh of a ROI that has at least one voxel, and measure it."""
    spacing = roi.spacing_zyx_mm
    mask = np.zeros([size + 2 for size in roi.mask.shape], dtype=np.bool_)
    mask[1:-1, 1:-1, 1:-1] = roi.mask
    area, volume = mesh(mask, spacing)
    in_slice, in_column, in_row, greatest = mesh_diameters(*line_extremes(mask), np.array(spacing))
    least, minor, major = axis_variances(roi.mask, spacing)
    return Shape(
        area_mm2=area,
        volume_mm3=volume,
        voxels_mm3=np.count_nonzero(roi.mask) * (spacing[0] * spacing[2] * spacing[1]),
        slice_mm=in_slice**0.5,
        column_mm=in_column**0.5,
        row_mm=in_row**0.5,
        diameter_mm=greatest**0.5,
        variances_mm2=(least, minor, major),
    )


def _equal_sphere_mm2(s: Shape) -> float:
    """Return the surface area of the sphere of the same volume."""
    return float((36 * np.pi * s.volume_mm3**2) ** (1 / 3))


def _sphericity(s: Shape) -> float:
    """IBSI QCFX: surface area of the sphere of the same volume by the surface area."""
    return _equal_sphere_mm2(s) / s.area_mm2


def _spherical_disproportion(s: Shape) -> float:
    """IBSI KRCK; NaN without volume."""
    return s.area_mm2 / _equal_sphere_mm2(s) if s.volume_mm3 else float("nan")


def _surface_volume_ratio(s: Shape) -> float:
    """IBSI 2PR5; NaN without volume."""
    return s.area_mm2 / s.volume_mm3 if s.volume_mm3 else float("nan")


def _compactness_1(s: Shape) -> float:
    """IBSI SKGS (compactness 1)."""
    return float(s.volume_mm3 / (s.area_mm2**1.5 * np.sqrt(np.pi)))


def _compactness_2(s: Shape) -> float:
    """IBSI BQWJ (compactness 2)."""
    return float(36 * np.pi * s.volume_mm3**2 / s.area_mm2**3)


FEATURES: Mapping[str, Callable[[Shape], float]] = {
    "Compactness1": _compactness_1,
    "Compactness2": _compactness_2,
    "Elongation": lambda s: axis_ratio(s.variances_mm2[1], s.variances_mm2[2]),  # IBSI Q3CK
    "Flatness": lambda s: axis_ratio(s.variances_mm2[0], s.variances_mm2[2]),  # IBSI N17B
    "LeastAxisLength": lambda s: full_axis(s.variances_mm2[0]),  # IBSI 7J51
    "MajorAxisLength": lambda s: full_axis(s.variances_mm2[2]),  # IBSI TDIC
    "Maximum2DDiameterColumn": lambda s: s.column_mm,
    "Maximum2DDiameterRow": lambda s: s.row_mm,
    "Maximum2DDiameterSlice": lambda s: s.slice_mm,
    "Maximum3DDiameter": lambda s: s.diameter_mm,  # IBSI L0JK
    "MeshVolume": lambda s: s.volume_mm3,  # IBSI RNU0
    "MinorAxisLength": lambda s: full_axis(s.variances_mm2[1]),  # IBSI P9VJ
    "SphericalDisproportion": _spherical_disproportion,
    "Sphericity": _sphericity,
    "SurfaceArea": lambda s: s.area_mm2,  # IBSI C0JK
    "SurfaceVolumeRatio": _surface_volume_ratio,
    "VoxelVolume": lambda s: s.voxels_mm3,  # IBSI YEKZ
}
"""Name -> function of the mesh."""


def measure_shape3d(shape: Shape, names: Sequence[str]) -> dict[str, float]:
    """Compute the named features."""
    return {name: FEATURES[name](shape) for name in names}
