"""First-order statistics: IBSI's intensity statistics (3.3), and two features of its intensity histogram (3.4)."""

from collections.abc import Mapping

from radpipe.features.definitions.record import BINS, EPSILON, Definition, joined

__all__ = ["FIRST_ORDER"]

_VALUES = "X(k): values of the ROI's N voxels"
_MEAN = "m: mean of X"
_SHARE = "p(i): share of the ROI's voxels in bin i"
_SHIFT = "c: setting voxelArrayShift"
_NO_SHIFT = "IBSI has no shift (c = 0)"
_HISTOGRAM = "IBSI counts it to the intensity histogram, not to the intensity statistics"
_PERCENTILE = "between two voxels by linear interpolation"


def _of(formula: str, code: str, name: str, remark: str = "", *, symbols: tuple[str, ...] = ()) -> Definition:
    return Definition(joined(formula, *symbols, _VALUES), code, name, remark)


FIRST_ORDER: Mapping[str, Definition] = {
    "10Percentile": _of("10th percentile of X", "QG58", "10th intensity percentile", _PERCENTILE),
    "90Percentile": _of("90th percentile of X", "8DWT", "90th intensity percentile", _PERCENTILE),
    "Energy": _of(
        "sum_k (X(k) + c)^2",
        "N8CA",
        "Intensity-based energy",
        joined(_NO_SHIFT, "grows with the number of voxels"),
        symbols=(_SHIFT,),
    ),
    "Entropy": Definition(
        joined("H = -sum_i p(i) log2(p(i) + eps)", _SHARE, EPSILON),
        "TLU2",
        "Discretised intensity entropy",
        joined(_HISTOGRAM, BINS),
    ),
    "InterquartileRange": _of(
        "75th percentile of X - 25th percentile of X", "SALO", "Intensity interquartile range", _PERCENTILE
    ),
    "Kurtosis": _of(
        "(1/N) sum_k (X(k) - m)^4 / ((1/N) sum_k (X(k) - m)^2)^2",
        "IPH6",
        "(Excess) intensity kurtosis",
        "IBSI takes 3 off, PyRadiomics does not: 3 for a normal distribution; 0 when all values are equal",
        symbols=(_MEAN,),
    ),
    "Maximum": _of("max X", "84IY", "Maximum intensity"),
    "Mean": _of("(1/N) sum_k X(k)", "Q4LE", "Mean intensity"),
    "MeanAbsoluteDeviation": _of(
        "(1/N) sum_k |X(k) - m|", "4FUA", "Intensity-based mean absolute deviation", symbols=(_MEAN,)
    ),
    "Median": _of("50th percentile of X", "Y12H", "Median intensity"),
    "Minimum": _of("min X", "1GSF", "Minimum intensity"),
    "Range": _of("max X - min X", "2OJQ", "Intensity range"),
    "RobustMeanAbsoluteDeviation": _of(
        "mean of |Y - mean of Y|",
        "1128",
        "Intensity-based robust mean absolute deviation",
        symbols=("Y: values of X from its 10th to its 90th percentile, both included",),
    ),
    "RootMeanSquared": _of(
        "sqrt((1/N) sum_k (X(k) + c)^2)", "5ZWQ", "Root mean square intensity", _NO_SHIFT, symbols=(_SHIFT,)
    ),
    "Skewness": _of(
        "(1/N) sum_k (X(k) - m)^3 / ((1/N) sum_k (X(k) - m)^2)^(3/2)",
        "KE2A",
        "Intensity skewness",
        "0 when all values are equal",
        symbols=(_MEAN,),
    ),
    "StandardDeviation": _of(
        "sqrt((1/N) sum_k (X(k) - m)^2)", "", "", "not in IBSI: the root of Variance (ECT3)", symbols=(_MEAN,)
    ),
    "TotalEnergy": _of(
        "v sum_k (X(k) + c)^2",
        "",
        "",
        "not in IBSI: Energy (N8CA) by the volume of a voxel",
        symbols=("v: volume of a voxel in mm3", _SHIFT),
    ),
    "Uniformity": Definition(
        joined("sum_i p(i)^2", _SHARE), "BJ5W", "Discretised intensity uniformity", joined(_HISTOGRAM, BINS)
    ),
    "Variance": _of(
        "(1/N) sum_k (X(k) - m)^2", "ECT3", "Intensity variance", "divisor N, as in IBSI", symbols=(_MEAN,)
    ),
}
"""Feature -> definition."""
