"""Features of a voxel's neighbourhood: gray level dependences (IBSI 3.11) and gray tone differences (IBSI 3.10)."""

from collections.abc import Mapping

from radpipe.features.definitions.record import BINS, EPSILON, Definition, joined

__all__ = ["GLDM", "NGTDM"]

_DEPENDENCES = (
    "P(i,j): number of voxels of gray level i with j - 1 neighbours in the ROI whose gray level differs by at most "
    "gldm_a; N: number of voxels"
)
_SHARE = "p(i,j): P(i,j) / N"
_TONES = (
    "p(i): share of the ROI's voxels with gray level i; s(i): sum over them of |i - mean gray level of their "
    "neighbours in the ROI|"
)
_PRESENT = "sums over gray levels that occur"

_ONE_MATRIX = (
    "one matrix of the ROI (IBSI KOBO, with force2D 62GR); neighbours lie at Chebyshev distance 1 or those of setting "
    "distances, IBSI's up to a distance"
)
_NGLDM = joined("IBSI's neighbouring grey level dependence matrix, which counts j in the same way", _ONE_MATRIX, BINS)
_LONELY = joined(
    "a voxel without a neighbour in the ROI counts as one without difference, IBSI leaves it out", _ONE_MATRIX, BINS
)


def _dependence(formula: str, code: str, name: str, *symbols: str, remark: str = "") -> Definition:
    return Definition(joined(formula, *symbols, _DEPENDENCES), code, name, joined(remark, _NGLDM))


def _tone(formula: str, code: str, name: str, *symbols: str, remark: str = "") -> Definition:
    return Definition(joined(formula, *symbols, _TONES), code, name, joined(remark, _LONELY))


GLDM: Mapping[str, Definition] = {
    "DependenceEntropy": _dependence(
        "H = -sum_ij p(i,j) log2(p(i,j) + eps)", "FCBV", "Dependence count entropy", _SHARE, EPSILON
    ),
    "DependenceNonUniformity": _dependence("sum_j (sum_i P(i,j))^2 / N", "Z87G", "Dependence count non-uniformity"),
    "DependenceNonUniformityNormalized": _dependence(
        "sum_j (sum_i P(i,j))^2 / N^2", "OKJI", "Normalised dependence count non-uniformity"
    ),
    "DependenceVariance": _dependence(
        "sum_ij (j - mu)^2 p(i,j)", "DNX2", "Dependence count variance", "mu: sum_ij j p(i,j)", _SHARE
    ),
    "GrayLevelNonUniformity": _dependence("sum_i (sum_j P(i,j))^2 / N", "FP8K", "Grey level non-uniformity"),
    "GrayLevelVariance": _dependence(
        "sum_ij (i - mu)^2 p(i,j)", "1PFV", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE
    ),
    "HighGrayLevelEmphasis": _dependence("sum_ij i^2 P(i,j) / N", "OAE7", "High grey level count emphasis"),
    "LargeDependenceEmphasis": _dependence("sum_ij j^2 P(i,j) / N", "IMOQ", "High dependence emphasis"),
    "LargeDependenceHighGrayLevelEmphasis": _dependence(
        "sum_ij i^2 j^2 P(i,j) / N", "9QMG", "High dependence high grey level emphasis"
    ),
    "LargeDependenceLowGrayLevelEmphasis": _dependence(
        "sum_ij (j^2 / i^2) P(i,j) / N", "NBZI", "High dependence low grey level emphasis"
    ),
    "LowGrayLevelEmphasis": _dependence("sum_ij (1 / i^2) P(i,j) / N", "TL9H", "Low grey level count emphasis"),
    "SmallDependenceEmphasis": _dependence(
        "sum_ij (1 / j^2) P(i,j) / N",
        "SODN",
        "Low dependence emphasis",
        remark="PyRadiomics' documentation prints 1 / i^2, its code has 1 / j^2",
    ),
    "SmallDependenceHighGrayLevelEmphasis": _dependence(
        "sum_ij (i^2 / j^2) P(i,j) / N", "JA6D", "Low dependence high grey level emphasis"
    ),
    "SmallDependenceLowGrayLevelEmphasis": _dependence(
        "sum_ij (1 / (i^2 j^2)) P(i,j) / N", "EQ3F", "Low dependence low grey level emphasis"
    ),
    "DependencePercentage": _dependence(
        "sum_ij P(i,j) / N",
        "6XV8",
        "Dependence count percentage",
        remark="gets no value: PyRadiomics removed it, because it is always 1",
    ),
    "GrayLevelNonUniformityNormalized": _dependence(
        "sum_i (sum_j P(i,j))^2 / N^2",
        "5SPA",
        "Normalised grey level non-uniformity",
        remark="gets no value: PyRadiomics removed it, because it equals firstorder Uniformity",
    ),
}
"""Feature -> definition."""

NGTDM: Mapping[str, Definition] = {
    "Busyness": _tone(
        "sum_i p(i) s(i) / sum_ij |i p(i) - j p(j)|",
        "NQ30",
        "Busyness",
        _PRESENT,
        remark="0 for a single gray level, as in IBSI",
    ),
    "Coarseness": _tone(
        "1 / sum_i p(i) s(i)", "QCDE", "Coarseness", remark="1e6 where the sum is 0, which is IBSI's greatest value"
    ),
    "Complexity": _tone(
        "(1/N) sum_ij |i - j| (p(i) s(i) + p(j) s(j)) / (p(i) + p(j))",
        "HDEZ",
        "Complexity",
        _PRESENT,
        "N: number of voxels",
    ),
    "Contrast": _tone(
        "sum_ij p(i) p(j) (i - j)^2 / (n (n - 1)) * (1/N) sum_i s(i)",
        "65HE",
        "Contrast",
        "n: number of gray levels that occur; N: number of voxels",
        remark="0 for a single gray level, as in IBSI",
    ),
    "Strength": _tone(
        "sum_ij (p(i) + p(j)) (i - j)^2 / sum_i s(i)",
        "1X9X",
        "Strength",
        _PRESENT,
        remark="0 where the divisor is 0, as in IBSI",
    ),
}
"""Feature -> definition."""
