"""Gray level dependence features (IBSI 3.11, of the neighbouring grey level dependence matrix)."""

from radpipe.features.catalogue.record import BINS, EPSILON, ONE_MATRIX, Definition, Feature, FeatureClass, joined

__all__ = ["GLDM"]

_CLASS = FeatureClass("gldm", "gray level dependence matrix (IBSI 3.11)")
_DEPENDENCES = (
    "P(i,j): number of voxels of gray level i with j - 1 neighbours in the ROI whose gray level differs by at most "
    "gldm_a; N: number of voxels"
)
_SHARE = "p(i,j): P(i,j) / N"
_REMARK = joined("IBSI's neighbouring grey level dependence matrix, which counts j in the same way", ONE_MATRIX, BINS)


def _of(
    name: str,
    formula: str,
    code: str,
    ibsi_name: str,
    *symbols: str,
    unit: str = "",
    remark: str = "",
    deprecated: bool = False,
) -> Feature:
    definition = Definition(joined(formula, *symbols, _DEPENDENCES), code, ibsi_name, joined(remark, _REMARK))
    return _CLASS.feature(name, definition, unit=unit, deprecated=deprecated)


GLDM: tuple[Feature, ...] = (
    _of(
        "DependenceEntropy",
        "H = -sum_ij p(i,j) log2(p(i,j) + eps)",
        "FCBV",
        "Dependence count entropy",
        _SHARE,
        EPSILON,
        unit="bit",
    ),
    _of("DependenceNonUniformity", "sum_j (sum_i P(i,j))^2 / N", "Z87G", "Dependence count non-uniformity"),
    _of(
        "DependenceNonUniformityNormalized",
        "sum_j (sum_i P(i,j))^2 / N^2",
        "OKJI",
        "Normalised dependence count non-uniformity",
    ),
    _of(
        "DependenceVariance",
        "sum_ij (j - mu)^2 p(i,j)",
        "DNX2",
        "Dependence count variance",
        "mu: sum_ij j p(i,j)",
        _SHARE,
    ),
    _of("GrayLevelNonUniformity", "sum_i (sum_j P(i,j))^2 / N", "FP8K", "Grey level non-uniformity"),
    _of("GrayLevelVariance", "sum_ij (i - mu)^2 p(i,j)", "1PFV", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE),
    _of("HighGrayLevelEmphasis", "sum_ij i^2 P(i,j) / N", "OAE7", "High grey level count emphasis"),
    _of("LargeDependenceEmphasis", "sum_ij j^2 P(i,j) / N", "IMOQ", "High dependence emphasis"),
    _of(
        "LargeDependenceHighGrayLevelEmphasis",
        "sum_ij i^2 j^2 P(i,j) / N",
        "9QMG",
        "High dependence high grey level emphasis",
    ),
    _of(
        "LargeDependenceLowGrayLevelEmphasis",
        "sum_ij (j^2 / i^2) P(i,j) / N",
        "NBZI",
        "High dependence low grey level emphasis",
    ),
    _of("LowGrayLevelEmphasis", "sum_ij (1 / i^2) P(i,j) / N", "TL9H", "Low grey level count emphasis"),
    _of(
        "SmallDependenceEmphasis",
        "sum_ij (1 / j^2) P(i,j) / N",
        "SODN",
        "Low dependence emphasis",
        remark="PyRadiomics' documentation prints 1 / i^2, its code has 1 / j^2",
    ),
    _of(
        "SmallDependenceHighGrayLevelEmphasis",
        "sum_ij (i^2 / j^2) P(i,j) / N",
        "JA6D",
        "Low dependence high grey level emphasis",
    ),
    _of(
        "SmallDependenceLowGrayLevelEmphasis",
        "sum_ij (1 / (i^2 j^2)) P(i,j) / N",
        "EQ3F",
        "Low dependence low grey level emphasis",
    ),
    _of(
        "DependencePercentage",
        "sum_ij P(i,j) / N",
        "6XV8",
        "Dependence count percentage",
        remark="gets no value: PyRadiomics removed it, because it is always 1",
        deprecated=True,
    ),
    _of(
        "GrayLevelNonUniformityNormalized",
        "sum_i (sum_j P(i,j))^2 / N^2",
        "5SPA",
        "Normalised grey level non-uniformity",
        remark="gets no value: PyRadiomics removed it, because it equals firstorder Uniformity",
        deprecated=True,
    ),
)
"""In PyRadiomics' order; deprecated features last."""
