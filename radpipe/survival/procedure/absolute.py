"""Absolute risks of a fitted model: the probability of the event until a horizon, other events competing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.learners import fit_safely
from radpipe.survival.procedure.recipes import FittedModel
from radpipe.survival.procedure.training import Training
from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["AbsoluteRisk", "expected_share", "incidence"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class AbsoluteRisk:
    """A model with what its training patients tell of the event that competes.

    Parameters
    ----------
    fit
        Of the event.
    other
        Coefficients of the competing event on the model's terms that no feature was made of, shape (forced,).
    other_days, other_steps
        Times of competing events, rising, and steps of their cumulative hazard at mean terms; empty without any.
    """

    fit: FittedModel
    other: FloatArray
    other_days: FloatArray
    other_steps: FloatArray

    @classmethod
    def of(cls, fit: FittedModel, training: Training) -> "AbsoluteRisk":
        """Take up the competing event of training patients.

        Parameters
        ----------
        fit
            Made from them.
        training
            The patients.
        """
        nothing = np.zeros(0)
        if training.competing is None or not training.competing.any():
            return cls(fit, nothing, nothing, nothing)
        forced = fit.design(training.values, training.person)[:, : len(fit.terms) - fit.learnt]
        other, _ = fit_safely(RiskSets.of(training.time_days, training.competing), forced, np.zeros(forced.shape[1]))
        return cls(fit, other.coefficients, other.event_days, other.hazard_steps)

    def probability(self, values: FloatArray, rows: IntArray, horizon_days: float) -> FloatArray:
        """Return the probability of the event until a horizon, shape (m,); 0 to 1.

        Parameters
        ----------
        values
            Shape (m, all terms): encoded patients.
        rows
            int64, shape (m,): their places in the cohort.
        horizon_days
            That day counts.

        References
        ----------
        Without competing events one minus survival of Breslow's estimate; with them the cumulative incidence of two
        cause-specific hazards (Putter H, Fiocco M, Geskus RB. Stat Med 2007;26:2389).
        """
        design = self.fit.design(values, rows)
        risk = design @ self.fit.coefficients
        if not len(self.other_days):
            return self.fit.probability(risk, horizon_days)
        return incidence(
            (risk, design[:, : len(self.other)] @ self.other),
            (self.fit.event_days, self.fit.hazard_steps),
            (self.other_days, self.other_steps),
            horizon_days,
        )


def incidence(
    risks: tuple[FloatArray, FloatArray], own: tuple[FloatArray, FloatArray], other: tuple[FloatArray, FloatArray],
    horizon_days: float,
) -> FloatArray:  # fmt: skip
    """Return the cumulative incidence of an event where another one competes, shape (m,).

    Parameters
    ----------
    risks
        Log hazard ratios of the event, and of the other one, shape (m,) each.
    own, other
        Times, rising, and steps of the cumulative hazard of a patient of log hazard ratio 0, of either event.
    horizon_days
        That day counts.
    """
    ratio, beside = (np.exp(np.clip(risk, -50, 50)) for risk in risks)
    mine = own[0] <= horizon_days
    days, steps = own[0][mine], own[1][mine]
    before = np.concatenate([[0.0], np.cumsum(steps)[:-1]]) if len(steps) else steps
    theirs = np.concatenate([[0.0], np.cumsum(other[1])])[np.searchsorted(other[0], days, side="left")]
    alive = np.exp(-np.outer(ratio, before) - np.outer(beside, theirs))
    return np.asarray((alive * -np.expm1(-np.outer(ratio, steps))).sum(axis=1))


def expected_share(training: Training, horizon_days: float) -> float:
    """Return the share of patients with the event until a horizon, without any model."""
    if training.competing is None or not training.competing.any():
        return float(1 - KaplanMeier.of(training.time_days, training.event).at(horizon_days))
    cause = training.event.astype(np.int64) + 2 * training.competing.astype(np.int64)
    when, share, _, _ = cumulative_incidence(training.time_days, cause, 1)
    return float(share[np.searchsorted(when, horizon_days, side="right") - 1])
