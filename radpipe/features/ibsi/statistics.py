"""Intensity-based statistics (IBSI 3.3, UHIW): of the intensities themselves, no bins."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.ibsi.record import IbsiFeature
from radpipe.kernels.selection import order_statistics

__all__ = ["FEATURES", "Statistics", "statistics_of"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Statistics that features share.

    Parameters
    ----------
    values
        Shape (N,).
    mean, m2, m3, m4
        Mean, and central moments with divisor N.
    minimum, maximum
        Least and greatest value.
    p10, p25, p50, p75, p90
        Percentiles by linear interpolation between order statistics.
    """

    values: FloatArray
    mean: float
    m2: float
    m3: float
    m4: float
    minimum: float
    maximum: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float

    @property
    def mean_absolute_deviation(self) -> float:
        """Mean distance from the mean."""
        return float(np.mean(np.abs(self.values - self.mean)))

    @property
    def robust_mean_absolute_deviation(self) -> float:
        """The same of the values from the 10th to the 90th percentile; NaN when there are none."""
        inner = self.values[(self.values >= self.p10) & (self.values <= self.p90)]
        return float(np.mean(np.abs(inner - np.mean(inner)))) if inner.size else float("nan")

    @property
    def median_absolute_deviation(self) -> float:
        """Mean distance from the median."""
        return float(np.mean(np.abs(self.values - self.p50)))

    @property
    def skewness(self) -> float:
        """m3 / m2^1.5; 0 when all values are equal."""
        return self.m3 / self.m2**1.5 if self.m2 else 0.0

    @property
    def excess_kurtosis(self) -> float:
        """m4 / m2^2 - 3; 0 when all values are equal."""
        return self.m4 / self.m2**2 - 3 if self.m2 else 0.0

    @property
    def variation(self) -> float:
        """Standard deviation by mean; NaN for a mean of 0."""
        return self.m2**0.5 / self.mean if self.mean else float("nan")

    @property
    def quartile_dispersion(self) -> float:
        """(P75 - P25) / (P75 + P25); NaN for a sum of 0."""
        total = self.p75 + self.p25
        return (self.p75 - self.p25) / total if total else float("nan")


def statistics_of(values: FloatArray) -> Statistics:
    """Compute the statistics of at least one value, shape (N,)."""
    mean = float(np.mean(values))
    gap = values - mean
    square = gap * gap
    place = (values.size - 1) * np.array([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, values.size - 1)
    low, high = np.split(order_statistics(values, np.concatenate([below, above])), 2)
    least, p10, p25, p50, p75, p90, greatest = (low + (high - low) * (place - below)).tolist()
    return Statistics(
        values=values,
        mean=mean,
        m2=float(np.mean(square)),
        m3=float(np.mean(square * gap)),
        m4=float(np.mean(square * square)),
        minimum=least,
        maximum=greatest,
        p10=p10,
        p25=p25,
        p50=p50,
        p75=p75,
        p90=p90,
    )


Feature = IbsiFeature[Statistics]

FEATURES: tuple[Feature, ...] = (
    Feature("stat_mean", "Q4LE", "Mean intensity", "sum X / N", "image", lambda s: s.mean),
    Feature("stat_var", "ECT3", "Intensity variance", "m2 = sum (X - mean)^2 / N", "image^2", lambda s: s.m2),
    Feature("stat_skew", "KE2A", "Intensity skewness", "m3 / m2^1.5", "", lambda s: s.skewness),
    Feature("stat_kurt", "IPH6", "(Excess) intensity kurtosis", "m4 / m2^2 - 3", "", lambda s: s.excess_kurtosis),
    Feature("stat_median", "Y12H", "Median intensity", "P50", "image", lambda s: s.p50),
    Feature("stat_min", "1GSF", "Minimum intensity", "min X", "image", lambda s: s.minimum),
    Feature("stat_p10", "QG58", "10th intensity percentile", "P10", "image", lambda s: s.p10),
    Feature("stat_p90", "8DWT", "90th intensity percentile", "P90", "image", lambda s: s.p90),
    Feature("stat_max", "84IY", "Maximum intensity", "max X", "image", lambda s: s.maximum),
    Feature("stat_iqr", "SALO", "Intensity interquartile range", "P75 - P25", "image", lambda s: s.p75 - s.p25),
    Feature("stat_range", "2OJQ", "Intensity range", "max X - min X", "image", lambda s: s.maximum - s.minimum),
    Feature(
        "stat_mad",
        "4FUA",
        "Intensity-based mean absolute deviation",
        "sum |X - mean| / N",
        "image",
        lambda s: s.mean_absolute_deviation,
    ),
    Feature(
        "stat_rmad",
        "1128",
        "Intensity-based robust mean absolute deviation",
        "sum |X - mean| / N over P10 <= X <= P90, mean and N of these",
        "image",
        lambda s: s.robust_mean_absolute_deviation,
    ),
    Feature(
        "stat_medad",
        "N72L",
        "Intensity-based median absolute deviation",
        "sum |X - P50| / N",
        "image",
        lambda s: s.median_absolute_deviation,
    ),
    Feature(
        "stat_cov", "7TET", "Intensity-based coefficient of variation", "sqrt(m2) / mean", "", lambda s: s.variation
    ),
    Feature(
        "stat_qcod",
        "9S40",
        "Intensity-based quartile coefficient of dispersion",
        "(P75 - P25) / (P75 + P25)",
        "",
        lambda s: s.quartile_dispersion,
    ),
    Feature(
        "stat_energy", "N8CA", "Intensity-based energy", "sum X^2", "image^2", lambda s: float(np.sum(s.values**2))
    ),
    Feature(
        "stat_rms",
        "5ZWQ",
        "Root mean square intensity",
        "sqrt(sum X^2 / N)",
        "image",
        lambda s: float(np.sqrt(np.mean(s.values**2))),
    ),
)
"""In IBSI's order."""
