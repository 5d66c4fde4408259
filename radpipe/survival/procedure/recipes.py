"""Recipes of models: what goes in, what is made of it and how; a recipe sees training patients only."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.procedure.fitted import FittedModel, pooled_model
from radpipe.survival.procedure.folds import stratified_folds
from radpipe.survival.procedure.learners import LEARNERS, SAFE_SHARE, Learner, Way, fit_safely
from radpipe.survival.procedure.training import Block, Training
from radpipe.survival.statistics.cox import RiskSets, baseline_hazard, fit_cox
from radpipe.survival.statistics.ridge import many_log_likelihoods
from radpipe.survival.statistics.spline import knots_of, restricted_cubic_spline

__all__ = ["FittedModel", "Recipe", "fit_each_way", "fit_recipe"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

EXACT_COLUMNS = 400
"""Up to so many columns the chosen ridge is fitted by Newton's method to the last digit."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is made from training patients.

    Parameters
    ----------
    name, description
        For readers.
    forced
        Places of terms that are always in, without penalty.
    candidates
        Places of features that something is made of.
    ways
        How; of several the best is chosen by the inner folds.
    groups
        Of each candidate; empty where no way asks for groups.
    most
        How many features a choosing way may take.
    curved
        Places among ``forced`` that enter as a restricted cubic spline with three knots.
    inner_folds
        For choosing way and setting.
    """

    name: str
    description: str
    forced: tuple[int, ...]
    candidates: tuple[int, ...] = ()
    ways: tuple[Way, ...] = (Way.RIDGE,)
    groups: tuple[str, ...] = ()
    most: int = 4
    curved: tuple[int, ...] = ()
    inner_folds: int = 5

    @property
    def learners(self) -> tuple[Learner, ...]:
        """Of the ways; none where there is nothing to learn from."""
        return tuple(LEARNERS[way] for way in self.ways) if self.candidates else ()


def _free_columns(recipe: Recipe, training: Training) -> tuple[list[int], list[FloatArray | None], FloatArray]:
    """Return places of the forced terms, their curves' knots, and the columns, shape (n, f)."""
    usable = training.preprocessor.usable
    forced = [place for place in recipe.forced if usable[place]]
    curves: list[FloatArray | None] = [None] * len(forced)
    for place in recipe.curved:
        knots = knots_of(training.terms[:, place]) if place in forced else np.zeros(3)
        if place in forced and knots[0] < knots[1] < knots[2]:
            forced, curves = [*forced, place], [*curves, knots]
    free = training.columns(forced)
    for number, bent in enumerate(curves):
        if bent is not None:
            free[:, number] = restricted_cubic_spline(free[:, number], bent)
    return forced, curves, free


def fit_recipe(recipe: Recipe, training: Training, rng: np.random.Generator, dealings: int = 1) -> FittedModel:
    """Make a model from training patients: preprocess, learn, choose by inner folds, fit.

    Parameters
    ----------
    recipe
        What to do.
    training
        The only patients that are looked at.
    rng
        Deals the inner folds.
    dealings
        How often they are dealt, all draws of missing values together; what they tell is added up.

    Returns
    -------
    FittedModel
        A forced term that is constant in these patients is left out, as nothing can be said of it.
    """
    return fit_each_way(recipe, training, rng, dealings)[-1]


def fit_each_way(recipe: Recipe, training: Training, rng: np.random.Generator, dealings: int = 1) -> list[FittedModel]:
    """Make a model in each of the recipe's ways alone, where there are several, and last the best of them.

    Parameters
    ----------
    recipe, training, rng, dealings
        As :func:`fit_recipe` takes them.
    """
    inside = [number for number, place in enumerate(recipe.candidates) if training.preprocessor.usable[place]]
    trainings = training.completed(recipe.forced)
    if not inside or not recipe.learners:
        fit = pooled_model(training, [_fixed(one, *_free_columns(recipe, one)) for one in trainings])
        return [fit] * max(len(recipe.learners), 1)
    groups = tuple(recipe.groups[number] for number in inside) if recipe.groups else ("",) * len(inside)
    places = tuple(recipe.candidates[number] for number in inside)
    forced, curves, free = _free_columns(recipe, trainings[0])
    blocks = [Block(trainings[0], free, places, groups, recipe.most)]
    blocks += [Block(one, _free_columns(recipe, one)[2], places, groups, recipe.most, blocks[0])
               for one in trainings[1:]]  # fmt: skip
    times = max(dealings // len(blocks), 1)
    each = [_gained(recipe, block, rng) for block in blocks for _ in range(times)]
    gained = [np.sum(of_way, axis=0) for of_way in zip(*each, strict=True)]
    best = [int(np.argmax(gain >= gain.max() - 1e-9)) for gain in gained]
    reached = [gain[setting] for gain, setting in zip(gained, best, strict=True)]
    fits = [
        pooled_model(training, [_learnt(block, forced, curves, learner, setting) for block in blocks])
        for learner, setting in zip(recipe.learners, best, strict=True)
    ]
    return fits if len(fits) == 1 else [*fits, fits[int(np.argmax(reached))]]


def _gained(recipe: Recipe, block: Block, rng: np.random.Generator) -> list[FloatArray]:
    """Return the cross-validated partial likelihood of inner folds: of each learner one of shape (settings,).

    References
    ----------
    Verweij PJM, van Houwelingen HC. Stat Med 1993;12:2305: what a fold adds to the likelihood is that of all patients
    minus that of the others, at the coefficients of the others.
    """
    training = block.training
    folds = stratified_folds(training.event, training.person, recipe.inner_folds, rng)
    if recipe.ways == (Way.SIGNATURE,):
        return [np.zeros(1)]  # One way with one setting: nothing to choose.
    columns = [learner.columns(block) for learner in recipe.learners]
    gained: list[FloatArray] = [np.zeros(1)] * len(columns)
    for fold in range(recipe.inner_folds):
        rows = np.flatnonzero(folds != fold)
        if not training.event[rows].any():
            continue
        inner = RiskSets.of(training.time_days[rows], training.event[rows])
        for number, learner in enumerate(recipe.learners):
            risks = columns[number] @ learner.path(block, inner, rows)
            gain = many_log_likelihoods(training.sets, risks) - many_log_likelihoods(inner, risks[rows])
            gained[number] = gained[number] + gain
    return gained


def _learnt(
    block: Block, forced: list[int], curves: list[FloatArray | None], learner: Learner, setting: int
) -> FittedModel:
    """Fit what the inner folds chose to all training patients."""
    training, f = block.training, len(forced)
    path = learner.path(block, training.sets, np.arange(len(training.event)))
    coefficients = path[:, setting]
    ridge = 0.0
    if learner.way is Way.RIDGE:
        ridge = float(block.ridges[setting] * len(training.sets.died))
        coefficients = _polished(block, ridge, coefficients)
    if learner.rotated:
        coefficients = np.concatenate([coefficients[:f], block.directions @ coefficients[f:]])
    kept = np.arange(len(block.places)) if not learner.chooses else np.flatnonzero(coefficients[f:])
    places = tuple(block.places[place] for place in kept)
    columns = np.hstack([block.free, block.features[:, kept]])
    coefficients = np.concatenate([coefficients[:f], coefficients[f:][kept]])
    days, steps, log_likelihood = baseline_hazard(training.sets, columns @ coefficients)
    return FittedModel(
        (*forced, *places), (*curves, *([None] * len(places))), places if learner.chooses else (), len(places),
        coefficients, np.r_[np.zeros(f), np.full(len(places), ridge)], False, learner.way, setting,
        training.preprocessor, days, steps, None, log_likelihood,
    )  # fmt: skip


def _polished(block: Block, ridge: float, start: FloatArray) -> FloatArray:
    """Fit one ridge to the last digit where that is quick."""
    f, k = block.free.shape[1], block.scores.shape[1]
    if f + k > EXACT_COLUMNS:
        return start
    columns = np.hstack([block.free, block.scores])
    fit = fit_cox(block.training.sets, columns, np.r_[np.zeros(f), np.full(k, ridge)])
    return fit.coefficients if fit.settled else start


def _fixed(
    training: Training, forced: list[int], curves: list[FloatArray | None], free: FloatArray
) -> FittedModel:  # fmt: skip
    """Fit the forced terms alone."""
    fit, mended = fit_safely(training.sets, free, np.zeros(len(forced)))
    ridge = np.full(len(forced), SAFE_SHARE * len(training.sets.died) if mended else 0.0)
    return FittedModel(
        tuple(forced), tuple(curves), (), 0, fit.coefficients, ridge, mended, None, None, training.preprocessor,
        fit.event_days, fit.hazard_steps, None if mended else fit, fit.log_likelihood,
    )  # fmt: skip
