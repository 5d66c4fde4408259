"""An endpoint that another event competes with: how often either happens, and models of each cause."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Encoded, Preprocessor
from radpipe.survival.procedure.learners import SAFE_SHARE, fit_safely
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence
from radpipe.survival.statistics.fine_gray import fit_fine_gray

__all__ = ["competing_risks"]

FloatArray = npt.NDArray[np.float64]

COLUMNS = ("event", "event_low", "event_high", "competing", "competing_low", "competing_high")
RATIOS = ("hazard_ratio", "hr_low", "hr_high", "p", "mended")


def competing_risks(
    endpoint: Endpoint, terms: Encoded, *, horizons_years: tuple[float, ...] = (2.0, 5.0), competing: str = "death"
) -> CompetingRisks:
    """Describe an endpoint that another event competes with.

    Parameters
    ----------
    endpoint
        With ``competing``.
    terms
        For the models of each cause: clinical terms and volume.
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
        for column, line in zip((name, f"{name}_low", f"{name}_high"), values, strict=True):
            curves[column] = line[place]
    days = [years * DAYS_A_YEAR for years in horizons_years]
    place = np.searchsorted(curves["time_days"], days, side="right") - 1
    horizons = curves.iloc[place][list(COLUMNS)].reset_index(drop=True)
    horizons.insert(0, "years", list(horizons_years))
    learnt = Preprocessor.fit(terms.values, terms.skewed, declared=np.ones(len(terms.names), dtype=np.bool_))
    usable = np.flatnonzero(learnt.usable)
    columns, names = learnt.apply(terms.values)[:, usable], [terms.names[place] for place in usable]
    causes = pd.concat(
        [
            _cause_specific(endpoint.time_days, endpoint.event, columns, names).assign(cause=endpoint.name),
            _cause_specific(endpoint.time_days, endpoint.competing, columns, names).assign(cause=competing),
        ],
        ignore_index=True,
    )
    return CompetingRisks(
        endpoint.name, competing, curves, horizons, causes[["cause", "term", *RATIOS]],
        _subdistribution(endpoint, columns, names),
    )  # fmt: skip


def _ratios(b: FloatArray, se: FloatArray, names: list[str], *, mended: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "term": names,
            "hazard_ratio": np.exp(b),
            "hr_low": np.exp(b - NORMAL_95 * se),
            "hr_high": np.exp(b + NORMAL_95 * se),
            "p": 2 * norm.sf(np.abs(b / se)),
            "mended": mended,
        }
    )


def _cause_specific(
    time_days: FloatArray, event: npt.NDArray[np.bool_], columns: FloatArray, names: list[str]
) -> pd.DataFrame:
    """Fit a Cox model in which the other cause censors; ratios per standard deviation."""
    if not event.any() or not names:
        return _ratios(np.zeros(0), np.ones(0), [], mended=False)
    fit, mended = fit_safely(RiskSets.of(time_days, event), columns, np.zeros(len(names)))
    return _ratios(fit.coefficients, fit.standard_errors, names, mended=mended)


def _subdistribution(endpoint: Endpoint, columns: FloatArray, names: list[str]) -> pd.DataFrame:
    """Fit Fine and Gray's model; ratios per standard deviation."""
    if endpoint.competing is None or not names:
        return _ratios(np.zeros(0), np.ones(0), [], mended=False)
    fit = fit_fine_gray(endpoint.time_days, endpoint.event, endpoint.competing, columns)
    mended = not fit.settled
    if mended:
        ridge = SAFE_SHARE * float(endpoint.event.sum())
        fit = fit_fine_gray(endpoint.time_days, endpoint.event, endpoint.competing, columns, ridge)
    return _ratios(fit.coefficients, fit.standard_errors, names, mended=mended)
