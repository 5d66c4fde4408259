"""Gray level size zone matrix (IBSI 3.8), as PyRadiomics 3.0.1 defines it.

``Z[i, j]`` is the number of zones of j connected voxels of gray level i. Thibault G et al. Pattern Recognition and
Information Processing (2009) 140-145.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import GrayLevels
from radpipe.features.matrices.emphases import Emphases, averaged, emphases_of

__all__ = ["FEATURES", "measure_glszm", "size_zones"]

FloatArray = npt.NDArray[np.float64]


def size_zones(slot: npt.NDArray[np.int64], voxels: npt.NDArray[np.int64], gray: GrayLevels) -> Emphases:
    """Reduce the zones of :func:`radpipe.kernels.zones.zone_sizes`: slot and number of voxels of each."""
    by_size = np.bincount(voxels)
    sizes = np.flatnonzero(by_size)
    rank = np.zeros(by_size.size, dtype=np.int64)
    rank[sizes] = np.arange(sizes.size)
    n = len(gray.present)
    table = np.bincount((slot - 1) * sizes.size + rank[voxels], minlength=n * sizes.size)
    levels = gray.present.astype(np.float64)
    return emphases_of(table.reshape(1, n, sizes.size).astype(np.float64), levels, sizes.astype(np.float64))


FEATURES: Mapping[str, Callable[[Emphases], FloatArray]] = {
    "GrayLevelNonUniformity": lambda s: s.level_squares / s.total,  # IBSI JNSA
    "GrayLevelNonUniformityNormalized": lambda s: s.level_squares / s.total**2,  # IBSI Y1RO
    "GrayLevelVariance": lambda s: s.level_variance,  # IBSI BYLV
    "HighGrayLevelZoneEmphasis": lambda s: s.high,  # IBSI 5GN9
    "LargeAreaEmphasis": lambda s: s.large,  # IBSI 48P8
    "LargeAreaHighGrayLevelEmphasis": lambda s: s.large_high,  # IBSI J17V
    "LargeAreaLowGrayLevelEmphasis": lambda s: s.large_low,  # IBSI YH51
    "LowGrayLevelZoneEmphasis": lambda s: s.low,  # IBSI XMSY
    "SizeZoneNonUniformity": lambda s: s.size_squares / s.total,  # IBSI 4JP3
    "SizeZoneNonUniformityNormalized": lambda s: s.size_squares / s.total**2,  # IBSI VB3A
    "SmallAreaEmphasis": lambda s: s.small,  # IBSI 5QRC
    "SmallAreaHighGrayLevelEmphasis": lambda s: s.small_high,  # IBSI HW1V
    "SmallAreaLowGrayLevelEmphasis": lambda s: s.small_low,  # IBSI 5RAI
    "ZoneEntropy": lambda s: s.entropy,  # IBSI GU8N
    "ZonePercentage": lambda s: 1 / s.size_mean,  # IBSI P30P: zones by voxels
    "ZoneVariance": lambda s: s.size_variance,  # IBSI 3NSA
}
"""Name -> function of the matrix."""


def measure_glszm(matrix: Emphases, names: Sequence[str]) -> dict[str, float]:
    """Compute the named features."""
    return averaged(matrix, FEATURES, names)
