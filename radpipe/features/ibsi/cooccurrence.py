"""Grey level co-occurrence features (IBSI 3.6, LFYI); the matrices and formulas are those of :mod:`classes.glcm`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.classes.glcm import FEATURES as GLCM
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.ibsi.texture import Part, by_direction
from radpipe.features.inputs import GrayLevels, TextureOptions
from radpipe.features.matrices.cooccurrence import Cooccurrence
from radpipe.features.matrices.dense_pairs import cooccurrence_of_pairs

__all__ = ["FEATURES", "measure_cooccurrence"]

FloatArray = npt.NDArray[np.float64]
Pairs = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """The features of one direction's matrix, by PyRadiomics' names."""

    values: Mapping[str, float]


Feature = IbsiFeature[Direction]


def _of(name: str) -> Callable[[Direction], float]:
    return lambda direction: direction.values[name]


FEATURES: tuple[Feature, ...] = (
    Feature("cm_joint_max", "GYBY", "Joint maximum", "max p_ij", "", _of("MaximumProbability")),
    Feature("cm_joint_avg", "60VM", "Joint average", "sum i p_ij", "", _of("JointAverage")),
    Feature("cm_joint_var", "UR99", "Joint variance", "sum (i - mean)^2 p_ij", "", _of("SumSquares")),
    Feature("cm_joint_entr", "TU9B", "Joint entropy", "- sum p_ij log2 p_ij", "bit", _of("JointEntropy")),
    Feature("cm_diff_avg", "TF7R", "Difference average", "sum k p_|i-j|", "", _of("DifferenceAverage")),
    Feature("cm_diff_var", "D3YU", "Difference variance", "sum (k - mean)^2 p_|i-j|", "", _of("DifferenceVariance")),
    Feature(
        "cm_diff_entr", "NTRS", "Difference entropy", "- sum p_|i-j| log2 p_|i-j|", "bit", _of("DifferenceEntropy")
    ),
    Feature("cm_sum_avg", "ZGXS", "Sum average", "sum k p_i+j", "", _of("SumAverage")),
    Feature("cm_sum_var", "OEEB", "Sum variance", "sum (k - mean)^2 p_i+j", "", _of("ClusterTendency")),
    Feature("cm_sum_entr", "P6QZ", "Sum entropy", "- sum p_i+j log2 p_i+j", "bit", _of("SumEntropy")),
    Feature("cm_energy", "8ZQL", "Angular second moment", "sum p_ij^2", "", _of("JointEnergy")),
    Feature("cm_contrast", "ACUI", "Contrast", "sum (i - j)^2 p_ij", "", _of("Contrast")),
    Feature("cm_dissimilarity", "8S9J", "Dissimilarity", "sum |i - j| p_ij", "", _of("DifferenceAverage")),
    Feature("cm_inv_diff", "IB1Z", "Inverse difference", "sum p_ij / (1 + |i - j|)", "", _of("Id")),
    Feature(
        "cm_inv_diff_norm", "NDRX", "Normalised inverse difference", "sum p_ij / (1 + |i - j| / Ng)", "", _of("Idn")
    ),
    Feature("cm_inv_diff_mom", "WF0Z", "Inverse difference moment", "sum p_ij / (1 + (i - j)^2)", "", _of("Idm")),
    Feature(
        "cm_inv_diff_mom_norm",
        "1QCO",
        "Normalised inverse difference moment",
        "sum p_ij / (1 + (i - j)^2 / Ng^2)",
        "",
        _of("Idmn"),
    ),
    Feature("cm_inv_var", "E8JP", "Inverse variance", "2 sum_i<j p_ij / (i - j)^2", "", _of("InverseVariance")),
    Feature("cm_corr", "NI2N", "Correlation", "sum (i - mean)(j - mean) p_ij / variance of i", "", _of("Correlation")),
    Feature("cm_auto_corr", "QWB0", "Autocorrelation", "sum i j p_ij", "", _of("Autocorrelation")),
    Feature("cm_clust_tend", "DG8W", "Cluster tendency", "sum (i + j - 2 mean)^2 p_ij", "", _of("ClusterTendency")),
    Feature("cm_clust_shade", "7NFM", "Cluster shade", "sum (i + j - 2 mean)^3 p_ij", "", _of("ClusterShade")),
    Feature("cm_clust_prom", "AE86", "Cluster prominence", "sum (i + j - 2 mean)^4 p_ij", "", _of("ClusterProminence")),
    Feature("cm_info_corr1", "R8DG", "Information correlation 1", "(HXY - HXY1) / HX", "", _of("Imc1")),
    Feature("cm_info_corr2", "JN9H", "Information correlation 2", "sqrt(1 - exp(-2 (HXY2 - HXY)))", "", _of("Imc2")),
)
"""In IBSI's order. i and j are grey levels from 1; Ng is the highest of the ROI, also in a slice."""

_NAMES = tuple(sorted({name for name in GLCM if name not in ("MCC", "Homogeneity1", "Homogeneity2", "SumVariance")}))


def measure_cooccurrence(
    gray: GrayLevels,
    parts: Mapping[str, Sequence[tuple[Part, Pairs]]],
    aggregations: Sequence[Aggregation],
    spacing_zyx_mm: tuple[float, float, float],
) -> dict[str, float]:
    """Measure the family.

    Parameters
    ----------
    gray
        Grey levels of the ROI.
    parts
        Extent -> each slice, or the volume, with its pairs from
        :func:`radpipe.kernels.runs.count_pairs_and_runs`, shape (A, n, n).
    aggregations
        Wanted.
    spacing_zyx_mm
        Of voxels.
    """

    def merged(parts: Sequence[tuple[Part, Pairs]]) -> tuple[Part, Pairs]:
        return parts[0][0], np.sum([pairs for _, pairs in parts], axis=0, dtype=np.int32)

    def statistics(matrix: tuple[Part, Pairs], directions_merged: bool) -> list[Direction]:
        part, pairs = matrix
        used = pairs.sum(axis=0, keepdims=True, dtype=np.int32) if directions_merged else pairs
        matrices = cooccurrence_of_pairs(used, gray, TextureOptions(), part.offsets, spacing_zyx_mm)
        return [] if matrices is None else _directions(matrices)

    return by_direction(FEATURES, parts, aggregations, merged, statistics)


def _directions(matrices: Cooccurrence) -> list[Direction]:
    table = {name: np.asarray(GLCM[name](matrices)).reshape(-1) for name in _NAMES}
    return [Direction({name: float(values[a]) for name, values in table.items()}) for a in range(matrices.px.shape[1])]
