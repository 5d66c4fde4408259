"""Intervals of what repeated cross-validation tells: folds share patients, so their spread says too little."""

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from radpipe.survival.statistics.interval import Interval

__all__ = ["corrected_interval", "resampled_error"]

FloatArray = npt.NDArray[np.float64]

FEWEST_FOLDS = 3


def corrected_interval(value: float, by_fold: FloatArray, held_share: float) -> Interval:
    """Return the corrected resampled t interval.

    Parameters
    ----------
    value
        The estimate.
    by_fold
        Shape (folds of all repeats,): what each held-out fold tells; NaN where it tells nothing.
    held_share
        Held-out patients divided by training patients: 1/4 for five folds.

    Returns
    -------
    Interval
        95 %; NaN ends with fewer than three folds that tell something.

    References
    ----------
    Nadeau C, Bengio Y. Machine Learning 2003;52:239: the variance of the mean of J folds is
    ``(1 / J + held_share) * s ** 2``, because training sets overlap.

    Examples
    --------
    Four folds, s = 0.1, held_share 1/4: half-width 3.182 * 0.1 * sqrt(1/2).

    >>> f"{corrected_interval(0.6, 0.6 + 0.1 * np.sqrt(0.75) * np.array([1, -1, 1, -1]), 0.25)}"
    '0.600 (0.375 to 0.825)'
    """
    error = resampled_error(by_fold, held_share)
    if not np.isfinite(error):
        return Interval(value, float("nan"), float("nan"))
    width = float(student.ppf(0.975, np.isfinite(by_fold).sum() - 1)) * error
    return Interval(value, value - width, value + width)


def resampled_error(by_fold: FloatArray, held_share: float) -> float:
    """Return the corrected standard error of the mean over folds; NaN with fewer than three that tell something.

    Parameters
    ----------
    by_fold, held_share
        As :func:`corrected_interval` takes them.

    Examples
    --------
    >>> round(resampled_error(0.1 * np.sqrt(0.75) * np.array([1, -1, 1, -1]), 0.25), 6)  # 0.1 * sqrt(1/2)
    0.070711
    """
    known = by_fold[np.isfinite(by_fold)]
    if len(known) < FEWEST_FOLDS:
        return float("nan")
    return float(known.std(ddof=1) * np.sqrt(1 / len(known) + held_share))
