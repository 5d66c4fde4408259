"""An endpoint that another event competes with: how often either happens, and Cox models of each cause."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Encoded, Preprocessor
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence

__all__ = ["competing_risks"]

COLUMNS = ("event", "event_low", "event_high", "competing", "competing_low", "competing_high")


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
