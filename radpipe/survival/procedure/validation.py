"""How well recipes predict patients they have not seen: repeated nested cross-validation and the optimism bootstrap.

A recipe sees training patients only: imputation, scaling, the redundancy filter, selection and tuning are part of it
and are done anew for every fold and every bootstrap sample. Concordance is counted between patients of one held-out
fold: across folds, a fold with more events leaves fewer to its training patients, and a model of nothing would seem to
be worse than chance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.recipes import FittedModel, Recipe, Training, fit_recipe, stratified_folds
from radpipe.survival.statistics.calibration import calibration_slope
from radpipe.survival.statistics.concordance import PairTable, uno_pairs
from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.interval import Interval
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = [
    "Concordances",
    "CrossValidation",
    "Optimism",
    "Study",
    "concordances",
    "cross_validate",
    "final_fit",
    "optimism",
    "permuted_c",
    "run",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Who is analysed: terms of all patients, event and time.

    Parameters
    ----------
    encoded
        All terms, of all patients.
    time_days, event
        Shape (n,).
    """

    encoded: Encoded
    time_days: FloatArray
    event: BoolArray

    def __len__(self) -> int:
        return len(self.event)

    def training(self, rows: IntArray) -> Training:
        """Return training patients; rows may repeat."""
        return Training.of(self.encoded, self.time_days, self.event, rows)


def run(jobs: int, work: Callable[..., object], arguments: Sequence[tuple[object, ...]]) -> list[object]:
    """Call a function with each of many arguments, in so many processes; results come in their order."""
    if jobs == 1 or len(arguments) < 2:
        return [work(*one) for one in arguments]
    from joblib import Parallel, delayed

    found: list[object] = Parallel(n_jobs=jobs)(delayed(work)(*one) for one in arguments)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Repeat:
    """One cross-validation: folds from 0, out-of-fold risk, probabilities, the reference, choices of each fold."""

    folds: IntArray
    risk: FloatArray
    probability: FloatArray
    reference: FloatArray
    chosen: tuple[tuple[tuple[int, ...], ...], ...]


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
        float64, shape (repeats, horizons, n): 1 - Kaplan-Meier of the training patients.
    chosen
        By repeat, fold and recipe: places of the terms that were chosen.
    """

    recipes: tuple[Recipe, ...]
    horizons_years: tuple[float, ...]
    folds: IntArray
    risk: FloatArray
    probability: FloatArray
    reference: FloatArray
    chosen: tuple[tuple[tuple[tuple[int, ...], ...], ...], ...]

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
    """
    arguments = [(study, tuple(recipes), folds, horizons_years, seed) for seed in seeds[:repeats]]
    found = [one for one in run(jobs, _one_repeat, arguments) if isinstance(one, _Repeat)]
    return CrossValidation(
        tuple(recipes),
        horizons_years,
        np.array([one.folds for one in found]),
        np.array([one.risk for one in found]),
        np.array([one.probability for one in found]),
        np.array([one.reference for one in found]),
        tuple(one.chosen for one in found),
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
    dealt = stratified_folds(study.event, np.arange(n), folds, rng)
    risk = np.empty((len(recipes), n))
    probability = np.empty((len(recipes), len(horizons_years), n))
    reference = np.empty((len(horizons_years), n))
    chosen = []
    for fold in range(folds):
        inside, held = np.flatnonzero(dealt != fold), np.flatnonzero(dealt == fold)
        training = study.training(inside)
        fits = [fit_recipe(recipe, training, rng) for recipe in recipes]
        for number, fit in enumerate(fits):
            risk[number, held] = fit.risk(study.encoded.values[held])
            for place, years in enumerate(horizons_years):
                probability[number, place, held] = fit.cox.probability(risk[number, held], years * DAYS_A_YEAR)
        without = KaplanMeier.of(training.time_days, training.event)
        for place, years in enumerate(horizons_years):
            reference[place, held] = 1 - without.at(years * DAYS_A_YEAR)
        chosen.append(tuple(fit.chosen for fit in fits))
    return _Repeat(dealt, risk, probability, reference, tuple(chosen))


@dataclass(frozen=True, slots=True, eq=False)
class Concordances:
    """C of each recipe and repeat, with what a bootstrap over patients needs.

    Parameters
    ----------
    by_repeat
        float64, shape (repeats, recipes).
    resampled
        float64, shape (resamples, recipes): mean over repeats, for patients drawn with replacement; the same draw for
        every recipe.
    """

    by_repeat: FloatArray
    resampled: FloatArray

    def interval(self, recipe: int) -> Interval:
        """Return the mean over repeats and its 95 % percentile interval."""
        low, high = np.nanpercentile(self.resampled[:, recipe], [2.5, 97.5])
        return Interval(float(np.nanmean(self.by_repeat[:, recipe])), float(low), float(high))

    def difference(self, a: int, b: int) -> Interval:
        """Return the difference between two recipes, a minus b, with its interval from the same draws."""
        low, high = np.nanpercentile(self.resampled[:, a] - self.resampled[:, b], [2.5, 97.5])
        value = float(np.nanmean(self.by_repeat[:, a] - self.by_repeat[:, b]))
        return Interval(value, float(low), float(high))


def concordances(
    study: Study, found: CrossValidation, *, resamples: int, seed: np.random.SeedSequence, uno: bool = False
) -> Concordances:
    """Count concordance within held-out folds, and bootstrap it over patients.

    Parameters
    ----------
    study, found
        Patients, and their out-of-fold risks.
    resamples
        Bootstrap samples.
    seed
        Of the samples.
    uno
        Uno's weights instead of Harrell's.
    """
    rng = np.random.default_rng(seed)
    n = len(study)
    draws = [np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64) for _ in range(resamples)]
    pairs_of = uno_pairs if uno else PairTable.of
    by_repeat = np.empty(found.risk.shape[:2])
    resampled = np.zeros((resamples, found.risk.shape[1]))
    for repeat, folds in enumerate(found.folds):
        pairs = pairs_of(study.time_days, study.event, group=folds)
        scores = pairs.scores(found.risk[repeat].T)
        total = float(pairs.weight.sum())
        by_repeat[repeat] = (pairs.weight @ scores) / total if total else np.nan
        for number, draw in enumerate(draws):
            weight = pairs.weight * draw[pairs.first] * draw[pairs.second]
            resampled[number] += (weight @ scores) / max(float(weight.sum()), 1e-300) / len(found.folds)
    return Concordances(by_repeat, resampled)


@dataclass(frozen=True, slots=True)
class Optimism:
    """What a recipe promises on its own patients beyond what it keeps: of C and of the calibration slope.

    Parameters
    ----------
    c, slope
        Mean over bootstrap samples of the value on the sample less that on all patients.
    """

    c: float
    slope: float


def optimism(
    study: Study, recipe: Recipe, *, seeds: Sequence[np.random.SeedSequence], jobs: int
) -> tuple[Optimism, FloatArray]:
    """Estimate optimism by the bootstrap, the whole recipe done anew in each sample.

    Parameters
    ----------
    study
        All patients.
    recipe
        What is validated.
    seeds
        One a bootstrap sample.
    jobs
        Processes.

    Returns
    -------
    tuple
        The means, and both differences of every sample, shape (samples, 2).

    References
    ----------
    Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361.
    """
    found = np.array(run(jobs, _one_sample, [(study, recipe, seed) for seed in seeds]), dtype=np.float64)
    found = found.reshape(len(seeds), 2)
    means = np.nanmean(found, axis=0) if len(found) and not np.isnan(found).all() else np.full(2, np.nan)
    return Optimism(float(means[0]), float(means[1])), found


def _one_sample(study: Study, recipe: Recipe, seed: np.random.SeedSequence) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    n = len(study)
    rows = np.sort(rng.integers(0, n, n))
    if not study.event[rows].any():
        return float("nan"), float("nan")
    fit = fit_recipe(recipe, study.training(rows), rng)
    values = study.encoded.values
    inside, everyone = fit.risk(values[rows]), fit.risk(values)
    sample = PairTable.of(study.time_days[rows], study.event[rows]).c(inside)
    original = PairTable.of(study.time_days, study.event).c(everyone)
    slopes = (
        calibration_slope(study.time_days[rows], study.event[rows], inside).value,
        calibration_slope(study.time_days, study.event, everyone).value,
    )
    return sample - original, slopes[0] - slopes[1]


def permuted_c(
    study: Study, recipe: Recipe, *, folds: int, seeds: Sequence[np.random.SeedSequence], jobs: int
) -> FloatArray:
    """Return out-of-fold C of the same recipe on outcomes dealt to patients at random, shape (seeds,)."""
    return np.array(run(jobs, _one_permutation, [(study, recipe, folds, seed) for seed in seeds]), dtype=np.float64)


def _one_permutation(study: Study, recipe: Recipe, folds: int, seed: np.random.SeedSequence) -> float:
    dealing, validating = seed.spawn(2)
    order = np.random.default_rng(dealing).permutation(len(study))
    mixed = Study(study.encoded, study.time_days[order], study.event[order])
    found = _one_repeat(mixed, (recipe,), folds, (), validating)
    return PairTable.of(mixed.time_days, mixed.event, group=found.folds).c(found.risk[0])


def final_fit(study: Study, recipe: Recipe, seed: np.random.SeedSequence) -> FittedModel:
    """Fit a recipe to all patients."""
    return fit_recipe(recipe, study.training(np.arange(len(study))), np.random.default_rng(seed))
