"""Morphological features (IBSI 3.1, HCUG): of the morphological mask, always in three dimensions and in mm."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.polynomial import legendre
from scipy.spatial import ConvexHull

from radpipe.features.classes.shape3d import FEATURES as SHAPE
from radpipe.features.classes.shape3d import Shape, shape_of
from radpipe.features.ibsi.autocorrelation import spatial_autocorrelation
from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.inputs import RoiImage
from radpipe.volume import bounding_box

__all__ = ["FEATURES", "Morphology", "ellipsoid_area", "morphology_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Morphology:
    """What morphological features share.

    Parameters
    ----------
    shape
        Mesh, diameters, voxel volume.
    axes_mm
        Lengths of the principal axes, rising: 4 sqrt(eigenvalue), covariance with divisor N - 1.
    box_mm
        Edges of the mesh vertices' bounding box.
    hull_mm3, hull_mm2
        Volume and area of the vertices' convex hull.
    shift_mm
        From the mask's centre to the intensity-weighted centre of the intensity mask; NaN when intensities sum to 0.
    mean
        Mean intensity.
    moran, geary
        Spatial autocorrelation of the intensities.
    """

    shape: Shape
    axes_mm: tuple[float, float, float]
    box_mm: tuple[float, float, float]
    hull_mm3: float
    hull_mm2: float
    shift_mm: float
    mean: float
    moran: float
    geary: float

    @property
    def semi_axes_mm(self) -> tuple[float, float, float]:
        """Half the principal axes' lengths, falling."""
        least, minor, major = self.axes_mm
        return major / 2, minor / 2, least / 2


def morphology_of(roi: IbsiRoi) -> Morphology:
    """Measure the form of a prepared ROI."""
    spacing = np.array(roi.spacing_zyx_mm)
    box = bounding_box(roi.morphological)
    mask = np.ascontiguousarray(roi.morphological[box])
    shape = shape_of(RoiImage(roi.image[box], mask, roi.spacing_zyx_mm))
    count = int(np.count_nonzero(mask))
    spread = count / (count - 1) if count > 1 else float("nan")
    least, minor, major = (4 * math.sqrt(max(float(np.real(v)), 0.0) * spread) for v in shape.variances_mm2)
    hull = ConvexHull(_vertices(mask) * spacing)
    inside = np.argwhere(roi.intensity) * spacing
    values = roi.values
    total = float(values.sum())
    centre = np.mean(np.argwhere(roi.morphological), axis=0) * spacing
    shift = float(np.linalg.norm(centre - values @ inside / total)) if total else float("nan")
    moran, geary = spatial_autocorrelation(roi)
    z, y, x = (float(size) for size in np.array(mask.shape) * spacing)
    return Morphology(
        shape=shape,
        axes_mm=(least, minor, major),
        box_mm=(z, y, x),
        hull_mm3=float(hull.volume),
        hull_mm2=float(hull.area),
        shift_mm=shift,
        mean=float(np.mean(values)),
        moran=moran,
        geary=geary,
    )


def _vertices(mask: BoolArray) -> FloatArray:
    """Return the mesh's vertices in voxels, shape (n, 3): half-way between inside and outside along each axis."""
    wide = np.pad(mask, 1)
    found = []
    for axis in range(3):
        places = np.argwhere(np.diff(wide, axis=axis)).astype(np.float64)
        places[:, axis] += 0.5
        found.append(places)
    return np.concatenate(found)


def ellipsoid_area(a: float, b: float, c: float, *, terms: int = 21) -> float:
    """Return IBSI's surface area of an ellipsoid, by its Legendre series.

    IBSI prints beta = sqrt(1 - c^2 / a^2), and its reference values follow that; the series gives an ellipsoid's area
    with sqrt(1 - c^2 / b^2). Both agree for a sphere; for semi-axes of 5, 3 and 2 IBSI's is 131, the area 135.

    Parameters
    ----------
    a, b, c
        Semi-axes, falling; c may be 0.
    terms
        Of the series; IBSI takes 21.

    References
    ----------
    IBSI RDD2; Maas L. J. Comput. Appl. Math. 51 (1994) 237-249.

    Examples
    --------
    >>> round(ellipsoid_area(2, 2, 2) / (16 * math.pi), 12)
    1.0
    """
    alpha, beta = math.sqrt(1 - (b / a) ** 2), math.sqrt(1 - (c / a) ** 2)
    if alpha == 0 or beta == 0:  # a sphere, or two equal longest axes: (alpha beta)^v P_v has the limit below
        at_limit = [((alpha**2 + beta**2) / 2) ** v * _leading(v) for v in range(terms)]
    else:
        argument = (alpha**2 + beta**2) / (2 * alpha * beta)
        at_limit = [(alpha * beta) ** v * float(legendre.legval(argument, [0] * v + [1])) for v in range(terms)]
    total: float = math.fsum(value / (1 - 4 * v**2) for v, value in enumerate(at_limit))
    return float(4 * math.pi * a * b * total)


def _leading(v: int) -> float:
    """Return the leading coefficient of the Legendre polynomial of degree v, (2v)! / (2^v v!^2)."""
    return float(math.comb(2 * v, v) / 2**v)


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
