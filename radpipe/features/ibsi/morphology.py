"""Morphological features (IBSI 3.1, HCUG): of the morphological mask, always in three dimensions and in mm."""

import math
from collections.abc import Callable

from radpipe.features.classes.shape3d import FEATURES as SHAPE
from radpipe.features.ibsi.ellipsoid import ellipsoid_area
from radpipe.features.ibsi.form import Morphology
from radpipe.features.ibsi.record import IbsiFeature

__all__ = ["FEATURES"]


Feature = IbsiFeature[Morphology]


def _of(name: str) -> Callable[[Morphology], float]:
    """Take a feature that PyRadiomics defines as IBSI does."""
    return lambda s: SHAPE[name](s.shape)


def _box_area(s: Morphology) -> float:
    z, y, x = s.box_mm
    return 2 * (z * y + y * x + x * z)


def _ellipsoid_volume(s: Morphology) -> float:
    return 4 / 3 * math.pi * math.prod(s.semi_axes_mm)


FEATURES: tuple[Feature, ...] = (
    Feature("morph_volume", "RNU0", "Volume (mesh)", "V of the mesh", "mm3", _of("MeshVolume")),
    Feature("morph_vol_approx", "YEKZ", "Volume (voxel counting)", "N times a voxel", "mm3", _of("VoxelVolume")),
    Feature("morph_area_mesh", "C0JK", "Surface area (mesh)", "A of the mesh", "mm2", _of("SurfaceArea")),
    Feature("morph_av", "2PR5", "Surface to volume ratio", "A / V", "1/mm", _of("SurfaceVolumeRatio")),
    Feature("morph_comp_1", "SKGS", "Compactness 1", "V / (sqrt(pi) A^1.5)", "", _of("Compactness1")),
    Feature("morph_comp_2", "BQWJ", "Compactness 2", "36 pi V^2 / A^3", "", _of("Compactness2")),
    Feature(
        "morph_sph_dispr",
        "KRCK",
        "Spherical disproportion",
        "A / (36 pi V^2)^(1/3)",
        "",
        _of("SphericalDisproportion"),
    ),
    Feature("morph_sphericity", "QCFX", "Sphericity", "(36 pi V^2)^(1/3) / A", "", _of("Sphericity")),
    Feature(
        "morph_asphericity",
        "25C7",
        "Asphericity",
        "A / (36 pi V^2)^(1/3) - 1",
        "",
        lambda s: SHAPE["SphericalDisproportion"](s.shape) - 1,
    ),
    Feature(
        "morph_com",
        "KLMA",
        "Centre of mass shift",
        "distance of the mask's centre from the centre weighted by intensity",
        "mm",
        lambda s: s.shift_mm,
    ),
    Feature(
        "morph_diam", "L0JK", "Maximum 3D diameter", "largest distance of two vertices", "mm", _of("Maximum3DDiameter")
    ),
    Feature(
        "morph_pca_maj_axis",
        "TDIC",
        "Major axis length",
        "4 sqrt(l1), l1 the largest eigenvalue of the covariance of voxel centres, divisor N - 1",
        "mm",
        lambda s: s.axes_mm[2],
    ),
    Feature("morph_pca_min_axis", "P9VJ", "Minor axis length", "4 sqrt(l2)", "mm", lambda s: s.axes_mm[1]),
    Feature("morph_pca_least_axis", "7J51", "Least axis length", "4 sqrt(l3)", "mm", lambda s: s.axes_mm[0]),
    Feature("morph_pca_elongation", "Q3CK", "Elongation", "sqrt(l2 / l1)", "", _of("Elongation")),
    Feature("morph_pca_flatness", "N17B", "Flatness", "sqrt(l3 / l1)", "", _of("Flatness")),
    Feature(
        "morph_vol_dens_aabb",
        "PBX1",
        "Volume density (axis-aligned bounding box)",
        "V / V of the vertices' box",
        "",
        lambda s: s.shape.volume_mm3 / math.prod(s.box_mm),
    ),
    Feature(
        "morph_area_dens_aabb",
        "R59B",
        "Area density (axis-aligned bounding box)",
        "A / A of the vertices' box",
        "",
        lambda s: s.shape.area_mm2 / _box_area(s),
    ),
    Feature(
        "morph_vol_dens_aee",
        "6BDE",
        "Volume density (approximate enclosing ellipsoid)",
        "V / (4/3 pi a b c), semi-axes 2 sqrt(l)",
        "",
        lambda s: s.shape.volume_mm3 / _ellipsoid_volume(s) if _ellipsoid_volume(s) else float("nan"),
    ),
    Feature(
        "morph_area_dens_aee",
        "RDD2",
        "Area density (approximate enclosing ellipsoid)",
        "A / area of the ellipsoid",
        "",
        lambda s: s.shape.area_mm2 / ellipsoid_area(*s.semi_axes_mm) if s.semi_axes_mm[1] else float("nan"),
    ),
    Feature(
        "morph_vol_dens_conv_hull",
        "R3ER",
        "Volume density (convex hull)",
        "V / V of the vertices' convex hull",
        "",
        lambda s: s.shape.volume_mm3 / s.hull_mm3,
    ),
    Feature(
        "morph_area_dens_conv_hull",
        "7T7F",
        "Area density (convex hull)",
        "A / A of the vertices' convex hull",
        "",
        lambda s: s.shape.area_mm2 / s.hull_mm2,
    ),
    Feature(
        "morph_integ_int",
        "99N0",
        "Integrated intensity",
        "V times the mean intensity",
        "image mm3",
        lambda s: s.shape.volume_mm3 * s.mean,
    ),
    Feature(
        "morph_moran_i",
        "N365",
        "Moran's I index",
        "N / sum w * sum w_ij (X_i - mean)(X_j - mean) / sum (X - mean)^2, w = 1 / distance",
        "",
        lambda s: s.moran,
    ),
    Feature(
        "morph_geary_c",
        "NPT7",
        "Geary's C measure",
        "(N - 1) / (2 sum w) * sum w_ij (X_i - X_j)^2 / sum (X - mean)^2, w = 1 / distance",
        "",
        lambda s: s.geary,
    ),
)
"""In IBSI's order.

Densities by the oriented box (ZH1A, IQYR) and the minimum volume enclosing ellipsoid (SWZ1, BRI8) have no reference
value and are left out.
"""
