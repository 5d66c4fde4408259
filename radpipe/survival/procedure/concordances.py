"""C of recipes on patients not seen, counted within held-out folds, with intervals of a C and of a difference.

Concordance is counted between patients of one held-out fold: across folds, a fold with more events leaves fewer to its
training patients, and a model of nothing would seem to be worse than chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.concordance import PairTable, auc_pairs, influence, uno_pairs
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.resampling import resampled_error

__all__ = ["Concordances", "areas_under_curve", "concordances"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

CHANCE = 0.5

SPREAD = 1.15
"""Variance of a difference between final fits, in variances of the patients' influence on that of the folds' models."""

LEAST_ERROR = 0.002
"""Least error of such a difference: models that hardly differ on these patients may differ by so much on others."""


@dataclass(frozen=True, slots=True, eq=False)
class Concordances:
    """C of each recipe, by repeat and by fold.

    Parameters
    ----------
    by_repeat
        float64, shape (repeats, recipes): of all pairs of patients in one held-out fold.
    by_fold
        float64, shape (repeats, folds, recipes); NaN for a fold without pairs.
    influence_by_repeat
        float64, shape (repeats, n, recipes): how much each patient moves each row of ``by_repeat``.
    held_share
        Held-out patients divided by training patients.
    """

    by_repeat: FloatArray
    by_fold: FloatArray
    influence_by_repeat: FloatArray
    held_share: float

    @property
    def influence(self) -> FloatArray:
        """How much each patient moves the mean of ``by_repeat``, shape (n, recipes)."""
        return np.asarray(self.influence_by_repeat.mean(axis=0))

    def without(self, repeat: int) -> "Concordances":
        """Return the same of all repeats but one."""
        kept = np.arange(len(self.by_repeat)) != repeat
        return Concordances(self.by_repeat[kept], self.by_fold[kept], self.influence_by_repeat[kept], self.held_share)

    def interval(self, recipe: int) -> Interval:
        """Return the mean over repeats and its 95 % interval, within 0 and 1.

        Its error is the root mean square of two: that of each patient's influence, for which models are given, and the
        corrected resampled one, which sees models change. A model of nothing has a C below chance in held-out folds,
        because they are the complement of its patients, while no new patients are ordered the wrong way round: below
        chance the upper end counts from 0.5. docs/survival_simulation.md measures the coverage.
        """
        value = _mean(self.by_repeat[:, recipe])
        width = NORMAL_95 * self._error(self.influence[:, recipe], self.by_fold[:, :, recipe])
        if not width:
            return Interval(value, float("nan"), float("nan"))
        return Interval(value, max(value - width, 0.0), min(max(value, CHANCE) + width, 1.0))

    def difference(self, a: int, b: int, apparent: float | None = None) -> Interval:
        """Return the difference between two recipes, a minus b, with its 95 % interval from the same folds.

        Parameters
        ----------
        a, b
            Places of the recipes.
        apparent
            The difference in C of the final fits on their own patients, from which follows what they gain by learning
            from all patients. None where no final fits are meant: the interval is then that of the folds' models.

        Notes
        -----
        Final fits learn from more patients than those of K folds. If learning from n patients loses a / n^2 (a / n, and
        more, as penalties are chosen as well), the apparent C is too high by as much and that of the folds too low by
        a (K / (K - 1))^2 / n^2: final less folds is (2 K - 1) / (2 K^2 - 2 K + 1) of apparent less folds, 9 / 41 for
        five folds. The interval lies about the difference plus this gain; its error is that of each patient's
        influence, a little larger (``SPREAD``) and never below ``LEAST_ERROR``, both numbers from simulated cohorts. A
        C below chance is partly chance, partly that folds are the complement of what a model learnt from: it counts
        half as far below chance, but the interval holds the difference as it is.
        docs/survival_simulation.md measures the coverage.
        """
        value = _mean(self.by_repeat[:, a] - self.by_repeat[:, b])
        influence = self.influence[:, a] - self.influence[:, b]
        if apparent is None:
            width = NORMAL_95 * self._error(influence, self.by_fold[:, :, a] - self.by_fold[:, :, b])
            return Interval(value, value - width, value + width)
        folds = 1 / self.held_share + 1
        gain = max(apparent - value, 0.0) * (2 * folds - 1) / (2 * folds**2 - 2 * folds + 1)
        means = [_mean(self.by_repeat[:, recipe]) for recipe in (a, b)]
        counted = [(mean + max(mean, CHANCE)) / 2 for mean in means]
        middle = counted[0] - counted[1] + gain
        width = NORMAL_95 * float(np.sqrt(SPREAD * (influence**2).sum() + LEAST_ERROR**2))
        return Interval(value, min(middle - width, value), max(middle + width, value))

    def _error(self, influence: FloatArray, by_fold: FloatArray) -> float:
        """Return the root mean square of the influence's error and the corrected resampled one, where there is one."""
        own = float(np.sqrt((influence**2).sum()))
        folds = resampled_error(by_fold.ravel(), self.held_share)
        return float(np.sqrt((own**2 + folds**2) / 2)) if np.isfinite(folds) else own


def _mean(values: FloatArray) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def concordances(study: Study, validated: CrossValidation, *, kind: str = "harrell") -> Concordances:
    """Count concordance within held-out folds.

    Parameters
    ----------
    study, validated
        Patients, and their out-of-fold risks.
    kind
        ``harrell``; ``uno`` with weights against censoring; ``wolbers``, in which a patient with the competing event
        outlives everyone (Wolbers M et al. Epidemiology 2009;20:555).
    """
    time_days = study.time_days
    if kind == "wolbers" and study.competing is not None:
        time_days = np.where(study.competing, time_days.max() + 1.0, time_days)
    pairs_of = uno_pairs if kind == "uno" else PairTable.of
    return _counted(study, validated, validated.risk, lambda dealt: pairs_of(time_days, study.event, group=dealt))


def areas_under_curve(study: Study, validated: CrossValidation) -> dict[float, Concordances]:
    """Count within held-out folds how well probabilities tell those with the event until a horizon from those without.

    Parameters
    ----------
    study, validated
        Patients, and their out-of-fold probabilities.

    Returns
    -------
    dict
        Horizon in years -> the areas under the ROC curves at that time, as shares of pairs (see
        :func:`radpipe.survival.statistics.concordance.auc_pairs`).
    """
    return {
        years: _counted(study, validated, validated.probability[:, :, place], partial(_auc_pairs, study, years))
        for place, years in enumerate(validated.horizons_years)
    }


def _auc_pairs(study: Study, years: float, dealt: IntArray) -> PairTable:
    return auc_pairs(study.time_days, study.event, years * DAYS_A_YEAR, competing=study.competing, group=dealt)


def _counted(
    study: Study, validated: CrossValidation, risks: FloatArray, pairs_of: Callable[[IntArray], PairTable]
) -> Concordances:
    """Count the pairs that are in the order of the risks, shape (repeats, recipes, n), by repeat and fold."""
    repeats, recipes = risks.shape[:2]
    folds = int(validated.folds.max()) + 1
    by_repeat = np.full((repeats, recipes), np.nan)
    by_fold = np.full((repeats, folds, recipes), np.nan)
    moved = np.zeros((repeats, len(study), recipes))
    for repeat, dealt in enumerate(validated.folds):
        pairs = pairs_of(dealt)
        if not pairs.weight.sum():
            continue
        scores = pairs.scores(risks[repeat].T)
        home = dealt[pairs.first]
        total = np.bincount(home, pairs.weight, minlength=folds)
        for number in range(recipes):
            right = np.bincount(home, pairs.weight * scores[:, number], minlength=folds)
            with np.errstate(invalid="ignore", divide="ignore"):
                by_fold[repeat, :, number] = right / total
                by_repeat[repeat, number] = right.sum() / total.sum()
        moved[repeat] = influence(pairs, scores)
    return Concordances(by_repeat, by_fold, moved, 1 / (folds - 1))
