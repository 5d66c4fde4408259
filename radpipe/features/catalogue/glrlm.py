"""Gray level run length features (IBSI 3.7)."""

from radpipe.features.catalogue.record import BINS, EPSILON, Definition, Feature, FeatureClass, joined

__all__ = ["GLRLM"]

_CLASS = FeatureClass("glrlm", "gray level run length matrix (IBSI 3.7)")
_RUNS = "P(i,j): number of runs, in one direction, of j voxels of gray level i; N: sum_ij P(i,j)"
_SHARE = "p(i,j): P(i,j) / N"
_DIRECTIONS = (
    "mean over the directions (IBSI ITBB, with force2D JJUI), unless weightingNorm is set; directions in which no line "
    "holds two voxels of the ROI are left out, of which IBSI says nothing"
)


def _of(name: str, formula: str, code: str, ibsi_name: str, *symbols: str, unit: str = "") -> Feature:
    definition = Definition(joined(formula, *symbols, _RUNS), code, ibsi_name, joined(_DIRECTIONS, BINS))
    return _CLASS.feature(name, definition, unit=unit)


GLRLM: tuple[Feature, ...] = (
    _of("GrayLevelNonUniformity", "sum_i (sum_j P(i,j))^2 / N", "R5YN", "Grey level non-uniformity"),
    _of(
        "GrayLevelNonUniformityNormalized",
        "sum_i (sum_j P(i,j))^2 / N^2",
        "OVBL",
        "Normalised grey level non-uniformity",
    ),
    _of("GrayLevelVariance", "sum_ij (i - mu)^2 p(i,j)", "8CE5", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE),
    _of("HighGrayLevelRunEmphasis", "sum_ij i^2 P(i,j) / N", "G3QZ", "High grey level run emphasis"),
    _of("LongRunEmphasis", "sum_ij j^2 P(i,j) / N", "W4KF", "Long runs emphasis"),
    _of("LongRunHighGrayLevelEmphasis", "sum_ij i^2 j^2 P(i,j) / N", "3KUM", "Long run high grey level emphasis"),
    _of("LongRunLowGrayLevelEmphasis", "sum_ij (j^2 / i^2) P(i,j) / N", "IVPO", "Long run low grey level emphasis"),
    _of("LowGrayLevelRunEmphasis", "sum_ij (1 / i^2) P(i,j) / N", "V3SW", "Low grey level run emphasis"),
    _of("RunEntropy", "H = -sum_ij p(i,j) log2(p(i,j) + eps)", "HJ9O", "Run entropy", _SHARE, EPSILON, unit="bit"),
    _of("RunLengthNonUniformity", "sum_j (sum_i P(i,j))^2 / N", "W92Y", "Run length non-uniformity"),
    _of(
        "RunLengthNonUniformityNormalized",
        "sum_j (sum_i P(i,j))^2 / N^2",
        "IC23",
        "Normalised run length non-uniformity",
    ),
    _of("RunPercentage", "N / sum_ij j P(i,j), runs by voxels", "9ZK5", "Run percentage"),
    _of("RunVariance", "sum_ij (j - mu)^2 p(i,j)", "SXLW", "Run length variance", "mu: sum_ij j p(i,j)", _SHARE),
    _of("ShortRunEmphasis", "sum_ij (1 / j^2) P(i,j) / N", "22OV", "Short runs emphasis"),
    _of("ShortRunHighGrayLevelEmphasis", "sum_ij (i^2 / j^2) P(i,j) / N", "GD3A", "Short run high grey level emphasis"),
    _of(
        "ShortRunLowGrayLevelEmphasis", "sum_ij (1 / (i^2 j^2)) P(i,j) / N", "HTZT", "Short run low grey level emphasis"
    ),
)
"""In PyRadiomics' order; deprecated features last."""
