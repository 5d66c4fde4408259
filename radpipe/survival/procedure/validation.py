"""How well recipes predict patients they have not seen: repeated nested cross-validation and the optimism bootstrap.

A recipe sees training patients only: imputation, scaling, harmonising, choosing and tuning are part of it and are done
anew for every fold and every bootstrap sample.
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
from radpipe.survival.statistics.concordance import PairTable
from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.cox import partial_log_likelihood

__all__ = ["CrossValidation", "cross_validate", "final_fit", "permuted_c", "run"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Result = TypeVar("Result")

DEALINGS = 10
"""How often a final fit deals its inner folds; a fold's model deals them once, as there are many."""

MANY = 1000
"""So many patients deal them once: their penalty hardly hangs on it."""


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
    """Fit a recipe to all patients; inner folds are dealt several times, so that the model hangs less on the seed."""
    dealings = DEALINGS if len(study) < MANY else 1
    return fit_recipe(recipe, study.everybody(), np.random.default_rng(seed), dealings)
