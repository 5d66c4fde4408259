"""The primary question answered with every recipe, form of volume and seed: how much the answer hangs on choices."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from radpipe.survival.procedure.folds import stratified_folds
from radpipe.survival.procedure.learners import Way
from radpipe.survival.procedure.recipes import Recipe, fit_each_way, fit_recipe
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import run
from radpipe.survival.statistics.concordance import PairTable

__all__ = ["BEST", "COLUMNS", "FORMS", "multiverse"]

COLUMNS = ("recipe", "volume", "seed", "c_index", "c_base", "difference")

BEST = "best"
"""The recipe in which inner folds choose among all ways."""

FORMS = ("log", "spline", "linear")
"""How volume enters: its logarithm, a restricted cubic spline of it, or as it is."""


def multiverse(
    study: Study,
    base: Recipe,
    larger: Recipe,
    volume: int,
    *,
    seeds: int,
    folds: int,
    seed: np.random.SeedSequence,
    jobs: int,
    done: Callable[[], None] | None = None,
) -> pd.DataFrame:
    """Cross-validate the two models of the primary question in every way.

    Parameters
    ----------
    study
        All patients; volume's term is its logarithm.
    base, larger
        The smaller model, and the larger one, which learns from features.
    volume
        Place of tumour volume among the study's terms.
    seeds
        How many; each deals other folds, one repeat each. 0 leaves it out.
    folds
        Of the cross-validation.
    seed
        That the seeds come from.
    jobs
        Processes.
    done
        Called after each seed and form.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; C of held-out patients.
    """
    rows: list[tuple[str, str, int, float, float, float]] = []
    names = (*map(str, Way), BEST)
    if seeds and larger.candidates:
        own = seed.spawn(seeds)
        for form in FORMS if volume in base.forced else FORMS[:1]:
            shaped = study if form != "linear" else _linear(study, volume)
            curved = (volume,) if form == "spline" else ()
            pair = replace(base, curved=curved), replace(larger, ways=tuple(Way), curved=curved)
            found = run(jobs, _one_seed, [(shaped, *pair, folds, start) for start in own], done)
            rows.extend(
                (name, form, number + 1, c[place + 1], c[0], c[place + 1] - c[0])
                for place, name in enumerate(names)
                for number, c in enumerate(found)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _one_seed(study: Study, base: Recipe, larger: Recipe, folds: int, seed: np.random.SeedSequence) -> list[float]:
    """Return out-of-fold C of the base, of every way and of the best of them."""
    rng = np.random.default_rng(seed)
    n = len(study)
    dealt = stratified_folds(study.event, np.arange(n), folds, rng)
    risks = np.empty((len(larger.ways) + 2, n))
    for fold in range(folds):
        held = np.flatnonzero(dealt == fold)
        training = study.training(np.flatnonzero(dealt != fold))
        fits = [fit_recipe(base, training, rng), *fit_each_way(larger, training, rng)]
        for number, fit in enumerate(fits):
            risks[number, held] = fit.risk(study.encoded.values[held], held)
    pairs = PairTable.of(study.time_days, study.event, group=dealt)
    return [pairs.c(risk) for risk in risks]


def _linear(study: Study, volume: int) -> Study:
    """Return the study with volume as it is instead of its logarithm."""
    values = study.encoded.values.copy()
    values[:, volume] = np.exp(values[:, volume])
    return replace(study, encoded=replace(study.encoded, values=values))
