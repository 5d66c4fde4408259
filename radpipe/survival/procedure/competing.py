"""An endpoint that another event competes with: how often either happens, and models of each cause."""

from dataclasses import dataclass

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
from radpipe.survival.statistics.firth import fit_firth

__all__ = ["competing_risks"]

FloatArray = npt.NDArray[np.float64]

COLUMNS = ("event", "event_low", "event_high", "competing", "competing_low", "competing_high")
RATIOS = ("hazard_ratio", "hr_low", "hr_high", "p", "unit", "mended")
MOST_FIRTH = 12
"""Terms of a model that Firth's penalty is laid on; with more a ridge is."""


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
    later = endpoint.competing_later
    sensitivity: dict[float, float] = {}
    if later is not None and later.any():
        when, share, _, _ = cumulative_incidence(endpoint.time_days, np.where(later, 2, cause), 1)
        reached = share[np.searchsorted(when, days, side="right") - 1]
        sensitivity = dict(zip(horizons_years, map(float, reached), strict=True))
    columns = _Columns.of(terms)
    causes = pd.concat(
        [
            _cause_specific(endpoint.time_days, endpoint.event, columns).assign(cause=endpoint.name),
            _cause_specific(endpoint.time_days, endpoint.competing, columns).assign(cause=competing),
        ],
        ignore_index=True,
    )
    return CompetingRisks(
        endpoint.name, competing, curves, horizons, causes[["cause", "term", *RATIOS]],
        _subdistribution(endpoint, columns), 0 if later is None else int(later.sum()), sensitivity,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Columns:
    """Standardised terms, shape (n, p), their names, and how much of each a ratio is told for, in words too."""

    values: FloatArray
    names: tuple[str, ...]
    size: FloatArray
    units: tuple[str, ...]

    @classmethod
    def of(cls, terms: Encoded) -> "_Columns":
        if not terms.names:
            return cls(terms.values, (), np.zeros(0), ())
        learnt = Preprocessor.fit(terms.values, terms.skewed, declared=np.ones(len(terms.names), dtype=np.bool_))
        usable = [int(place) for place in np.flatnonzero(learnt.usable)]
        sizes = np.array([terms.unit(place)[0] for place in usable]) / learnt.scale[usable]
        return cls(
            learnt.apply(terms.values)[:, usable], tuple(terms.names[place] for place in usable),
            np.where(np.isnan(sizes), 1.0, sizes), tuple(terms.unit(place)[1] for place in usable),
        )  # fmt: skip


def _ratios(
    columns: _Columns, b: FloatArray, low: FloatArray, high: FloatArray, p: FloatArray, *, mended: bool
) -> pd.DataFrame:
    with np.errstate(over="ignore"):
        return pd.DataFrame(
            {
                "term": list(columns.names),
                "hazard_ratio": np.exp(b * columns.size),
                "hr_low": np.exp(low * columns.size),
                "hr_high": np.exp(high * columns.size),
                "p": p,
                "unit": list(columns.units),
                "mended": mended,
            }
        )


def _wald(columns: _Columns, b: FloatArray, se: FloatArray, *, mended: bool) -> pd.DataFrame:
    width = NORMAL_95 * se
    return _ratios(columns, b, b - width, b + width, 2 * norm.sf(np.abs(b / se)), mended=mended)


NOTHING = _Columns(np.zeros((0, 0)), (), np.zeros(0), ())


def _cause_specific(time_days: FloatArray, event: npt.NDArray[np.bool_], columns: _Columns) -> pd.DataFrame:
    """Fit a Cox model in which the other cause censors; where a term separates, with Firth's penalty."""
    if not event.any() or not columns.names:
        return _wald(NOTHING, np.zeros(0), np.ones(0), mended=False)
    sets = RiskSets.of(time_days, event)
    fit, mended = fit_safely(sets, columns.values, np.zeros(len(columns.names)))
    if mended and len(columns.names) <= MOST_FIRTH:
        firth = fit_firth(sets, columns.values)
        if firth.settled:
            return _ratios(columns, firth.coefficients, firth.low, firth.high, firth.p, mended=True)
    return _wald(columns, fit.coefficients, fit.standard_errors, mended=mended)


def _subdistribution(endpoint: Endpoint, columns: _Columns) -> pd.DataFrame:
    """Fit Fine and Gray's model."""
    if endpoint.competing is None or not columns.names:
        return _wald(NOTHING, np.zeros(0), np.ones(0), mended=False)
    fit = fit_fine_gray(endpoint.time_days, endpoint.event, endpoint.competing, columns.values)
    mended = not fit.settled
    if mended:
        ridge = SAFE_SHARE * float(endpoint.event.sum())
        fit = fit_fine_gray(endpoint.time_days, endpoint.event, endpoint.competing, columns.values, ridge)
    return _wald(columns, fit.coefficients, fit.standard_errors, mended=mended)
