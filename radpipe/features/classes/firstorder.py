"""First-order statistics of the ROI's voxel values, as PyRadiomics 3.0.1 defines them (IBSI 3.3 and 3.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels, RoiImage, TextureOptions
from radpipe.kernels.selection import order_statistics
from radpipe.kernels.statistics import central_moments, energy_and_range, inner_deviation

__all__ = ["FEATURES", "FirstOrder", "first_order", "measure_firstorder"]


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """Statistics that several features share.

    Parameters
    ----------
    values
        Voxel values of the ROI in (z, y, x) order.
    energy
        Sum of squares of the shifted values.
    voxel_mm3
        Volume of a voxel.
    mean
        Mean value.
    m2, m3, m4, deviation
        Central moments, and the mean absolute deviation.
    minimum, maximum
        Least and greatest value.
    percentiles
        10, 25, 50, 75 and 90 %, by linear interpolation.
    probabilities
        Share of voxels in each occupied bin.
    """

    values: npt.NDArray[np.float64]
    energy: float
    voxel_mm3: float
    mean: float
    m2: float
    m3: float
    m4: float
    deviation: float
    minimum: float
    maximum: float
    percentiles: tuple[float, float, float, float, float]
    probabilities: npt.NDArray[np.float64]


def first_order(roi: RoiImage, gray: GrayLevels, options: TextureOptions) -> FirstOrder:
    """Compute the statistics of a ROI that has at least one voxel."""
    values = roi.inside
    energy, low, high = energy_and_range(values, float(options.voxel_array_shift))
    mean = float(np.mean(values))  # NumPy's, so that equal values have PyRadiomics' variance
    m2, m3, m4, deviation = central_moments(values, mean)
    p10, p25, p50, p75, p90 = _percentiles(values)
    return FirstOrder(
        values=values,
        energy=energy,
        voxel_mm3=float(np.prod(roi.spacing_zyx_mm)),
        mean=mean,
        m2=m2,
        m3=m3,
        m4=m4,
        deviation=deviation,
        minimum=low,
        maximum=high,
        percentiles=(p10, p25, p50, p75, p90),
        probabilities=gray.voxels / values.size,
    )


def _percentiles(values: npt.NDArray[np.float64]) -> tuple[float, float, float, float, float]:
    """Return the 10th to the 90th percentile by linear interpolation, with the operations of ``numpy.percentile``."""
    place = (values.size - 1) * np.true_divide([10, 25, 50, 75, 90], 100)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, values.size - 1)
    low, high = np.split(order_statistics(values, np.concatenate([below, above])), 2)
    share = place - below
    gap = high - low
    p10, p25, p50, p75, p90 = np.where(share >= 0.5, high - gap * (1 - share), low + gap * share).tolist()
    return p10, p25, p50, p75, p90


def _entropy(s: FirstOrder) -> float:
    """IBSI TLU2, in bits; PyRadiomics' epsilon inside the logarithm."""
    return float(-np.sum(s.probabilities * np.log2(s.probabilities + EPSILON)))


def _robust_mean_absolute_deviation(s: FirstOrder) -> float:
    """IBSI 1128: of the values from the 10th to the 90th percentile; NaN when there are none."""
    return inner_deviation(s.values, s.percentiles[0], s.percentiles[4])


def _kurtosis(s: FirstOrder) -> float:
    """IBSI IPH6 + 3 (not excess); 0 when all values are equal."""
    return s.m4 / s.m2**2 if s.m2 else 0.0


def _skewness(s: FirstOrder) -> float:
    """IBSI KE2A; 0 when all values are equal."""
    return s.m3 / s.m2**1.5 if s.m2 else 0.0


FEATURES: Mapping[str, Callable[[FirstOrder], float]] = {
    "10Percentile": lambda s: s.percentiles[0],
    "90Percentile": lambda s: s.percentiles[4],
    "Energy": lambda s: s.energy,
    "Entropy": _entropy,
    "InterquartileRange": lambda s: s.percentiles[3] - s.percentiles[1],
    "Kurtosis": _kurtosis,
    "Maximum": lambda s: s.maximum,
    "MeanAbsoluteDeviation": lambda s: s.deviation,  # IBSI 4FUA
    "Mean": lambda s: s.mean,
    "Median": lambda s: s.percentiles[2],
    "Minimum": lambda s: s.minimum,
    "Range": lambda s: s.maximum - s.minimum,
    "RobustMeanAbsoluteDeviation": _robust_mean_absolute_deviation,
    "RootMeanSquared": lambda s: float(np.sqrt(s.energy / s.values.size)),
    "Skewness": _skewness,
    "StandardDeviation": lambda s: float(np.sqrt(s.m2)),
    "TotalEnergy": lambda s: s.energy * s.voxel_mm3,
    "Uniformity": lambda s: float(np.sum(s.probabilities**2)),
    "Variance": lambda s: s.m2,
}
"""Name -> function of the statistics."""


def measure_firstorder(statistics: FirstOrder, names: Sequence[str]) -> dict[str, float]:
    """Compute the named features."""
    return {name: FEATURES[name](statistics) for name in names}
