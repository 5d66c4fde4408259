"""Calibration without groups: a smooth curve of observed over predicted risk, and how far it lies from the diagonal."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.spline import knots_of, restricted_cubic_spline

__all__ = ["GRID", "SmoothCalibration", "smooth_calibration"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

GRID = 25
"""Points of the drawn curve."""

EDGE = 1e-4
"""Probabilities are taken to lie this far from 0 and 1, so that their logarithms are finite."""


@dataclass(frozen=True, slots=True, eq=False)
class SmoothCalibration:
    """A smooth calibration curve at one horizon.

    Parameters
    ----------
    horizon_years
        The event is counted until then.
    predicted, observed
        Shape (points,): predicted risk, rising, between its 2 and 98 % quantiles, and what was observed there.
    ici, e50, e90
        Mean, median and 90 % quantile of the absolute difference between observed and predicted risk, over patients; 0
        is ideal.
    """

    horizon_years: float
    predicted: FloatArray
    observed: FloatArray
    ici: float
    e50: float
    e90: float


def smooth_calibration(
    time_days: FloatArray, event: BoolArray, probability: FloatArray, horizon_years: float,
    at: FloatArray | None = None,
) -> SmoothCalibration | None:  # fmt: skip
    """Draw a curve of observed over predicted risk; None where predictions hardly differ or nothing can be fitted.

    A Cox model of the complementary log-log of the predicted risk, as a restricted cubic spline with three knots, tells
    what was observed at each prediction.

    Parameters
    ----------
    time_days, event
        Shape (n,); nothing competes.
    probability
        Shape (n,): predicted, of the event until the horizon.
    horizon_years
        The horizon.
    at
        Shape (points,): predicted risks at which the curve is told; None takes 25 between the 2 and 98 % quantiles.

    References
    ----------
    Austin PC, Harrell FE, van Klaveren D. Stat Med 2020;39:2714.
    """
    risk = np.clip(probability, EDGE, 1 - EDGE)
    x = _cloglog(risk)
    knots = knots_of(x)
    if not event.any() or not knots[0] < knots[1] < knots[2]:
        return None
    centre, scale = float(x.mean()), float(x.std())

    def columns(values: FloatArray) -> FloatArray:
        return np.column_stack([(values - centre) / scale, restricted_cubic_spline(values, knots) / scale])

    fit = fit_cox(RiskSets.of(time_days, event), columns(x))
    if not fit.settled:
        return None
    horizon = horizon_years * DAYS_A_YEAR
    low, high = float(np.quantile(risk, 0.02)), float(np.quantile(risk, 0.98))
    grid = np.linspace(low, high, GRID) if at is None else at
    observed = fit.probability(fit.risk(columns(_cloglog(np.clip(grid, EDGE, 1 - EDGE)))), horizon)
    off = np.abs(fit.probability(fit.risk(columns(x)), horizon) - risk)
    return SmoothCalibration(
        horizon_years, grid, observed, float(off.mean()), float(np.median(off)), float(np.quantile(off, 0.9))
    )


def _cloglog(risk: FloatArray) -> FloatArray:
    return np.asarray(np.log(-np.log1p(-risk)))
