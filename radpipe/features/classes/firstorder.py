"""First-order statistics of the ROI's voxel values, as PyRadiomics 3.0.1 defines them (IBSI 3.3 and 3.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from radpipe.features.inputs import EPSILON, GrayLevels, RoiImage, TextureOptions
from radpipe.features.tally import Tally
from radpipe.kernels.selection import order_statistics
from radpipe.kernels.statistics import central_moments, energy_and_range, inner_deviation

__all__ = ["FEATURES", "FirstOrder", "first_order", "measure_firstorder"]


_FEW_NUMBERS = 256
"""Of so many different whole numbers, an image's 8 bits, moments are summed number by number, not voxel by voxel."""


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """Statistics that several features share.

    Parameters
    ----------
    size
        Number of voxels.
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
    inner_deviation
        Mean absolute deviation of the values from the 10th to the 90th percentile; NaN when there are none.
    probabilities
        Share of voxels in each occupied bin.
    """

    size: int
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
    inner_deviation: float
    probabilities: npt.NDArray[np.float64]


def first_order(roi: RoiImage, gray: GrayLevels, options: TextureOptions) -> FirstOrder:
    """Compute the statistics of a ROI that has at least one voxel."""
    shift, tally = float(options.voxel_array_shift), roi.tally
    if tally is not None and tally.sum_is_exact((tally.numbers + shift) ** 2):
        low, high, size = float(tally.numbers[0]), float(tally.numbers[-1]), tally.size
        energy, mean = tally.sum((tally.numbers + shift) ** 2), tally.sum(tally.numbers) / size
        percentiles = _percentiles(size, tally.order_statistics)
    else:
        values, tally = roi.inside, None
        energy, low, high = energy_and_range(values, shift)
        mean, size = float(np.mean(values)), values.size  # NumPy's, so that equal values have PyRadiomics' variance
        percentiles = _percentiles(size, partial(order_statistics, values))
    p10, p90 = percentiles[0], percentiles[4]
    if tally is not None and len(tally.numbers) <= _FEW_NUMBERS:
        moments, inner = _moments(tally, mean), _inner_deviation(tally, p10, p90)
    else:
        moments, inner = central_moments(roi.inside, mean), inner_deviation(roi.inside, p10, p90)
    return FirstOrder(
        size,
        energy,
        float(np.prod(roi.spacing_zyx_mm)),
        mean,
        *moments,
        minimum=low,
        maximum=high,
        percentiles=percentiles,
        inner_deviation=inner,
        probabilities=gray.voxels / size,
    )


def _percentiles(
    size: int, statistics: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.float64]]
) -> tuple[float, float, float, float, float]:
    """Return the 10th to the 90th percentile by linear interpolation, with the operations of ``numpy.percentile``.

    Parameters
    ----------
    size
        Number of values.
    statistics
        Returns the values of given ranks.
    """
    place = (size - 1) * np.true_divide([10, 25, 50, 75, 90], 100)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, size - 1)
    low, high = np.split(statistics(np.concatenate([below, above])), 2)
    share = place - below
    gap = high - low
    p10, p25, p50, p75, p90 = np.where(share >= 0.5, high - gap * (1 - share), low + gap * share).tolist()
    return p10, p25, p50, p75, p90


def _moments(tally: Tally, mean: float) -> tuple[float, float, float, float]:
    """Return the means of the second, third and fourth power, and of the size, of the distances from a mean."""
    x = tally.numbers - mean
    xx, size = x * x, tally.size
    return tally.sum(xx) / size, tally.sum(xx * x) / size, tally.sum(xx * xx) / size, tally.sum(np.abs(x)) / size


def _inner_deviation(tally: Tally, low: float, high: float) -> float:
    """Return the mean distance from their mean of the values from low to high; NaN when there are none."""
    kept = (tally.numbers >= low) & (tally.numbers <= high)
    numbers, counts = tally.numbers[kept], tally.counts[kept]
    total = int(counts.sum())
    if total == 0:
        return float("nan")
    mean = float(np.sum(counts * numbers)) / total
    return float(np.sum(counts * np.abs(numbers - mean))) / total


def _entropy(s: FirstOrder) -> float:
    """IBSI TLU2, in bits; PyRadiomics' epsilon inside the logarithm."""
    return float(-np.sum(s.probabilities * np.log2(s.probabilities + EPSILON)))


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
    "RobustMeanAbsoluteDeviation": lambda s: s.inner_deviation,  # IBSI 1128
    "RootMeanSquared": lambda s: float(np.sqrt(s.energy / s.size)),
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
