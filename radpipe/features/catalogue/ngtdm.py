"""Neighbouring gray tone difference features (IBSI 3.10)."""

from radpipe.features.catalogue.record import BINS, ONE_MATRIX, Definition, Feature, FeatureClass, joined

__all__ = ["NGTDM"]

_CLASS = FeatureClass("ngtdm", "neighbouring gray tone difference matrix (IBSI 3.10)")
_TONES = (
    "p(i): share of the ROI's voxels with gray level i; s(i): sum over them of |i - mean gray level of their "
    "neighbours in the ROI|"
)
_PRESENT = "sums over gray levels that occur"
_LONELY = joined(
    "a voxel without a neighbour in the ROI counts as one without difference, IBSI leaves it out", ONE_MATRIX, BINS
)


def _of(name: str, formula: str, code: str, ibsi_name: str, *symbols: str, remark: str = "") -> Feature:
    definition = Definition(joined(formula, *symbols, _TONES), code, ibsi_name, joined(remark, _LONELY))
    return _CLASS.feature(name, definition)


NGTDM: tuple[Feature, ...] = (
    _of(
        "Busyness",
        "sum_i p(i) s(i) / sum_ij |i p(i) - j p(j)|",
        "NQ30",
        "Busyness",
        _PRESENT,
        remark="0 for a single gray level, as in IBSI",
    ),
    _of(
        "Coarseness",
        "1 / sum_i p(i) s(i)",
        "QCDE",
        "Coarseness",
        remark="1e6 where the sum is 0, which is IBSI's greatest value",
    ),
    _of(
        "Complexity",
        "(1/N) sum_ij |i - j| (p(i) s(i) + p(j) s(j)) / (p(i) + p(j))",
        "HDEZ",
        "Complexity",
        _PRESENT,
        "N: number of voxels",
    ),
    _of(
        "Contrast",
        "sum_ij p(i) p(j) (i - j)^2 / (n (n - 1)) * (1/N) sum_i s(i)",
        "65HE",
        "Contrast",
        "n: number of gray levels that occur; N: number of voxels",
        remark="0 for a single gray level, as in IBSI",
    ),
    _of(
        "Strength",
        "sum_ij (p(i) + p(j)) (i - j)^2 / sum_i s(i)",
        "1X9X",
        "Strength",
        _PRESENT,
        remark="0 where the divisor is 0, as in IBSI",
    ),
)
"""In PyRadiomics' order; deprecated features last."""
