"""Gray level size zone features (IBSI 3.8)."""

from radpipe.features.catalogue.record import BINS, EPSILON, Definition, Feature, FeatureClass, joined

__all__ = ["GLSZM"]

_CLASS = FeatureClass("glszm", "gray level size zone matrix (IBSI 3.8)")
_ZONES = "P(i,j): number of zones of j connected voxels of gray level i; N: sum_ij P(i,j)"
_SHARE = "p(i,j): P(i,j) / N"
_CONNECTED = "voxels that touch by a face, an edge or a corner are connected (IBSI KOBO, with force2D 62GR)"


def _of(name: str, formula: str, code: str, ibsi_name: str, *symbols: str, unit: str = "") -> Feature:
    definition = Definition(joined(formula, *symbols, _ZONES), code, ibsi_name, joined(_CONNECTED, BINS))
    return _CLASS.feature(name, definition, unit=unit)


GLSZM: tuple[Feature, ...] = (
    _of("GrayLevelNonUniformity", "sum_i (sum_j P(i,j))^2 / N", "JNSA", "Grey level non-uniformity"),
    _of(
        "GrayLevelNonUniformityNormalized",
        "sum_i (sum_j P(i,j))^2 / N^2",
        "Y1RO",
        "Normalised grey level non-uniformity",
    ),
    _of("GrayLevelVariance", "sum_ij (i - mu)^2 p(i,j)", "BYLV", "Grey level variance", "mu: sum_ij i p(i,j)", _SHARE),
    _of("HighGrayLevelZoneEmphasis", "sum_ij i^2 P(i,j) / N", "5GN9", "High grey level zone emphasis"),
    _of("LargeAreaEmphasis", "sum_ij j^2 P(i,j) / N", "48P8", "Large zone emphasis"),
    _of("LargeAreaHighGrayLevelEmphasis", "sum_ij i^2 j^2 P(i,j) / N", "J17V", "Large zone high grey level emphasis"),
    _of("LargeAreaLowGrayLevelEmphasis", "sum_ij (j^2 / i^2) P(i,j) / N", "YH51", "Large zone low grey level emphasis"),
    _of("LowGrayLevelZoneEmphasis", "sum_ij (1 / i^2) P(i,j) / N", "XMSY", "Low grey level zone emphasis"),
    _of("SizeZoneNonUniformity", "sum_j (sum_i P(i,j))^2 / N", "4JP3", "Zone size non-uniformity"),
    _of(
        "SizeZoneNonUniformityNormalized", "sum_j (sum_i P(i,j))^2 / N^2", "VB3A", "Normalised zone size non-uniformity"
    ),
    _of("SmallAreaEmphasis", "sum_ij (1 / j^2) P(i,j) / N", "5QRC", "Small zone emphasis"),
    _of(
        "SmallAreaHighGrayLevelEmphasis", "sum_ij (i^2 / j^2) P(i,j) / N", "HW1V", "Small zone high grey level emphasis"
    ),
    _of(
        "SmallAreaLowGrayLevelEmphasis",
        "sum_ij (1 / (i^2 j^2)) P(i,j) / N",
        "5RAI",
        "Small zone low grey level emphasis",
    ),
    _of(
        "ZoneEntropy", "H = -sum_ij p(i,j) log2(p(i,j) + eps)", "GU8N", "Zone size entropy", _SHARE, EPSILON, unit="bit"
    ),
    _of("ZonePercentage", "N / sum_ij j P(i,j), zones by voxels", "P30P", "Zone percentage"),
    _of("ZoneVariance", "sum_ij (j - mu)^2 p(i,j)", "3NSA", "Zone size variance", "mu: sum_ij j p(i,j)", _SHARE),
)
"""In PyRadiomics' order; deprecated features last."""
