"""Gray level size zone matrix (IBSI 3.8), as PyRadiomics 3.0.1 defines it.

``Z[i, j]`` is the number of zones of j connected voxels of gray level i. Thibault G et al. Pattern Recognition and
Information Processing (2009) 140-145.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.inputs import GrayLevels

__all__ = ["FEATURES", "SizeZones", "measure_glszm", "size_zones"]

FloatArray = npt.NDArray[np.float64]

_EPSILON = float(np.spacing(1))
"""PyRadiomics adds it inside the logarithm of ZoneEntropy."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeZones:
    """Size zone matrix, its cells that are not empty, and its margins.

    Parameters
    ----------
    count, p
        float64, shape (c,): zones, and their share.
    i, j
        float64, shape (c,): gray level and size in voxels of each cell.
    levels, by_level
        float64, shape (n,): gray levels, and their zones.
    sizes, by_size
        float64, shape (s,): sizes that occur, and their zones.
    zones
        Number of zones.
    """

    count: FloatArray
    p: FloatArray
    i: FloatArray
    j: FloatArray
    levels: FloatArray
    by_level: FloatArray
    sizes: FloatArray
    by_size: FloatArray
    zones: float


def size_zones(slot: npt.NDArray[np.int64], voxels: npt.NDArray[np.int64], gray: GrayLevels) -> SizeZones:
    """Arrange the zones of :func:`radpipe.kernels.zones.zone_sizes`: slot and number of voxels of each."""
    by_size = np.bincount(voxels)
    sizes = np.flatnonzero(by_size)
    rank = np.zeros(by_size.size, dtype=np.int64)
    rank[sizes] = np.arange(sizes.size)
    n = len(gray.present)
    table = np.bincount((slot - 1) * sizes.size + rank[voxels], minlength=n * sizes.size)
    cells = np.flatnonzero(table)
    count = table[cells].astype(np.float64)
    levels = gray.present.astype(np.float64)
    return SizeZones(
        count=count,
        p=count / len(slot),
        i=levels[cells // sizes.size],
        j=sizes[cells % sizes.size].astype(np.float64),
        levels=levels,
        by_level=np.bincount(slot - 1, minlength=n).astype(np.float64),
        sizes=sizes.astype(np.float64),
        by_size=by_size[sizes].astype(np.float64),
        zones=float(len(slot)),
    )


def _small_area_emphasis(s: SizeZones) -> float:
    """IBSI P001."""
    return float(np.sum(s.by_size / s.sizes**2) / s.zones)


def _large_area_emphasis(s: SizeZones) -> float:
    """IBSI 48P8."""
    return float(np.sum(s.by_size * s.sizes**2) / s.zones)


def _low_gray_level_zone_emphasis(s: SizeZones) -> float:
    """IBSI XMSY."""
    return float(np.sum(s.by_level / s.levels**2) / s.zones)


def _high_gray_level_zone_emphasis(s: SizeZones) -> float:
    """IBSI 5GN9."""
    return float(np.sum(s.by_level * s.levels**2) / s.zones)


def _small_area_low_gray_level_emphasis(s: SizeZones) -> float:
    """IBSI 5RAI."""
    return float(np.sum(s.count / (s.i**2 * s.j**2)) / s.zones)


def _small_area_high_gray_level_emphasis(s: SizeZones) -> float:
    """IBSI HW1V."""
    return float(np.sum(s.count * s.i**2 / s.j**2) / s.zones)


def _large_area_low_gray_level_emphasis(s: SizeZones) -> float:
    """IBSI YH51."""
    return float(np.sum(s.count * s.j**2 / s.i**2) / s.zones)


def _large_area_high_gray_level_emphasis(s: SizeZones) -> float:
    """IBSI J17V."""
    return float(np.sum(s.count * s.i**2 * s.j**2) / s.zones)


def _gray_level_non_uniformity(s: SizeZones) -> float:
    """IBSI JNSA."""
    return float(np.sum(s.by_level**2) / s.zones)


def _gray_level_non_uniformity_normalized(s: SizeZones) -> float:
    """IBSI Y1RO."""
    return float(np.sum(s.by_level**2) / s.zones**2)


def _size_zone_non_uniformity(s: SizeZones) -> float:
    """IBSI 4JP3."""
    return float(np.sum(s.by_size**2) / s.zones)


def _size_zone_non_uniformity_normalized(s: SizeZones) -> float:
    """IBSI VB3A."""
    return float(np.sum(s.by_size**2) / s.zones**2)


def _zone_percentage(s: SizeZones) -> float:
    """IBSI P30P: zones by voxels."""
    return float(s.zones / np.sum(s.by_size * s.sizes))


def _gray_level_variance(s: SizeZones) -> float:
    """IBSI BYLV."""
    p = s.by_level / s.zones
    return float(np.sum(p * (s.levels - np.sum(p * s.levels)) ** 2))


def _zone_variance(s: SizeZones) -> float:
    """IBSI 3NSA."""
    p = s.by_size / s.zones
    return float(np.sum(p * (s.sizes - np.sum(p * s.sizes)) ** 2))


def _zone_entropy(s: SizeZones) -> float:
    """IBSI GU8N, in bits."""
    return float(-np.sum(s.p * np.log2(s.p + _EPSILON)))


FEATURES: Mapping[str, Callable[[SizeZones], float]] = {
    "GrayLevelNonUniformity": _gray_level_non_uniformity,
    "GrayLevelNonUniformityNormalized": _gray_level_non_uniformity_normalized,
    "GrayLevelVariance": _gray_level_variance,
    "HighGrayLevelZoneEmphasis": _high_gray_level_zone_emphasis,
    "LargeAreaEmphasis": _large_area_emphasis,
    "LargeAreaHighGrayLevelEmphasis": _large_area_high_gray_level_emphasis,
    "LargeAreaLowGrayLevelEmphasis": _large_area_low_gray_level_emphasis,
    "LowGrayLevelZoneEmphasis": _low_gray_level_zone_emphasis,
    "SizeZoneNonUniformity": _size_zone_non_uniformity,
    "SizeZoneNonUniformityNormalized": _size_zone_non_uniformity_normalized,
    "SmallAreaEmphasis": _small_area_emphasis,
    "SmallAreaHighGrayLevelEmphasis": _small_area_high_gray_level_emphasis,
    "SmallAreaLowGrayLevelEmphasis": _small_area_low_gray_level_emphasis,
    "ZoneEntropy": _zone_entropy,
    "ZonePercentage": _zone_percentage,
    "ZoneVariance": _zone_variance,
}
"""Name -> function of the matrix."""


def measure_glszm(matrix: SizeZones, names: Sequence[str]) -> dict[str, float]:
    """Compute the named features."""
    return {name: FEATURES[name](matrix) for name in names}
