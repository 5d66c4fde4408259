"""Cumulative incidence by Aalen and Johansen: how often an event happens while others compete."""

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.constants import NORMAL_95

__all__ = ["cumulative_incidence"]

FloatArray = npt.NDArray[np.float64]


def cumulative_incidence(
    time_days: FloatArray, cause: npt.NDArray[np.int64], of: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Estimate the probability of one cause until each time, while others compete.

    Parameters
    ----------
    time_days
        Shape (n,).
    cause
        Shape (n,): 0 censored, 1, 2, ... causes.
    of
        The cause.

    Returns
    -------
    tuple of ndarray
        Times (0 first), probability, and its 95 % interval on the complementary log-log scale.

    References
    ----------
    Aalen O, Johansen S. Scand J Stat 1978;5:141; variance by the delta method (Marubini E, Valsecchi MG 1995);
    interval of Choudhury JB. Stat Med 2002;21:1129.
    """
    order = np.argsort(time_days, kind="stable")
    time, why = time_days[order], cause[order]
    when = np.unique(time[why > 0])
    first, end = np.searchsorted(time, when, side="left"), np.searchsorted(time, when, side="right")
    at_risk = (len(time) - first).astype(np.float64)
    any_cause, mine = (_between(why > 0, first, end), _between(why == of, first, end))
    survival = np.cumprod(1 - any_cause / at_risk)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * mine / at_risk)
    variance = _variance(incidence, before, at_risk, any_cause, mine)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_log = np.log(-np.log(incidence))
        width = NORMAL_95 * np.sqrt(variance) / np.abs(incidence * np.log(incidence))
        low, high = np.exp(-np.exp(log_log + width)), np.exp(-np.exp(log_log - width))
    inside = (incidence > 0) & (incidence < 1)
    low, high = np.where(inside, low, incidence), np.where(inside, high, incidence)
    zero = np.zeros(1)
    return (
        np.concatenate([zero, when]),
        np.concatenate([zero, incidence]),
        np.concatenate([zero, low]),
        np.concatenate([zero, high]),
    )


def _variance(
    incidence: FloatArray, before: FloatArray, at_risk: FloatArray, any_cause: FloatArray, mine: FloatArray
) -> FloatArray:
    """Return the delta-method variance at each time (Marubini and Valsecchi 1995, 10.12)."""
    left = np.maximum(at_risk - any_cause, 1e-12)
    first = any_cause / (at_risk * left)
    second = before**2 * (at_risk - mine) * mine / at_risk**3
    third = before * mine / at_risk**2
    # Sums over j <= k of (I_k - I_j) ** 2 f_j and of (I_k - I_j) t_j, multiplied out.
    squares = incidence**2 * np.cumsum(first) - 2 * incidence * np.cumsum(incidence * first)
    squares += np.cumsum(incidence**2 * first)
    crossed = incidence * np.cumsum(third) - np.cumsum(incidence * third)
    variance = squares + np.cumsum(second) - 2 * crossed
    return np.maximum(variance, 0.0)


def _between(chosen: npt.NDArray[np.bool_], first: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> FloatArray:
    """Count the chosen from each first to before each end."""
    counted = np.concatenate([[0.0], np.cumsum(chosen)])
    return np.asarray(counted[end] - counted[first])
