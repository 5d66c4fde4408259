"""Competing risks: cumulative incidence by Aalen and Johansen, and Cox models of each cause."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.cox import RiskSets, fit_cox
from radpipe.survival.preprocess import Encoded, Preprocessor
from radpipe.survival.results import CompetingRisks

__all__ = ["competing_risks", "cumulative_incidence"]

FloatArray = npt.NDArray[np.float64]

DAYS_A_YEAR = 365.25
NORMAL_95 = 1.959963984540054
COLUMNS = ("event", "event_low", "event_high", "competing", "competing_low", "competing_high")


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
    when = np.unique(time_days[cause > 0])
    at_risk = (time_days[None, :] >= when[:, None]).sum(axis=1).astype(np.float64)
    here = time_days[None, :] == when[:, None]
    any_cause = (here & (cause > 0)).sum(axis=1).astype(np.float64)
    mine = (here & (cause == of)).sum(axis=1).astype(np.float64)
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
    found = np.empty(len(incidence))
    for k in range(len(incidence)):
        gap = incidence[k] - incidence[: k + 1]
        found[k] = (gap**2 * first[: k + 1]).sum() + second[: k + 1].sum() - 2 * (gap * third[: k + 1]).sum()
    return np.maximum(found, 0.0)


def competing_risks(
    endpoint: Endpoint, terms: Encoded, *, horizons_years: tuple[float, ...] = (2.0, 5.0), competing: str = "death"
) -> CompetingRisks:
    """Describe an endpoint that another event competes with.

    Parameters
    ----------
    endpoint
        With ``competing``.
    terms
        Of the clinical model, for the cause-specific Cox models.
    horizons_years
        For the table of incidences.
    competing
        Name of the competing event.

    Raises
    ------
    UsageError
        Nothing competes with the endpoint.
    """
    if endpoint.competing is None:
        message = f"nothing competes with endpoint {endpoint.name}"
        raise UsageError(message)
    cause = endpoint.event.astype(np.int64) + 2 * endpoint.competing.astype(np.int64)
    curves = pd.DataFrame({"time_days": np.unique(np.concatenate([[0.0], endpoint.time_days[cause > 0]]))})
    for number, name in ((1, "event"), (2, "competing")):
        when, *values = cumulative_incidence(endpoint.time_days, cause, number)
        place = np.searchsorted(when, curves["time_days"], side="right") - 1
        for column, one in zip((name, f"{name}_low", f"{name}_high"), values, strict=True):
            curves[column] = one[place]
    days = [years * DAYS_A_YEAR for years in horizons_years]
    place = np.searchsorted(curves["time_days"], days, side="right") - 1
    horizons = curves.iloc[place][list(COLUMNS)].reset_index(drop=True)
    horizons.insert(0, "years", list(horizons_years))
    return CompetingRisks(
        endpoint.name,
        competing,
        curves,
        horizons,
        pd.concat(
            [
                _cause_specific(endpoint, terms, endpoint.event, endpoint.name),
                _cause_specific(endpoint, terms, endpoint.competing, competing),
            ],
            ignore_index=True,
        ),
    )


def _cause_specific(endpoint: Endpoint, terms: Encoded, event: npt.NDArray[np.bool_], cause: str) -> pd.DataFrame:
    """Fit a Cox model in which the other cause censors; ratios per standard deviation."""
    columns = ["cause", "term", "hazard_ratio", "hr_low", "hr_high", "p"]
    if not event.any():
        return pd.DataFrame(columns=columns)
    learnt = Preprocessor.fit(terms.values, terms.skewed)
    usable = np.flatnonzero(learnt.usable)
    fit = fit_cox(RiskSets.of(endpoint.time_days, event), learnt.apply(terms.values)[:, usable])
    ratio = np.full((len(usable), 4), np.nan)
    if fit.settled:
        b, se = fit.coefficients, fit.standard_errors
        ratio = np.column_stack(
            [np.exp(b), np.exp(b - NORMAL_95 * se), np.exp(b + NORMAL_95 * se), 2 * norm.sf(np.abs(b / se))]
        )
    rows = [(cause, terms.names[place], *values) for place, values in zip(usable, ratio.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=columns)
