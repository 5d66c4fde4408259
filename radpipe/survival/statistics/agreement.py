"""Agreement of repeated measurements: ICC(1,1) with its interval, and repeatability; patients may differ in repeats."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Agreement", "Repeats", "agreement", "icc_of_many", "repeats_of"]

FloatArray = npt.NDArray[np.float64]

REPEATABILITY = 1.96 * math.sqrt(2.0)
"""Two measurements of one patient differ by less than this many within-patient SD in 95 % of pairs: 2.77."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """What of repeated measurements the ICC of any subset of the patients needs.

    Parameters
    ----------
    count
        Measurements of each patient, shape (n,).
    mean
        Of each patient, shape (n,); not asked where the count is 0.
    within
        Sum of squares about each patient's own mean, shape (n,).

    Raises
    ------
    ValueError
        The shapes differ.
    """

    count: npt.NDArray[np.int64]
    mean: FloatArray
    within: FloatArray

    def __post_init__(self) -> None:
        if not self.count.shape == self.mean.shape == self.within.shape or self.count.ndim != 1:
            message = f"counts {self.count.shape}, means {self.mean.shape}, sums {self.within.shape}: one per patient"
            raise ValueError(message)

    def of(self, patients: npt.NDArray[np.int64]) -> "Repeats":
        """Return those of some patients, by index: of a training fold, for instance."""
        return Repeats(self.count[patients], self.mean[patients], self.within[patients])


def repeats_of(values: npt.ArrayLike) -> Repeats:
    """Sum a table of measurements up.

    Parameters
    ----------
    values
        Shape (patients, states); NaN where a state failed.

    Examples
    --------
    >>> repeats_of([[1.0, 3.0], [5.0, float("nan")]]).mean.tolist()
    [2.0, 5.0]
    """
    table = np.asarray(values, dtype=np.float64)
    there = np.isfinite(table)
    count = there.sum(axis=1)
    known = np.where(there, table, 0.0)
    mean = known.sum(axis=1) / np.maximum(count, 1)
    within = (np.where(there, table - mean[:, None], 0.0) ** 2).sum(axis=1)
    return Repeats(count.astype(np.int64), mean, within)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well repeated measurements agree.

    Parameters
    ----------
    icc, low, high
        ICC(1,1) and its interval; NaN where it is not defined: fewer than two patients, no patient with two
        measurements, or a constant.
    patients
        With at least one measurement.
    repeats
        Measurements of a patient: their number where all have the same, else the value k0 that stands for it.
    within_sd
        Standard deviation within a patient.
    repeatability
        2.77 times that: two measurements of one patient differ by less in 95 % of pairs.
    """

    icc: float
    low: float
    high: float
    patients: int
    repeats: float
    within_sd: float
    repeatability: float


def agreement(repeats: Repeats, *, level: float = 0.95) -> Agreement:
    """Estimate ICC(1,1), of one-way random effects and single measurements.

    Perturbed states are exchangeable: state 3 of one patient has nothing to do with state 3 of another, so that
    ICC(2,1) and ICC(3,1) are not defined for them.

    Parameters
    ----------
    repeats
        Of all patients.
    level
        Of the interval.

    Returns
    -------
    Agreement
        The ICC is at most 1 and at least -1 / (repeats - 1).

    References
    ----------
    Shrout & Fleiss 1979, Psychol Bull 86:420, case 1; unequal repeats: Searle, Casella & McCulloch 1992, Variance
    Components, 3.6 (ANOVA estimators of unbalanced data). Repeatability: Bland & Altman 1996, BMJ 312:1654.

    Examples
    --------
    >>> round(agreement(repeats_of([[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]])).icc, 6)
    0.571429
    """
    measured = repeats.count > 0
    count, mean = repeats.count[measured].astype(np.float64), repeats.mean[measured]
    n, total = len(count), float(count.sum())
    spare = total - n
    sum_within = float(repeats.within[measured].sum())
    if n < 2 or spare < 1:
        deviation = math.sqrt(sum_within / spare) if spare >= 1 else math.nan
        k = total / n if n else 0.0
        return Agreement(math.nan, math.nan, math.nan, n, k, deviation, REPEATABILITY * deviation)
    k0 = (total - float((count**2).sum()) / total) / (n - 1)
    grand = float((count * mean).sum()) / total
    between = float((count * (mean - grand) ** 2).sum()) / (n - 1)
    within = sum_within / spare
    deviation = math.sqrt(within)
    icc, low, high = _icc(between, within, (n - 1, spare), k0, level)
    return Agreement(icc, low, high, n, k0, deviation, REPEATABILITY * deviation)


def _icc(
    between: float, within: float, freedom: tuple[float, float], k: float, level: float
) -> tuple[float, float, float]:
    """Return ICC(1,1) and its interval from the two mean squares and their degrees of freedom."""
    from scipy.stats import f

    if within == 0.0:
        return (1.0, 1.0, 1.0) if between > 0.0 else (math.nan, math.nan, math.nan)
    ratio = between / within
    q = 0.5 + level / 2
    lower = ratio / float(f.ppf(q, freedom[0], freedom[1]))
    upper = ratio * float(f.ppf(q, freedom[1], freedom[0]))
    icc, low, high = ((bound - 1) / (bound + k - 1) for bound in (ratio, lower, upper))
    return icc, low, high


def icc_of_many(values: FloatArray, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Estimate ICC(1,1) of many measurements of the same patients at once, and its lower end.

    Parameters
    ----------
    values
        Shape (states, patients, measurements); NaN where a state failed.
    level
        Of the interval.

    Returns
    -------
    tuple of ndarray
        ICC and the lower end of its interval, shape (measurements,) each; as :func:`agreement` gives them.
    """
    from scipy.stats import f

    there = np.isfinite(values)
    count = there.sum(axis=0).astype(np.float64)
    known = np.where(there, values, 0.0)
    mean = known.sum(axis=0) / np.maximum(count, 1.0)
    within = (np.where(there, values - mean, 0.0) ** 2).sum(axis=(0, 1))
    n, total = (count > 0).sum(axis=0).astype(np.float64), count.sum(axis=0)
    spare = total - n
    with np.errstate(divide="ignore", invalid="ignore"):
        k0 = (total - (count**2).sum(axis=0) / total) / (n - 1)
        grand = (count * mean).sum(axis=0) / total
        between = (count * (mean - grand) ** 2).sum(axis=0) / (n - 1)
        ratio = between / (within / spare)
        low = ratio / f.ppf(0.5 + level / 2, n - 1, spare)
        icc, lower = (ratio - 1) / (ratio + k0 - 1), (low - 1) / (low + k0 - 1)
    sure = (within == 0) & (between > 0)
    lost = (n < 2) | (spare < 1) | ((within == 0) & ~(between > 0))
    return tuple(np.where(lost, np.nan, np.where(sure, 1.0, number)) for number in (icc, lower))  # type: ignore[return-value]
