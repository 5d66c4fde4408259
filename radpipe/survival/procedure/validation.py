"""How well recipes predict patients they have not seen: repeated nested cross-validation and the optimism bootstrap.

A recipe sees training patients only: imputation, scaling, harmonising, choosing and tuning are part of it and are done
anew for every fold and every bootstrap sample. Concordance is counted between patients of one held-out fold: across
folds, a fold with more events leaves fewer to its training patients, and a model of nothing would seem to be worse than
chance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.absolute import AbsoluteRisk, expected_share
from radpipe.survival.procedure.folds import stratified_folds
from radpipe.survival.procedure.recipes import FittedModel, Recipe, fit_recipe
from radpipe.survival.procedure.training import Study
from radpipe.survival.statistics.concordance import PairTable, influence, uno_pairs
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.cox import partial_log_likelihood
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.resampling import resampled_error

__all__ = [
    "Concordances", "CrossValidation", "concordances", "cross_validate", "final_fit", "permuted_c", "run",
]  # fmt: skip

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Result = TypeVar("Result")

CHANCE = 0.5


def run(
    jobs: int,
    work: Callable[..., Result],
    arguments: Sequence[tuple[object, ...]],
    done: Callable[[], None] | None = None,
) -> list[Result]:
    """Call a function with each of many arguments, in so many processes; results come in their order.

    Parameters
    ----------
    jobs
        Processes.
    work, arguments
        What is called, with what.
    done
        Called after each.
    """
    results: list[Result] = []
    for result in _results(jobs, work, arguments):
        results.append(result)
        if done is not None:
            done()
    return results


def _results(
    jobs: int, work: Callable[..., Result], arguments: Sequence[tuple[object, ...]]
) -> Iterable[Result]:  # fmt: skip
    """Give the results as they are made."""
    if jobs == 1 or len(arguments) < 2:
        return (work(*argument) for argument in arguments)
    from joblib import Parallel, delayed

    made: Iterable[Result] = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(work)(*argument) for argument in arguments
    )
    return made


@dataclass(frozen=True, slots=True, eq=False)
class _Repeat:
    """One cross-validation: folds from 0, out-of-fold risk, probabilities, the reference, gains, fits' choices."""

    folds: IntArray
    risk: FloatArray
    probability: FloatArray
    reference: FloatArray
    gained: FloatArray
    chosen: tuple[tuple[tuple[int, ...], ...], ...]
    ways: tuple[tuple[str, ...], ...]
    usable: BoolArray
    viewed: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidation:
    """Repeated cross-validation of several recipes on the same folds.

    Parameters
    ----------
    recipes
        In the order of the arrays.
    horizons_years
        Of the probabilities.
    folds
        int64, shape (repeats, n): held-out fold of each patient, from 0.
    risk
        float64, shape (repeats, recipes, n): out-of-fold log hazard ratio against the training mean.
    probability
        float64, shape (repeats, recipes, horizons, n): out-of-fold probability of the event.
    reference
        float64, shape (repeats, horizons, n): the share of training patients with the event until then.
    gained
        float64, shape (repeats, recipes): cross-validated log partial likelihood above that of no model.
    chosen
        By repeat, fold and recipe: places of the features that were chosen.
    ways
        By repeat, fold and recipe: the way that inner folds chose; empty where there was nothing to choose.
    usable
        bool, shape (repeats, folds, terms): what preprocessing let through.
    viewed
        float64, shape (repeats, recipes, views, n): out-of-fold risk of the study's other views of the patients, by the
        same models; NaN where a view failed.
    """

    recipes: tuple[Recipe, ...]
    horizons_years: tuple[float, ...]
    folds: IntArray
    risk: FloatArray
    probability: FloatArray
    reference: FloatArray
    gained: FloatArray
    chosen: tuple[tuple[tuple[tuple[int, ...], ...], ...], ...]
    ways: tuple[tuple[tuple[str, ...], ...], ...]
    usable: BoolArray
    viewed: FloatArray

    def shares(self, recipe: int, names: Sequence[str]) -> Mapping[str, float]:
        """Return in what share of all folds each feature was chosen, most often first."""
        counts: dict[str, int] = {}
        fits = [fold[recipe] for repeat in self.chosen for fold in repeat]
        for fit in fits:
            for place in fit:
                counts[names[place]] = counts.get(names[place], 0) + 1
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {name: count / len(fits) for name, count in ordered}


def cross_validate(
    study: Study,
    recipes: Sequence[Recipe],
    *,
    repeats: int,
    folds: int,
    horizons_years: tuple[float, ...],
    seeds: Sequence[np.random.SeedSequence],
    jobs: int,
    done: Callable[[], None] | None = None,
) -> CrossValidation:
    """Validate recipes on the same folds.

    Parameters
    ----------
    study
        All patients.
    recipes
        What is compared.
    repeats, folds
        How often patients are dealt into folds, and into how many.
    horizons_years
        For predicted probabilities.
    seeds
        One a repeat.
    jobs
        Processes; results do not depend on their number.
    done
        Called after each repeat.
    """
    arguments = [(study, tuple(recipes), folds, horizons_years, seed) for seed in seeds[:repeats]]
    dealings = run(jobs, _one_repeat, arguments, done)
    return CrossValidation(
        tuple(recipes),
        horizons_years,
        np.array([repeat.folds for repeat in dealings]),
        np.array([repeat.risk for repeat in dealings]),
        np.array([repeat.probability for repeat in dealings]),
        np.array([repeat.reference for repeat in dealings]),
        np.array([repeat.gained for repeat in dealings]),
        tuple(repeat.chosen for repeat in dealings),
        tuple(repeat.ways for repeat in dealings),
        np.array([repeat.usable for repeat in dealings]),
        np.array([repeat.viewed for repeat in dealings]),
    )


def _one_repeat(
    study: Study,
    recipes: tuple[Recipe, ...],
    folds: int,
    horizons_years: tuple[float, ...],
    seed: np.random.SeedSequence,
) -> _Repeat:
    rng = np.random.default_rng(seed)
    n = len(study)
    dealt = stratified_folds(study.event, np.arange(n), folds, rng, study.steps.strata)
    everybody = study.training(np.arange(n)).sets
    nothing = partial_log_likelihood(everybody, np.zeros(n))
    risk = np.empty((len(recipes), n))
    probability = np.empty((len(recipes), len(horizons_years), n))
    reference = np.empty((len(horizons_years), n))
    gained = np.zeros(len(recipes))
    views = np.empty((0, n, 0)) if study.views is None else study.views
    viewed = np.full((len(recipes), len(views), n), np.nan)
    chosen, ways, usable = [], [], []
    for fold in range(folds):
        inside, held = np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)
        training = study.training(inside)
        without = partial_log_likelihood(training.sets, np.zeros(len(training.event)))
        fits = [fit_recipe(recipe, training, rng) for recipe in recipes]
        for number, fit in enumerate(fits):
            everyone = fit.risk(study.encoded.values, np.arange(n))
            risk[number, held] = everyone[held]
            gained[number] += partial_log_likelihood(everybody, everyone) - nothing - (fit.log_likelihood - without)
            for place, view in enumerate(views):
                measured = held[~np.isnan(view[held]).all(axis=1)]
                viewed[number, place, measured] = fit.risk(view[measured], measured)
            absolute = AbsoluteRisk.of(fit, training)
            for place, years in enumerate(horizons_years):
                probability[number, place, held] = absolute.probability(
                    study.encoded.values[held], held, years * DAYS_A_YEAR
                )
        for place, years in enumerate(horizons_years):
            reference[place, held] = expected_share(training, years * DAYS_A_YEAR)
        chosen.append(tuple(fit.chosen for fit in fits))
        ways.append(tuple("" if fit.way is None else str(fit.way) for fit in fits))
        usable.append(training.preprocessor.usable)
    return _Repeat(
        dealt, risk, probability, reference, gained, tuple(chosen), tuple(ways), np.array(usable), viewed
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Concordances:
    """C of each recipe, by repeat and by fold.

    Parameters
    ----------
    by_repeat
        float64, shape (repeats, recipes): of all pairs of patients in one held-out fold.
    by_fold
        float64, shape (repeats, folds, recipes); NaN for a fold without pairs.
    influence
        float64, shape (n, recipes): how much each patient moves the mean of ``by_repeat``.
    held_share
        Held-out patients divided by training patients.
    """

    by_repeat: FloatArray
    by_fold: FloatArray
    influence: FloatArray
    held_share: float

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
            The difference in C of the final fits on their own patients. Final fits learn from more patients than those
            of the folds: what that gains is a share of what the apparent difference is too large. None gains nothing.

        Notes
        -----
        The error is that of :meth:`interval`. With learning that loses a / n, the apparent C is too high by a / n, that
        of K folds too low by a K / ((K - 1) n), the final fit's by a / n: final less folds is (apparent less folds) /
        (2 K - 1). Where a penalty is chosen as well, more patients help by more than that: with a loss of a / n^2 it is
        (2 K - 1) / (2 K^2 - 2 K + 1) of it, 9 / 41 for five folds instead of 1 / 9. The lower end lies about the
        difference with the first gain, the upper end about that with the second, the gain's own size among its errors.
        docs/survival_simulation.md measures the coverage.
        """
        value = _mean(self.by_repeat[:, a] - self.by_repeat[:, b])
        error = self._error(self.influence[:, a] - self.influence[:, b], self.by_fold[:, :, a] - self.by_fold[:, :, b])
        folds = 1 / self.held_share + 1
        lost = 0.0 if apparent is None else max(apparent - value, 0.0)
        least, most = lost / (2 * folds - 1), lost * (2 * folds - 1) / (2 * folds**2 - 2 * folds + 1)
        return Interval(value, min(value + least - NORMAL_95 * error, value),
                        value + most + NORMAL_95 * float(np.hypot(error, least)))  # fmt: skip

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
    repeats, recipes = validated.risk.shape[:2]
    folds = int(validated.folds.max()) + 1
    by_repeat = np.empty((repeats, recipes))
    by_fold = np.full((repeats, folds, recipes), np.nan)
    moved = np.zeros((len(study), recipes))
    for repeat, dealt in enumerate(validated.folds):
        pairs = pairs_of(time_days, study.event, group=dealt)
        scores = pairs.scores(validated.risk[repeat].T)
        home = dealt[pairs.first]
        total = np.bincount(home, pairs.weight, minlength=folds)
        for number in range(recipes):
            right = np.bincount(home, pairs.weight * scores[:, number], minlength=folds)
            with np.errstate(invalid="ignore", divide="ignore"):
                by_fold[repeat, :, number] = right / total
                by_repeat[repeat, number] = right.sum() / total.sum()
        moved += influence(pairs, scores) / repeats
    return Concordances(by_repeat, by_fold, moved, 1 / (folds - 1))


def permuted_c(
    study: Study,
    recipes: Sequence[Recipe],
    *,
    folds: int,
    seeds: Sequence[np.random.SeedSequence],
    jobs: int,
    done: Callable[[], None] | None = None,
) -> FloatArray:
    """Return out-of-fold C of recipes on outcomes dealt to patients at random, shape (seeds, recipes).

    Parameters
    ----------
    study
        All patients; their outcomes are dealt anew.
    recipes
        What is tested. One that makes no model of noise has a C of 0.5 whatever leaks: take one that always fits.
    folds
        Of the cross-validation.
    seeds
        One a permutation.
    jobs
        Processes.
    done
        Called after each permutation.
    """
    arguments = [(study, tuple(recipes), folds, seed) for seed in seeds]
    return np.array(run(jobs, _one_permutation, arguments, done), dtype=np.float64).reshape(len(seeds), len(recipes))


def _one_permutation(
    study: Study, recipes: tuple[Recipe, ...], folds: int, seed: np.random.SeedSequence
) -> list[float]:
    dealing, validating = seed.spawn(2)
    order = np.random.default_rng(dealing).permutation(len(study))
    competing = None if study.competing is None else study.competing[order]
    mixed = replace(
        study, time_days=study.time_days[order], event=study.event[order], competing=competing, views=None
    )  # fmt: skip
    repeat = _one_repeat(mixed, recipes, folds, (), validating)
    pairs = PairTable.of(mixed.time_days, mixed.event, group=repeat.folds)
    return [pairs.c(risk) for risk in repeat.risk]


def final_fit(study: Study, recipe: Recipe, seed: np.random.SeedSequence) -> FittedModel:
    """Fit a recipe to all patients."""
    return fit_recipe(recipe, study.everybody(), np.random.default_rng(seed))
