"""Gray level co-occurrence features (IBSI 3.6)."""

from radpipe.features.catalogue.record import BINS, EPSILON, Definition, Feature, FeatureClass, joined

__all__ = ["GLCM"]

_CLASS = FeatureClass("glcm", "gray level co-occurrence matrix (IBSI 3.6)")
_PAIRS = (
    "p(i,j): share of the voxel pairs in one direction, at distance 1 or that of setting distances, that have gray "
    "levels i and j"
)
_MARGINS = "px(i), py(j): sums of p(i,j) over j, over i"
_MEANS = "mux, muy: sum_ij i p(i,j), sum_ij j p(i,j)"
_SUM = "ps(k): sum of p(i,j) with i + j = k"
_GAP = "pd(k): sum of p(i,j) with |i - j| = k"
_HIGHEST = "Ng: highest gray level of the ROI"
_JOINT = "HXY: -sum_ij p(i,j) log2(p(i,j) + eps)"
_DIRECTIONS = (
    "mean over the directions that have pairs, each with its own symmetric matrix (IBSI ITBB, with force2D JJUI), "
    "unless symmetricalGLCM is off or weightingNorm is set"
)


def _of(name: str, formula: str, code: str, ibsi_name: str, *symbols: str, unit: str = "", remark: str = "") -> Feature:
    return _CLASS.feature(name, _definition(formula, code, ibsi_name, *symbols, remark=remark), unit=unit)


def _removed(name: str, formula: str, code: str, ibsi_name: str, same: str) -> Feature:
    remark = f"gets no value: PyRadiomics removed it, because it equals {same}"
    return _CLASS.feature(name, _definition(formula, code, ibsi_name, remark=remark), deprecated=True)


def _definition(formula: str, code: str, ibsi_name: str, *symbols: str, remark: str) -> Definition:
    return Definition(joined(formula, *symbols, _PAIRS), code, ibsi_name, joined(remark, _DIRECTIONS, BINS))


GLCM: tuple[Feature, ...] = (
    _of("Autocorrelation", "sum_ij i j p(i,j)", "QWB0", "Autocorrelation"),
    _of("ClusterProminence", "sum_ij (i + j - mux - muy)^4 p(i,j)", "AE86", "Cluster prominence", _MEANS),
    _of("ClusterShade", "sum_ij (i + j - mux - muy)^3 p(i,j)", "7NFM", "Cluster shade", _MEANS),
    _of("ClusterTendency", "sum_ij (i + j - mux - muy)^2 p(i,j)", "DG8W", "Cluster tendency", _MEANS),
    _of("Contrast", "sum_ij (i - j)^2 p(i,j)", "ACUI", "Contrast"),
    _of(
        "Correlation",
        "sum_ij (i - mux) (j - muy) p(i,j) / (sx sy + eps)",
        "NI2N",
        "Correlation",
        _MEANS,
        "sx^2, sy^2: sum_ij (i - mux)^2 p(i,j), sum_ij (j - muy)^2 p(i,j)",
        EPSILON,
        remark="1 in a direction with a single gray level",
    ),
    _of("DifferenceAverage", "sum_k k pd(k)", "TF7R", "Difference average", _GAP),
    _of(
        "DifferenceEntropy",
        "H = -sum_k pd(k) log2(pd(k) + eps)",
        "NTRS",
        "Difference entropy",
        _GAP,
        EPSILON,
        unit="bit",
    ),
    _of("DifferenceVariance", "sum_k (k - mu)^2 pd(k)", "D3YU", "Difference variance", "mu: sum_k k pd(k)", _GAP),
    _of("Id", "sum_k pd(k) / (1 + k)", "IB1Z", "Inverse difference", _GAP),
    _of("Idm", "sum_k pd(k) / (1 + k^2)", "WF0Z", "Inverse difference moment", _GAP),
    _of("Idmn", "sum_k pd(k) / (1 + k^2 / Ng^2)", "1QCO", "Normalised inverse difference moment", _GAP, _HIGHEST),
    _of("Idn", "sum_k pd(k) / (1 + k / Ng)", "NDRX", "Normalised inverse difference", _GAP, _HIGHEST),
    _of(
        "Imc1",
        "(HXY - HXY1) / max(HX, HY)",
        "R8DG",
        "Information correlation 1",
        _JOINT,
        "HXY1: -sum_ij p(i,j) log2(px(i) py(j) + eps)",
        "HX, HY: entropies of px and py",
        _MARGINS,
        EPSILON,
        remark="IBSI divides by HX, which equals HY for a symmetric matrix; 0 in a direction with a single gray level",
    ),
    _of(
        "Imc2",
        "sqrt(1 - exp(-2 (HXY2 - HXY)))",
        "JN9H",
        "Information correlation 2",
        _JOINT,
        "HXY2: -sum_ij px(i) py(j) log2(px(i) py(j) + eps)",
        _MARGINS,
        EPSILON,
        remark="entropies in bits, as in IBSI; a direction whose root is not real by rounding is left out",
    ),
    _of("InverseVariance", "sum_k pd(k) / k^2 over k >= 1", "E8JP", "Inverse variance", _GAP),
    _of("JointAverage", "sum_ij i p(i,j)", "60VM", "Joint average", remark="half of SumAverage for a symmetric matrix"),
    _of("JointEnergy", "sum_ij p(i,j)^2", "8ZQL", "Angular second moment"),
    _of("JointEntropy", "H = -sum_ij p(i,j) log2(p(i,j) + eps)", "TU9B", "Joint entropy", EPSILON, unit="bit"),
    _of(
        "MCC",
        "sqrt(second largest eigenvalue of Q), Q(i,j) = sum_k p(i,k) p(j,k) / (px(i) py(k) + eps)",
        "",
        "",
        _MARGINS,
        EPSILON,
        remark="not in IBSI: maximal correlation coefficient, f14 of Haralick 1973; 1 for a single gray level",
    ),
    _of("MaximumProbability", "max_ij p(i,j)", "GYBY", "Joint maximum"),
    _of("SumAverage", "sum_k k ps(k)", "ZGXS", "Sum average", _SUM, remark="twice JointAverage for a symmetric matrix"),
    _of("SumEntropy", "H = -sum_k ps(k) log2(ps(k) + eps)", "P6QZ", "Sum entropy", _SUM, EPSILON, unit="bit"),
    _of("SumSquares", "sum_ij (i - mux)^2 p(i,j)", "UR99", "Joint variance", "mux: sum_ij i p(i,j)"),
    _removed("Dissimilarity", "sum_ij |i - j| p(i,j)", "8S9J", "Dissimilarity", "DifferenceAverage"),
    _removed("Homogeneity1", "sum_ij p(i,j) / (1 + |i - j|)", "IB1Z", "Inverse difference", "Id"),
    _removed("Homogeneity2", "sum_ij p(i,j) / (1 + (i - j)^2)", "WF0Z", "Inverse difference moment", "Idm"),
    _removed(
        "SumVariance",
        "sum_ij (i + j - mu)^2 p(i,j); mu: sum_ij (i + j) p(i,j)",
        "OEEB",
        "Sum variance",
        "ClusterTendency",
    ),
)
"""In PyRadiomics' order; deprecated features last."""
