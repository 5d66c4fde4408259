"""Gray level run length features (IBSI 3.7) and size zone features (IBSI 3.8)."""

from collections.abc import Mapping

from radpipe.features.definitions.record import BINS, EPSILON, Definition, joined

__all__ = ["GLRLM", "GLSZM"]

_RUNS = "P(i,j): number of runs, in one direction, of j voxels of gray level i; N: sum_ij P(i,j)"
_ZONES = "P(i,j): number of zones of j connected voxels of gray level i; N: sum_ij P(i,j)"
_SHARE = "p(i,j): P(i,j) / N"

_DIRECTIONS = (
    "mean over the directions (IBSI ITBB, with force2D JJUI), unless weightingNorm is set; directions in which no line "
    "holds two voxels of the ROI are left out, of which IBSI says nothing"
)
_CONNECTED = "voxels that touch by a face, an edge or a corner are connected (IBSI KOBO, with force2D 62GR)"


def _run(formula: str, code: str, name: str, *symbols: str) -> Definition:
    return Definition(joined(formula, *symbols, _RUNS), code, name, joined(_DIRECTIONS, BINS))


def _zone(formula: str, code: str, name: str, *symbols: str) -> Definition:
    return Definition(joined(formula, *symbols, _ZONES), code, name, joined(_CONNECTED, BINS))


GLRLM: Mapping[str, Definition] = {
    "GrayLevelNonUniformity": _run("sum_i (sum_j P(i,j))^2 / N", "R5YN", "Grey level non-uniformity"),
    "GrayLevelNonUniformityNormalized": _run(
        "sum_i (sum_j P(i,j))^2 / N^2", "OVBL", "Normalised grey level non-uniformity"
    ),
    "GrayLevelVariance": _run("sum_ij (i - mu)^2 p(i,j)", "8CE5", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE),
    "HighGrayLevelRunEmphasis": _run("sum_ij i^2 P(i,j) / N", "G3QZ", "High grey level run emphasis"),
    "LongRunEmphasis": _run("sum_ij j^2 P(i,j) / N", "W4KF", "Long runs emphasis"),
    "LongRunHighGrayLevelEmphasis": _run("sum_ij i^2 j^2 P(i,j) / N", "3KUM", "Long run high grey level emphasis"),
    "LongRunLowGrayLevelEmphasis": _run("sum_ij (j^2 / i^2) P(i,j) / N", "IVPO", "Long run low grey level emphasis"),
    "LowGrayLevelRunEmphasis": _run("sum_ij (1 / i^2) P(i,j) / N", "V3SW", "Low grey level run emphasis"),
    "RunEntropy": _run("H = -sum_ij p(i,j) log2(p(i,j) + eps)", "HJ9O", "Run entropy", _SHARE, EPSILON),
    "RunLengthNonUniformity": _run("sum_j (sum_i P(i,j))^2 / N", "W92Y", "Run length non-uniformity"),
    "RunLengthNonUniformityNormalized": _run(
        "sum_j (sum_i P(i,j))^2 / N^2", "IC23", "Normalised run length non-uniformity"
    ),
    "RunPercentage": _run("N / sum_ij j P(i,j), runs by voxels", "9ZK5", "Run percentage"),
    "RunVariance": _run("sum_ij (j - mu)^2 p(i,j)", "SXLW", "Run length variance", "mu: sum_ij j p(i,j)", _SHARE),
    "ShortRunEmphasis": _run("sum_ij (1 / j^2) P(i,j) / N", "22OV", "Short runs emphasis"),
    "ShortRunHighGrayLevelEmphasis": _run(
        "sum_ij (i^2 / j^2) P(i,j) / N", "GD3A", "Short run high grey level emphasis"
    ),
    "ShortRunLowGrayLevelEmphasis": _run(
        "sum_ij (1 / (i^2 j^2)) P(i,j) / N", "HTZT", "Short run low grey level emphasis"
    ),
}
"""Feature -> definition."""

GLSZM: Mapping[str, Definition] = {
    "GrayLevelNonUniformity": _zone("sum_i (sum_j P(i,j))^2 / N", "JNSA", "Grey level non-uniformity"),
    "GrayLevelNonUniformityNormalized": _zone(
        "sum_i (sum_j P(i,j))^2 / N^2", "Y1RO", "Normalised grey level non-uniformity"
    ),
    "GrayLevelVariance": _zone(
        "sum_ij (i - mu)^2 p(i,j)", "BYLV", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE
    ),
    "HighGrayLevelZoneEmphasis": _zone("sum_ij i^2 P(i,j) / N", "5GN9", "High grey level zone emphasis"),
    "LargeAreaEmphasis": _zone("sum_ij j^2 P(i,j) / N", "48P8", "Large zone emphasis"),
    "LargeAreaHighGrayLevelEmphasis": _zone("sum_ij i^2 j^2 P(i,j) / N", "J17V", "Large zone high grey level emphasis"),
    "LargeAreaLowGrayLevelEmphasis": _zone(
        "sum_ij (j^2 / i^2) P(i,j) / N", "YH51", "Large zone low grey level emphasis"
    ),
    "LowGrayLevelZoneEmphasis": _zone("sum_ij (1 / i^2) P(i,j) / N", "XMSY", "Low grey level zone emphasis"),
    "SizeZoneNonUniformity": _zone("sum_j (sum_i P(i,j))^2 / N", "4JP3", "Zone size non-uniformity"),
    "SizeZoneNonUniformityNormalized": _zone(
        "sum_j (sum_i P(i,j))^2 / N^2", "VB3A", "Normalised zone size non-uniformity"
    ),
    "SmallAreaEmphasis": _zone("sum_ij (1 / j^2) P(i,j) / N", "5QRC", "Small zone emphasis"),
    "SmallAreaHighGrayLevelEmphasis": _zone(
        "sum_ij (i^2 / j^2) P(i,j) / N", "HW1V", "Small zone high grey level emphasis"
    ),
    "SmallAreaLowGrayLevelEmphasis": _zone(
        "sum_ij (1 / (i^2 j^2)) P(i,j) / N", "5RAI", "Small zone low grey level emphasis"
    ),
    "ZoneEntropy": _zone("H = -sum_ij p(i,j) log2(p(i,j) + eps)", "GU8N", "Zone size entropy", _SHARE, EPSILON),
    "ZonePercentage": _zone("N / sum_ij j P(i,j), zones by voxels", "P30P", "Zone percentage"),
    "ZoneVariance": _zone("sum_ij (j - mu)^2 p(i,j)", "3NSA", "Zone size variance", "mu: sum_ij j p(i,j)", _SHARE),
}
"""Feature -> definition."""
