"""First-order statistics: IBSI's intensity statistics (3.3), and two features of its intensity histogram (3.4)."""

from radpipe.features.catalogue.record import BINS, EPSILON, Definition, Feature, FeatureClass, joined

__all__ = ["FIRST_ORDER"]

_CLASS = FeatureClass("firstorder", "first-order statistics of the voxel values (IBSI 3.3, 3.4)")
_VALUES = "X(k): values of the ROI's N voxels"
_MEAN = "m: mean of X"
_SHARE = "p(i): share of the ROI's voxels in bin i"
_SHIFT = "c: setting voxelArrayShift"
_NO_SHIFT = "IBSI has no shift (c = 0)"
_HISTOGRAM = "IBSI counts it to the intensity histogram, not to the intensity statistics"
_PERCENTILE = "between two voxels by linear interpolation"


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
    definition = Definition(joined(formula, *symbols, _VALUES), code, ibsi_name, remark)
    return _CLASS.feature(name, definition, unit=unit, deprecated=deprecated)


def _binned(name: str, formula: str, code: str, ibsi_name: str, *symbols: str, unit: str = "") -> Feature:
    definition = Definition(joined(formula, *symbols), code, ibsi_name, joined(_HISTOGRAM, BINS))
    return _CLASS.feature(name, definition, unit=unit)


FIRST_ORDER: tuple[Feature, ...] = (
    _of("10Percentile", "10th percentile of X", "QG58", "10th intensity percentile", remark=_PERCENTILE, unit="image"),
    _of("90Percentile", "90th percentile of X", "8DWT", "90th intensity percentile", remark=_PERCENTILE, unit="image"),
    _of(
        "Energy",
        "sum_k (X(k) + c)^2",
        "N8CA",
        "Intensity-based energy",
        _SHIFT,
        remark=joined(_NO_SHIFT, "grows with the number of voxels"),
        unit="image^2",
    ),
    _binned(
        "Entropy",
        "H = -sum_i p(i) log2(p(i) + eps)",
        "TLU2",
        "Discretised intensity entropy",
        _SHARE,
        EPSILON,
        unit="bit",
    ),
    _of(
        "InterquartileRange",
        "75th percentile of X - 25th percentile of X",
        "SALO",
        "Intensity interquartile range",
        remark=_PERCENTILE,
        unit="image",
    ),
    _of(
        "Kurtosis",
        "(1/N) sum_k (X(k) - m)^4 / ((1/N) sum_k (X(k) - m)^2)^2",
        "IPH6",
        "(Excess) intensity kurtosis",
        _MEAN,
        remark="IBSI takes 3 off, PyRadiomics does not: 3 for a normal distribution; 0 when all values are equal",
    ),
    _of("Maximum", "max X", "84IY", "Maximum intensity", unit="image"),
    _of(
        "MeanAbsoluteDeviation",
        "(1/N) sum_k |X(k) - m|",
        "4FUA",
        "Intensity-based mean absolute deviation",
        _MEAN,
        unit="image",
    ),
    _of("Mean", "(1/N) sum_k X(k)", "Q4LE", "Mean intensity", unit="image"),
    _of("Median", "50th percentile of X", "Y12H", "Median intensity", unit="image"),
    _of("Minimum", "min X", "1GSF", "Minimum intensity", unit="image"),
    _of("Range", "max X - min X", "2OJQ", "Intensity range", unit="image"),
    _of(
        "RobustMeanAbsoluteDeviation",
        "mean of |Y - mean of Y|",
        "1128",
        "Intensity-based robust mean absolute deviation",
        "Y: values of X from its 10th to its 90th percentile, both included",
        unit="image",
    ),
    _of(
        "RootMeanSquared",
        "sqrt((1/N) sum_k (X(k) + c)^2)",
        "5ZWQ",
        "Root mean square intensity",
        _SHIFT,
        remark=_NO_SHIFT,
        unit="image",
    ),
    _of(
        "Skewness",
        "(1/N) sum_k (X(k) - m)^3 / ((1/N) sum_k (X(k) - m)^2)^(3/2)",
        "KE2A",
        "Intensity skewness",
        _MEAN,
        remark="0 when all values are equal",
    ),
    _of(
        "TotalEnergy",
        "v sum_k (X(k) + c)^2",
        "",
        "",
        "v: volume of a voxel in mm3",
        _SHIFT,
        remark="not in IBSI: Energy (N8CA) by the volume of a voxel",
        unit="image^2 mm3",
    ),
    _binned("Uniformity", "sum_i p(i)^2", "BJ5W", "Discretised intensity uniformity", _SHARE),
    _of(
        "Variance",
        "(1/N) sum_k (X(k) - m)^2",
        "ECT3",
        "Intensity variance",
        _MEAN,
        remark="divisor N, as in IBSI",
        unit="image^2",
    ),
    _of(
        "StandardDeviation",
        "sqrt((1/N) sum_k (X(k) - m)^2)",
        "",
        "",
        _MEAN,
        remark="not in IBSI: the root of Variance (ECT3)",
        unit="image",
        deprecated=True,
    ),
)
"""In PyRadiomics' order; deprecated features last."""
