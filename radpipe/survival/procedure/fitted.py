"""A model after training: what it holds, and what fits to several draws of the same patients' gaps say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from radpipe.survival.design.preprocess import Preprocessor
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.training import Training
from radpipe.survival.statistics.cox import CoxFit, baseline_hazard
from radpipe.survival.statistics.rubin import Pooled, pooled
from radpipe.survival.statistics.spline import restricted_cubic_spline

__all__ = ["Draws", "FittedModel", "pooled_model"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What fits to several draws of the same patients' gaps say beside their mean.

    Parameters
    ----------
    log_likelihoods
        Shape (m,): partial, of each draw's own fit.
    rules
        Coefficients by Rubin's rules; None where a term was learnt or penalised.
    """

    log_likelihoods: FloatArray
    rules: Pooled | None


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """A recipe after training.

    Parameters
    ----------
    terms
        Places of the terms in the model, forced ones first, then their curves, then features.
    curves
        Of each term: the knots of the curve that it is, or None for the term itself.
    chosen
        Places of features that a choosing way took; empty where all features are in.
    learnt
        How many of the terms, the last ones, come from features.
    coefficients, ridge
        Shape (terms,): log hazard ratios per standard deviation, and the penalty of each.
    mended
        Whether plain Cox had no estimate (separation, collinear terms), so that a ridge was put on every term.
    way, setting
        What the inner folds chose; None where there was nothing to choose.
    preprocessor
        Of all terms of the study.
    event_days, hazard_steps
        Shape (events,): times, rising, and the steps of the cumulative hazard of a patient whose terms are all 0.
    plain
        The Cox fit where no term is penalised or chosen, for standard errors; None otherwise. Of drawn gaps the pooled
        one.
    log_likelihood
        Partial, of the training patients.
    draws
        What the fits to each draw of the gaps say together; None where no gap was drawn.
    """

    terms: tuple[int, ...]
    curves: tuple[FloatArray | None, ...]
    chosen: tuple[int, ...]
    learnt: int
    coefficients: FloatArray
    ridge: FloatArray
    mended: bool
    way: Way | None
    setting: int | None
    preprocessor: Preprocessor
    event_days: FloatArray
    hazard_steps: FloatArray
    plain: CoxFit | None
    log_likelihood: float
    draws: Draws | None = None

    def design(self, values: FloatArray, rows: IntArray | None = None) -> FloatArray:
        """Return the model's standardised terms, shape (m, terms), of encoded patients of shape (m, all terms)."""
        found = self.preprocessor.apply(values, rows, self.terms)
        for place, knots in enumerate(self.curves):
            if knots is not None:
                found[:, place] = restricted_cubic_spline(found[:, place], knots)
        return found

    def risk(self, values: FloatArray, rows: IntArray | None = None) -> FloatArray:
        """Return the log hazard ratio against the training mean, shape (m,)."""
        return np.asarray(self.design(values, rows) @ self.coefficients)

    def hazard(self, horizon_days: float) -> float:
        """Return the cumulative hazard until a horizon of a patient whose terms are all 0; that day counts."""
        return float(self.hazard_steps[self.event_days <= horizon_days].sum())

    def probability(self, risk: FloatArray, horizon_days: float) -> FloatArray:
        """Return the probability of the event until a horizon, shape (m,), of log hazard ratios of shape (m,)."""
        return np.asarray(-np.expm1(-self.hazard(horizon_days) * np.exp(np.clip(risk, -50, 50))))


def pooled_model(training: Training, fits: Sequence[FittedModel]) -> FittedModel:
    """Return one model of fits to draws of the same patients' gaps; a single fit as it is.

    Parameters
    ----------
    training
        The patients, gaps filled without an outcome.
    fits
        One a draw, by the same preprocessing.

    Returns
    -------
    FittedModel
        Coefficients are means over the draws, of a feature that a draw did not choose 0. A patient's risk is the same
        whether the risks of draws are averaged or his terms over the draws are. Hazards, and the likelihood, are those
        of the pooled coefficients in patients whose gaps are filled.

    References
    ----------
    Wood AM, Royston P, White IR. Biom J 2015;57:614 (predicting from several imputations).
    """
    if len(fits) == 1:
        return fits[0]
    first = fits[0]
    forced = first.terms[: len(first.terms) - first.learnt]
    learnt = tuple(dict.fromkeys(place for fit in fits for place in fit.terms[len(forced) :]))
    coefficients = np.mean([_spread(fit.coefficients, fit, learnt) for fit in fits], axis=0)
    ridge = np.max([_spread(fit.ridge, fit, learnt) for fit in fits], axis=0)
    plain = [fit.plain for fit in fits if fit.plain is not None]
    rules = None
    if len(plain) == len(fits) and len(forced):
        covariances = np.array([np.linalg.inv(fit.information) for fit in plain])
        rules = pooled(
            np.array([fit.coefficients for fit in plain]), covariances, len(training.sets.died) - len(forced)
        )
    shown = replace(first, terms=(*forced, *learnt), curves=(*first.curves[: len(forced)], *([None] * len(learnt))),
                    coefficients=coefficients)  # fmt: skip
    days, steps, value = baseline_hazard(training.sets, shown.risk(training.values, training.person))
    together = None
    if rules is not None:
        together = CoxFit(
            coefficients,
            value,
            np.asarray(np.linalg.inv(rules.covariance), dtype=np.float64),
            np.zeros(len(forced)),
            days,
            steps,
            True,
        )
    chosen = tuple(place for place in learnt if any(place in fit.chosen for fit in fits))
    return replace(
        shown,
        chosen=chosen,
        learnt=len(learnt),
        ridge=ridge,
        mended=any(fit.mended for fit in fits),
        way=Counter(fit.way for fit in fits).most_common(1)[0][0],
        event_days=days,
        hazard_steps=steps,
        plain=together,
        log_likelihood=value,
        draws=Draws(np.array([fit.log_likelihood for fit in fits]), rules),
    )


def _spread(values: FloatArray, fit: FittedModel, learnt: tuple[int, ...]) -> FloatArray:
    """Return values of a fit's terms in the order of all draws' terms; 0 for a feature that it does not hold."""
    size = len(fit.terms) - fit.learnt
    own = dict(zip(fit.terms[size:], values[size:], strict=True))
    return np.concatenate([values[:size], np.array([own.get(place, 0.0) for place in learnt])])
