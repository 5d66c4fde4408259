"""Whether predicted risks are as high as what happened: slope, curves by Kaplan-Meier, Brier score."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.concordance import censoring_survival
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = [
    "BrierScore", "CalibrationCurve", "brier_score", "calibration_curve", "calibration_slope", "observed_risk",
]  # fmt: skip

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SMALLEST_GROUP = 15
"""Patients in a group of a calibration curve, at least."""

MOST_GROUPS = 5


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCurve:
    """Predicted against observed risk at one horizon, in groups of patients of rising out-of-fold risk.

    Parameters
    ----------
    horizon_years
        The event is counted until then.
    patients
        int64, shape (groups,): in each group.
    predicted, observed, low, high
        float64, shape (groups,): mean predicted risk, one minus Kaplan-Meier, and its 95 % interval; 0 to 1.
    """

    horizon_years: float
    patients: npt.NDArray[np.int64]
    predicted: FloatArray
    observed: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class BrierScore:
    """Mean squared error of the out-of-fold risk at one horizon, weighted for censoring (Graf 1999).

    Parameters
    ----------
    horizon_years
        The event is counted until then.
    score
        0 is perfect; smaller is better.
    reference
        Of the Kaplan-Meier estimate of the training folds, the same for every patient.
    error, explained_error
        Standard errors of ``score`` and of ``explained``: of the mean of the patients' weighted squared errors, weights
        and model taken as they are.
    """

    horizon_years: float
    score: float
    reference: float
    error: float = float("nan")
    explained_error: float = float("nan")

    @property
    def explained(self) -> float:
        """1 - score / reference: the share explained; negative where the model is worse than no model."""
        return 1.0 - self.score / self.reference

    @property
    def interval(self) -> Interval:
        """The score with its 95 % interval, not below 0."""
        width = NORMAL_95 * self.error
        return Interval(self.score, max(self.score - width, 0.0), self.score + width)

    @property
    def explained_interval(self) -> Interval:
        """The share explained with its 95 % interval."""
        width = NORMAL_95 * self.explained_error
        return Interval(self.explained, self.explained - width, self.explained + width)


def calibration_slope(time_days: FloatArray, event: BoolArray, risk: FloatArray) -> Interval:
    """Return the coefficient of the predicted log hazard ratio in a Cox model of its own, with Wald interval.

    Parameters
    ----------
    time_days, event, risk
        Shape (n,): of patients that the prediction was not made from.

    References
    ----------
    van Houwelingen HC. Stat Med 2000;19:3401. 1 is ideal, below 1 the predictions are too extreme.
    """
    centred = risk - risk.mean()
    if not event.any() or centred.std() < 1e-12:
        return Interval(float("nan"), float("nan"), float("nan"))
    fit = fit_cox(RiskSets.of(time_days, event), centred[:, None])
    if not fit.settled:
        return Interval(float("nan"), float("nan"), float("nan"))
    slope, se = float(fit.coefficients[0]), float(fit.standard_errors[0])
    return Interval(slope, slope - NORMAL_95 * se, slope + NORMAL_95 * se)


def observed_risk(
    time_days: FloatArray, event: BoolArray, horizon_years: float, *, competing: BoolArray | None = None
) -> Interval:
    """Return the share of patients with the event until a horizon: one minus Kaplan-Meier, or Aalen-Johansen.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    horizon_years
        That day counts.
    competing
        bool, shape (n,): another event made this one impossible; None where nothing competes.
    """
    horizon = horizon_years * DAYS_A_YEAR
    if competing is None or not competing.any():
        return KaplanMeier.of(time_days, event).event_probability(horizon)
    when, share, low, high = cumulative_incidence(time_days, event.astype(np.int64) + 2 * (competing & ~event), 1)
    place = int(np.searchsorted(when, horizon, side="right")) - 1
    return Interval(float(share[place]), float(low[place]), float(high[place]))


def calibration_curve(
    time_days: FloatArray,
    event: BoolArray,
    probability: FloatArray,
    horizon_years: float,
    *,
    competing: BoolArray | None = None,
) -> CalibrationCurve:
    """Compare predicted with observed risk in groups of patients of rising prediction.

    Parameters
    ----------
    time_days, event, probability
        Shape (n,): probability of the event until the horizon.
    horizon_years
        The horizon.
    competing
        bool, shape (n,): another event made this one impossible; None where nothing competes.
    """
    groups = int(np.clip(len(time_days) // SMALLEST_GROUP, 1, MOST_GROUPS))
    members = np.array_split(np.argsort(probability, kind="stable"), groups)
    seen = [
        observed_risk(
            time_days[member], event[member], horizon_years, competing=None if competing is None else competing[member]
        )
        for member in members
    ]
    observed = np.array([(estimate.value, estimate.low, estimate.high) for estimate in seen])
    return CalibrationCurve(
        horizon_years,
        np.array([len(member) for member in members], dtype=np.int64),
        np.array([probability[member].mean() for member in members]),
        observed[:, 0],
        observed[:, 1],
        observed[:, 2],
    )


def brier_score(
    time_days: FloatArray,
    event: BoolArray,
    probability: FloatArray,
    reference: FloatArray,
    horizon_years: float,
    *,
    competing: BoolArray | None = None,
) -> BrierScore:
    """Return the mean squared error of predicted probabilities, weighted for censoring.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    probability, reference
        Shape (n,): of the event until the horizon, by the model and without one.
    horizon_years
        The horizon; an event on that day counts.
    competing
        bool, shape (n,): another event made this one impossible, so that it is known not to have happened.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529; with competing events Gerds TA, Schumacher M. Biom J 2006;48:1029.
    """
    horizon = horizon_years * DAYS_A_YEAR
    ended = event if competing is None else event | competing
    died = event & (time_days <= horizon)
    known = ended & (time_days <= horizon)
    alive = time_days > horizon
    before = censoring_survival(time_days, ended)
    later = censoring_survival(time_days, ended, np.array([np.nextafter(horizon, np.inf)]))[0]
    weight = np.where(known, 1 / np.maximum(before, 1e-12), np.where(alive, 1 / max(float(later), 1e-12), 0.0))
    happened = died.astype(np.float64)
    own, usual = weight * (happened - probability) ** 2, weight * (happened - reference) ** 2
    score, without = float(own.mean()), float(usual.mean())
    root = np.sqrt(len(own))
    moved = (own - score / without * usual) / without if without > 0 else np.full(len(own), np.nan)
    return BrierScore(horizon_years, score, without, float(own.std(ddof=1) / root), float(moved.std(ddof=1) / root))
