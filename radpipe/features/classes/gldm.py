"""Gray level dependence matrix (IBSI 3.11), as PyRadiomics 3.0.1 defines it.

Cell (i, j) counts the voxels of gray level i with j dependent voxels in their neighbourhood, themselves included.
Sun and Wee, Comput. Vis. Graph. Image Process. 23 (1983) 341-352.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import GrayLevels
from radpipe.features.matrices.emphases import Emphases, averaged, emphases_of

__all__ = ["FEATURES", "dependences", "measure_gldm"]

FloatArray = npt.NDArray[np.float64]


def dependences(dependence: npt.NDArray[np.int64], gray: GrayLevels) -> Emphases:
    """Reduce counted dependences.

    Parameters
    ----------
    dependence
        Voxels by rank of gray level and number of dependent neighbours, shape (n, neighbours + 1); from
        :func:`radpipe.kernels.neighbours.count_dependences`.
    gray
        Gray levels of the ROI.
    """
    sizes = np.arange(1, dependence.shape[1] + 1, dtype=np.float64)
    return emphases_of(dependence[None].astype(np.float64), gray.present.astype(np.float64), sizes)


FEATURES: Mapping[str, Callable[[Emphases], FloatArray]] = {
    "DependenceEntropy": lambda s: s.entropy,  # IBSI FCBV
    "DependenceNonUniformity": lambda s: s.size_squares / s.total,  # IBSI Z87G
    "DependenceNonUniformityNormalized": lambda s: s.size_squares / s.total**2,  # IBSI OKJI
    "DependenceVariance": lambda s: s.size_variance,  # IBSI DNX2
    "GrayLevelNonUniformity": lambda s: s.level_squares / s.total,  # IBSI FP8K
    "GrayLevelVariance": lambda s: s.level_variance,  # IBSI 1PFV
    "HighGrayLevelEmphasis": lambda s: s.high,  # IBSI OAE7
    "LargeDependenceEmphasis": lambda s: s.large,  # IBSI IMOQ
    "LargeDependenceHighGrayLevelEmphasis": lambda s: s.large_high,  # IBSI 9QMG
    "LargeDependenceLowGrayLevelEmphasis": lambda s: s.large_low,  # IBSI NBZI
    "LowGrayLevelEmphasis": lambda s: s.low,  # IBSI TL9H
    "SmallDependenceEmphasis": lambda s: s.small,  # IBSI SODN
    "SmallDependenceHighGrayLevelEmphasis": lambda s: s.small_high,  # IBSI JA6D
    "SmallDependenceLowGrayLevelEmphasis": lambda s: s.small_low,  # IBSI EQ3F
}
"""Name -> function of the matrix."""


def measure_gldm(matrix: Emphases, names: Sequence[str]) -> dict[str, float]:
    """Compute the named features; those that PyRadiomics removed are left out."""
    return averaged(matrix, FEATURES, [name for name in names if name in FEATURES])
