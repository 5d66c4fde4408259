"""Whether predicted risks are as high as what happened: slope, curves by Kaplan-Meier, Brier score."""

import numpy as np
import numpy.typing as npt

from radpipe.survival.concordance import censoring_survival
from radpipe.survival.cox import RiskSets, fit_cox
from radpipe.survival.results import BrierScore, CalibrationCurve, Interval

__all__ = ["brier_score", "calibration_curve", "calibration_slope", "event_probability"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

DAYS_A_YEAR = 365.25
NORMAL_95 = 1.959963984540054

SMALLEST_GROUP = 15
"""Patients in a group of a calibration curve, at least."""

MOST_GROUPS = 5


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


def event_probability(time_days: FloatArray, event: BoolArray, horizon_days: float) -> tuple[float, float, float]:
    """Return 1 - Kaplan-Meier at a horizon, with its 95 % interval on the complementary log-log scale (Greenwood)."""
    when = np.unique(time_days[event & (time_days <= horizon_days)])
    if not len(when):
        return 0.0, 0.0, 0.0
    at_risk = (time_days[None, :] >= when[:, None]).sum(axis=1).astype(np.float64)
    died = ((time_days[None, :] == when[:, None]) & event[None, :]).sum(axis=1).astype(np.float64)
    survival = float(np.prod(1 - died / at_risk))
    if not 0 < survival < 1:
        return 1 - survival, 1 - survival, 1 - survival
    greenwood = float((died / (at_risk * (at_risk - died))).sum())
    centre, width = np.log(-np.log(survival)), NORMAL_95 * np.sqrt(greenwood) / abs(np.log(survival))
    return 1 - survival, float(1 - np.exp(-np.exp(centre - width))), float(1 - np.exp(-np.exp(centre + width)))


def calibration_curve(
    time_days: FloatArray, event: BoolArray, probability: FloatArray, horizon_years: float
) -> CalibrationCurve:
    """Compare predicted with observed risk in groups of patients of rising prediction.

    Parameters
    ----------
    time_days, event, probability
        Shape (n,): probability of the event until the horizon.
    horizon_years
        The horizon.
    """
    groups = int(np.clip(len(time_days) // SMALLEST_GROUP, 1, MOST_GROUPS))
    members = np.array_split(np.argsort(probability, kind="stable"), groups)
    observed = np.array([event_probability(time_days[one], event[one], horizon_years * DAYS_A_YEAR) for one in members])
    return CalibrationCurve(
        horizon_years,
        np.array([len(one) for one in members], dtype=np.int64),
        np.array([probability[one].mean() for one in members]),
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
) -> BrierScore:
    """Return the mean squared error of predicted probabilities, weighted for censoring.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    probability, reference
        Shape (n,): of the event until the horizon, by the model and without one.
    horizon_years
        The horizon.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529.
    """
    horizon = horizon_years * DAYS_A_YEAR
    died = event & (time_days <= horizon)
    alive = time_days > horizon
    before = censoring_survival(time_days, event)
    later = censoring_survival(time_days, event, np.array([np.nextafter(horizon, np.inf)]))[0]
    weight = np.where(died, 1 / np.maximum(before, 1e-12), np.where(alive, 1 / max(float(later), 1e-12), 0.0))
    happened = died.astype(np.float64)
    return BrierScore(
        horizon_years,
        float(np.mean(weight * (happened - probability) ** 2)),
        float(np.mean(weight * (happened - reference) ** 2)),
    )
