"""Recipes of models: what goes in, what is chosen and how; a recipe sees training patients only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.design.preprocess import Encoded, Preprocessor, representatives
from radpipe.survival.statistics.cox import CoxFit, RiskSets, fit_cox, partial_log_likelihood, score_statistics

__all__ = ["FittedModel", "Recipe", "Training", "fit_recipe", "stratified_folds"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

RIDGE_SHARES = (0.02, 0.1, 0.4)
"""Ridges that are tried, as shares of the events: how much information is set against each standardised term."""

SAFE_SHARE = 0.05
"""Ridge on every term, as a share of the events, where plain Cox has no estimate."""


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
        Places of terms to choose from; the redundancy filter keeps the earlier of two that are alike.
    most
        How many candidates may be chosen.
    redundancy
        Greatest absolute Spearman correlation between candidates.
    inner_folds
        For tuning the number of terms and the ridge.
    """

    name: str
    description: str
    forced: tuple[int, ...]
    candidates: tuple[int, ...] = ()
    most: int = 0
    redundancy: float = 0.9
    inner_folds: int = 5

    @property
    def terms(self) -> tuple[int, ...]:
        """All terms that the recipe may look at."""
        return self.forced + self.candidates


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """Training patients.

    Parameters
    ----------
    values
        float64, shape (n, terms): encoded, NaN where missing.
    may_log
        bool, shape (terms,).
    time_days, event
        Shape (n,).
    person
        int64, shape (n,): rows of one person share a number (a bootstrap sample repeats persons).
    """

    values: FloatArray
    may_log: BoolArray
    time_days: FloatArray
    event: BoolArray
    person: IntArray

    @classmethod
    def of(cls, encoded: Encoded, time_days: FloatArray, event: BoolArray, rows: IntArray) -> "Training":
        """Take rows, which may repeat, of encoded patients."""
        return cls(encoded.values[rows], encoded.skewed, time_days[rows], event[rows], rows)


@dataclass(frozen=True, slots=True, eq=False)
class FittedModel:
    """A recipe after training.

    Parameters
    ----------
    terms
        Places of the terms in the model, forced ones first.
    chosen
        Places of those that were chosen.
    ridge
        On the chosen terms, or on all where ``mended``.
    mended
        Whether plain Cox had no estimate (separation, collinear terms), so that a ridge was put on every term.
    preprocessor
        For the terms in the model.
    cox
        On preprocessed terms, whose training mean is 0.
    """

    terms: tuple[int, ...]
    chosen: tuple[int, ...]
    ridge: float
    mended: bool
    preprocessor: Preprocessor
    cox: CoxFit

    def design(self, values: FloatArray) -> FloatArray:
        """Return the model's standardised terms, shape (m, terms), of encoded patients of shape (m, all terms)."""
        return self.preprocessor.apply(values[:, list(self.terms)])

    def risk(self, values: FloatArray) -> FloatArray:
        """Return the log hazard ratio against the training mean, shape (m,)."""
        return self.cox.risk(self.design(values))


def stratified_folds(event: BoolArray, person: IntArray, folds: int, rng: np.random.Generator) -> IntArray:
    """Deal persons into folds, those with and without the event in turn, so that each fold has its share of events.

    Parameters
    ----------
    event
        bool, shape (n,).
    person
        int64, shape (n,): rows of one person go to the same fold.
    folds
        How many.
    rng
        Shuffles.

    Returns
    -------
    ndarray
        int64, shape (n,): 0 to folds - 1.
    """
    unique, first, back = np.unique(person, return_index=True, return_inverse=True)
    shuffled = rng.permutation(len(unique))
    order = shuffled[np.argsort(~event[first][shuffled], kind="stable")]
    dealt = np.empty(len(unique), dtype=np.int64)
    dealt[order] = np.arange(len(unique)) % folds
    return dealt[back]


def fit_recipe(recipe: Recipe, training: Training, rng: np.random.Generator) -> FittedModel:
    """Make a model from training patients: preprocess, filter, choose, tune, fit.

    Parameters
    ----------
    recipe
        What to do.
    training
        The only patients that are looked at.
    rng
        Deals the inner folds.

    Returns
    -------
    FittedModel
        With no chosen term where inner validation prefers none.
    """
    everything = list(recipe.terms)
    preprocessor = Preprocessor.fit(training.values[:, everything], training.may_log[everything])
    terms = preprocessor.apply(training.values[:, everything])
    sets = RiskSets.of(training.time_days, training.event)
    forced = np.flatnonzero(preprocessor.usable[: len(recipe.forced)])
    chosen = np.zeros(0, dtype=np.int64)
    ridge = 0.0
    if recipe.candidates and recipe.most:
        usable = preprocessor.usable.copy()
        usable[: len(recipe.forced)] = False
        pool = representatives(terms, usable, recipe.redundancy)
        chosen, ridge = _choose(recipe, training, terms, forced, pool, sets, rng)
    inside = np.concatenate([forced, chosen])
    cox, mended = _fit_safely(sets, terms[:, inside], _penalty(len(forced), len(chosen), ridge))
    return FittedModel(
        terms=tuple(everything[place] for place in inside),
        chosen=tuple(everything[place] for place in chosen),
        ridge=SAFE_SHARE * len(sets.died) if mended else ridge,
        mended=mended,
        preprocessor=Preprocessor(
            preprocessor.fill[inside],
            preprocessor.logged[inside],
            preprocessor.centre[inside],
            preprocessor.scale[inside],
            preprocessor.usable[inside],
            preprocessor.lowest[inside],
        ),
        cox=cox,
    )


def _penalty(forced: int, chosen: int, ridge: float) -> FloatArray:
    return np.concatenate([np.zeros(forced), np.full(chosen, ridge)])


def _fit_safely(sets: RiskSets, terms: FloatArray, penalty: FloatArray) -> tuple[CoxFit, bool]:
    """Fit; where there is no estimate, fit again with a ridge on every term and say so."""
    fit = fit_cox(sets, terms, penalty)
    if fit.settled:
        return fit, False
    return fit_cox(sets, terms, np.maximum(penalty, SAFE_SHARE * len(sets.died))), True


def _choose(
    recipe: Recipe,
    training: Training,
    terms: FloatArray,
    forced: IntArray,
    pool: IntArray,
    sets: RiskSets,
    rng: np.random.Generator,
) -> tuple[IntArray, float]:
    """Choose terms; their number and the ridge by the cross-validated partial likelihood of inner folds.

    References
    ----------
    Verweij PJM, van Houwelingen HC. Stat Med 1993;12:2305: what a fold adds to the likelihood is that of all patients
    minus that of the others, at the coefficients of the others.
    """
    folds = stratified_folds(training.event, training.person, recipe.inner_folds, rng)
    gained = np.zeros((len(RIDGE_SHARES), recipe.most + 1))
    for fold in range(recipe.inner_folds):
        rows = np.flatnonzero(folds != fold)
        if not training.event[rows].any():
            continue
        inner = RiskSets.of(training.time_days[rows], training.event[rows])
        for number, share in enumerate(RIDGE_SHARES):
            for size, (inside, fit) in enumerate(_path(recipe, inner, terms[rows], forced, pool, share)):
                risk = terms[:, inside] @ fit.coefficients
                gained[number, size] += partial_log_likelihood(sets, risk) - fit.log_likelihood
    number, size = _simplest_best(gained)
    if not size:
        return np.zeros(0, dtype=np.int64), 0.0
    share = RIDGE_SHARES[number]
    inside, _ = _path(recipe, sets, terms, forced, pool, share, size)[size]
    return inside[len(forced) :], share * len(sets.died)


def _simplest_best(gained: FloatArray) -> tuple[int, int]:
    """Return place of the best ridge and number of terms; of equals the fewest terms, then the strongest ridge."""
    places = np.argwhere(gained >= gained.max() - 1e-9)
    number, size = min(((int(row), int(column)) for row, column in places), key=lambda at: (at[1], -at[0]))
    return number, size


def _path(
    recipe: Recipe,
    sets: RiskSets,
    terms: FloatArray,
    forced: IntArray,
    pool: IntArray,
    share: float,
    most: int | None = None,
) -> Sequence[tuple[IntArray, CoxFit]]:
    """Return the models with 0, 1, ... chosen terms; the last repeats where nothing is left to choose."""
    most = recipe.most if most is None else most
    ridge = share * len(sets.died)
    inside = forced
    fit, _ = _fit_safely(sets, terms[:, inside], _penalty(len(forced), 0, ridge))
    found = [(inside, fit)]
    for _ in range(most):
        taken = None
        if len(pool):
            statistics = score_statistics(sets, terms[:, pool], terms[:, inside], fit)
            statistics[np.isin(pool, inside)] = 0.0  # Under a ridge a term's own score is not 0.
            best = int(np.argmax(statistics))
            taken = pool[best] if statistics[best] > 0 else None
        if taken is not None:
            inside = np.append(inside, taken)
            fit, _ = _fit_safely(sets, terms[:, inside], _penalty(len(forced), len(inside) - len(forced), ridge))
        found.append((inside, fit))
    return found
