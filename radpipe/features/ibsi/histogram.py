"""Intensity histogram features (IBSI 3.4, ZVCW): of grey levels after discretisation."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.statistics import Statistics, statistics_of

__all__ = ["FEATURES", "Histogram", "histogram_of"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Grey levels, counted.

    Parameters
    ----------
    statistics
        Of the levels.
    counts
        Voxels of each level from 1 to the highest, empty ones included, shape (Ng,).
    gradient
        Of the counts: central differences, one-sided at the ends; 0 with one level, shape (Ng,).
    """

    statistics: Statistics
    counts: FloatArray
    gradient: FloatArray

    @property
    def probabilities(self) -> FloatArray:
        """Shares of the levels that occur."""
        return np.asarray(self.counts[self.counts > 0] / self.counts.sum())

    @property
    def mode(self) -> float:
        """The level with most voxels; of several the one nearest the mean, then the lower."""
        levels = np.flatnonzero(self.counts == self.counts.max()) + 1
        return float(levels[np.argmin(np.abs(levels - self.statistics.mean))])


def histogram_of(levels: npt.NDArray[np.int64]) -> Histogram:
    """Count the grey levels, from 1, of a ROI's voxels, shape (N,)."""
    counts = np.bincount(levels)[1:].astype(np.float64)
    gradient = np.gradient(counts) if counts.size > 1 else np.zeros(1)
    return Histogram(statistics_of(levels.astype(np.float64)), counts, gradient)


Feature = IbsiFeature[Histogram]


def _of(take: Callable[[Statistics], float]) -> Callable[[Histogram], float]:
    return lambda histogram: take(histogram.statistics)


FEATURES: tuple[Feature, ...] = (
    Feature("ih_mean", "X6K6", "Mean discretised intensity", "sum X / N", "", _of(lambda s: s.mean)),
    Feature("ih_var", "CH89", "Discretised intensity variance", "m2 = sum (X - mean)^2 / N", "", _of(lambda s: s.m2)),
    Feature("ih_skew", "88K1", "Discretised intensity skewness", "m3 / m2^1.5", "", _of(lambda s: s.skewness)),
    Feature(
        "ih_kurt",
        "C3I7",
        "(Excess) discretised intensity kurtosis",
        "m4 / m2^2 - 3",
        "",
        _of(lambda s: s.excess_kurtosis),
    ),
    Feature("ih_median", "WIFQ", "Median discretised intensity", "P50", "", _of(lambda s: s.p50)),
    Feature("ih_min", "1PR8", "Minimum discretised intensity", "min X", "", _of(lambda s: s.minimum)),
    Feature("ih_p10", "GPMT", "10th discretised intensity percentile", "P10", "", _of(lambda s: s.p10)),
    Feature("ih_p90", "OZ0C", "90th discretised intensity percentile", "P90", "", _of(lambda s: s.p90)),
    Feature("ih_max", "3NCY", "Maximum discretised intensity", "max X", "", _of(lambda s: s.maximum)),
    Feature("ih_mode", "AMMC", "Intensity histogram mode", "the level of most voxels", "", lambda s: s.mode),
    Feature(
        "ih_iqr", "WR0O", "Discretised intensity interquartile range", "P75 - P25", "", _of(lambda s: s.p75 - s.p25)
    ),
    Feature(
        "ih_range", "5Z3W", "Discretised intensity range", "max X - min X", "", _of(lambda s: s.maximum - s.minimum)
    ),
    Feature(
        "ih_mad",
        "D2ZX",
        "Intensity histogram mean absolute deviation",
        "sum |X - mean| / N",
        "",
        _of(lambda s: s.mean_absolute_deviation),
    ),
    Feature(
        "ih_rmad",
        "WRZB",
        "Intensity histogram robust mean absolute deviation",
        "sum |X - mean| / N over P10 <= X <= P90, mean and N of these",
        "",
        _of(lambda s: s.robust_mean_absolute_deviation),
    ),
    Feature(
        "ih_medad",
        "4RNL",
        "Intensity histogram median absolute deviation",
        "sum |X - P50| / N",
        "",
        _of(lambda s: s.median_absolute_deviation),
    ),
    Feature(
        "ih_cov",
        "CWYJ",
        "Intensity histogram coefficient of variation",
        "sqrt(m2) / mean",
        "",
        _of(lambda s: s.variation),
    ),
    Feature(
        "ih_qcod",
        "SLWD",
        "Intensity histogram quartile coefficient of dispersion",
        "(P75 - P25) / (P75 + P25)",
        "",
        _of(lambda s: s.quartile_dispersion),
    ),
    Feature(
        "ih_entropy",
        "TLU2",
        "Discretised intensity entropy",
        "- sum p log2 p",
        "bit",
        lambda s: float(-np.sum(s.probabilities * np.log2(s.probabilities))),
    ),
    Feature(
        "ih_uniformity",
        "BJ5W",
        "Discretised intensity uniformity",
        "sum p^2",
        "",
        lambda s: float(np.sum(s.probabilities**2)),
    ),
    Feature("ih_max_grad", "12CE", "Maximum histogram gradient", "max H'", "", lambda s: float(s.gradient.max())),
    Feature(
        "ih_max_grad_g",
        "8E6O",
        "Maximum histogram gradient intensity",
        "the first level where H' is largest",
        "",
        lambda s: float(np.argmax(s.gradient) + 1),
    ),
    Feature("ih_min_grad", "VQB3", "Minimum histogram gradient", "min H'", "", lambda s: float(s.gradient.min())),
    Feature(
        "ih_min_grad_g",
        "RHQZ",
        "Minimum histogram gradient intensity",
        "the first level where H' is smallest",
        "",
        lambda s: float(np.argmin(s.gradient) + 1),
    ),
)
"""In IBSI's order."""
