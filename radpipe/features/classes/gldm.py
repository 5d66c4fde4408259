"""Gray level dependence matrix (IBSI 3.11), as PyRadiomics 3.0.1 defines it.

Cell (i, j) counts the voxels of gray level i with j dependent voxels in their neighbourhood, themselves included.
Sun and Wee, Comput. Vis. Graph. Image Process. 23 (1983) 341-352.
"""

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.inputs import GrayLevels

__all__ = ["dependences"]

_EPSILON = float(np.spacing(1))
"""PyRadiomics adds it inside the logarithm of DependenceEntropy."""


def dependences(dependence: npt.NDArray[np.int64], gray: GrayLevels) -> dict[str, float]:
    """Compute the fourteen features, in PyRadiomics' order.

    Parameters
    ----------
    dependence
        Voxels by rank of gray level and number of dependent neighbours, shape (n, neighbours + 1); from
        :func:`radpipe.kernels.neighbours.count_neighbourhood`.
    gray
        Gray levels of the ROI.

    Returns
    -------
    dict[str, float]
        Feature -> value.
    """
    rows, columns = np.nonzero(dependence)
    count = dependence[rows, columns].astype(np.float64)
    total = float(count.sum())
    p = count / total
    i, j = gray.present[rows].astype(np.float64), columns + 1.0
    i2, j2 = i**2, j**2
    by_level = dependence.sum(axis=1).astype(np.float64)
    by_size = dependence.sum(axis=0).astype(np.float64)
    mean_i, mean_j = float(np.sum(p * i)), float(np.sum(p * j))
    non_uniformity = float(np.sum(by_size**2)) / total
    return {
        "DependenceEntropy": float(-np.sum(p * np.log2(p + _EPSILON))),  # IBSI FCBV
        "DependenceNonUniformity": non_uniformity,  # IBSI Z87G
        "DependenceNonUniformityNormalized": non_uniformity / total,  # IBSI OKJI
        "DependenceVariance": float(np.sum(p * (j - mean_j) ** 2)),  # IBSI DNX2
        "GrayLevelNonUniformity": float(np.sum(by_level**2)) / total,  # IBSI FP8K
        "GrayLevelVariance": float(np.sum(p * (i - mean_i) ** 2)),  # IBSI 1PR8
        "HighGrayLevelEmphasis": float(np.sum(p * i2)),  # IBSI OAE7
        "LargeDependenceEmphasis": float(np.sum(p * j2)),  # IBSI IMOQ
        "LargeDependenceHighGrayLevelEmphasis": float(np.sum(p * i2 * j2)),  # IBSI KLTH
        "LargeDependenceLowGrayLevelEmphasis": float(np.sum(p * j2 / i2)),  # IBSI A7WM
        "LowGrayLevelEmphasis": float(np.sum(p / i2)),  # IBSI TL9H
        "SmallDependenceEmphasis": float(np.sum(p / j2)),  # IBSI SODN
        "SmallDependenceHighGrayLevelEmphasis": float(np.sum(p * i2 / j2)),  # IBSI JA6D
        "SmallDependenceLowGrayLevelEmphasis": float(np.sum(p / (i2 * j2))),  # IBSI RUVG
    }
