"""What harmonising did: batches told apart before and after, C with and without, and each batch left out once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2, kruskal

from radpipe.survival.design.batches import FEWEST, UNKNOWN, Batches
from radpipe.survival.design.preprocess import Encoded, Preprocessor
from radpipe.survival.procedure.beside import paired, validate_again
from radpipe.survival.procedure.recipes import fit_recipe
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.calibration import calibration_slope
from radpipe.survival.statistics.concordance import PairTable, concordance_se
from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.telling import differing_share, mean_auc, telling_scores

__all__ = ["Harmonisation", "Telling", "harmonisation_of", "log_rank_p", "tell_batches"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

TELLING_REPEATS = 3
"""Repeats of the cross-validation in which batches are told: more would say the same."""

FEWEST_EVENTS = 5
"""A batch of fewer events is not left out: its C would say nothing."""

TOLD = 0.7
"""An area above this: batches can be told from features of patients not seen."""

OVERCORRECTED = 0.4


@dataclass(frozen=True, slots=True)
class Telling:
    """How well batches can be told from features of held-out patients; all from 0 to 1.

    Parameters
    ----------
    auc_before, auc_after
        Mean area under the curve of a discriminant, as measured and harmonised; below 0.5: over-corrected.
    differing_before, differing_after
        Share of features whose distribution differs between batches (Kruskal-Wallis, false discovery rate 5 %).
    """

    auc_before: float
    auc_after: float
    differing_before: float
    differing_after: float


@dataclass(frozen=True, slots=True, eq=False)
class Harmonisation:
    """What harmonising did.

    Parameters
    ----------
    batches
        Of the cohort.
    as_measured
        Batches of which nothing could be learnt in all patients.
    telling
        Batches told from features of held-out patients.
    models
        Columns ``model, c_with, with_low, with_high, c_without, without_low, without_high, difference, low, high``: of
        models with features; the difference is with minus without, paired.
    case_mix
        Columns ``beside, test, p``: whether batches differ in outcome and in clinical terms.
    left_out
        Columns ``batch, patients, events, model, c, c_low, c_high, slope, slope_low, slope_high``: models made from all
        other batches, judged on this one, whose features stay as measured.
    """

    batches: Batches
    as_measured: tuple[str, ...]
    telling: Telling
    models: pd.DataFrame
    case_mix: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, in words."""
        telling = self.telling
        sentences = [
            "A batch is told from the features of patients not seen with an area under the curve of "
            f"{telling.auc_before:.2f} as measured and {telling.auc_after:.2f} after harmonising (0.5: not at all"
            f"{'; below: over-corrected' if telling.auc_after < OVERCORRECTED else ''}); "
            f"{100 * telling.differing_before:.0f} % of the features differ between batches before, "
            f"{100 * telling.differing_after:.0f} % after."
        ]
        if telling.auc_before <= TOLD:
            sentences.append(
                "Batches could hardly be told before: there was little to harmonise, and ComBat adds noise then."
            )
        for model, difference, low, high in self.models[["model", "difference", "low", "high"]].to_numpy().tolist():
            gap = f"{difference:+.3f} (95 % interval {low:+.3f} to {high:+.3f})"
            if low > 0:
                verdict = "harmonising helps"
            elif high < 0:
                verdict = "harmonising harms"
            else:
                verdict = "nothing is gained that can be shown"
            sentences.append(f"{str(model).capitalize()}: C with minus without harmonising {gap}: {verdict}.")
        mixed = self.case_mix.loc[self.case_mix["p"] < 0.05, "beside"].astype(str).tolist()
        if mixed:
            sentences.append(
                f"Batches differ in {', '.join(mixed)}: harmonising may take signal away, and not harmonising keeps a "
                "confounder; no method mends that."
            )
        return tuple(sentences)


def harmonisation_of(setting: Setting, validated: CrossValidation, batches: Batches, seed: int) -> Harmonisation:
    """Say what harmonising did.

    Parameters
    ----------
    setting
        The analysis.
    validated
        Its validation, with harmonising.
    batches
        The harmonizer of its steps.
    seed
        Of the analysis.
    """
    study = setting.study
    without = validate_again(setting, replace(study, steps=replace(study.steps, harmonizer=None), views=None), seed)
    rows: list[tuple[Any, ...]] = []
    for number, recipe in enumerate(setting.recipes):
        if recipe.candidates:
            pair = paired(study, validated, validated.risk[:, number], without.risk[:, number])[0]
            parts = (pair.first, pair.second, pair.difference)
            rows.append((recipe.name, *(value for part in parts for value in (part.value, part.low, part.high))))
    everyone = np.arange(len(study))
    learnt = Preprocessor.fit(
        study.encoded.values, study.encoded.skewed, declared=study.declared, rows=everyone,
        steps=replace(study.steps, term_filter=None),
    ).harmonized  # fmt: skip
    return Harmonisation(
        batches,
        tuple(getattr(learnt, "as_measured", ())),
        tell_batches(study, batches, validated.folds[:TELLING_REPEATS]),
        pd.DataFrame(rows, columns=["model", "c_with", "with_low", "with_high", "c_without", "without_low",
                                    "without_high", "difference", "low", "high"]),
        _case_mix(study, batches, setting.clinical),
        _left_out(setting, batches, seed),
    )  # fmt: skip


def tell_batches(study: Study, batches: Batches, folds: npt.NDArray[np.int64]) -> Telling:
    """Tell the batch of held-out patients from their harmonised terms, before and after.

    Parameters
    ----------
    study
        The patients; only its values and which terms may be logged are looked at.
    batches
        With ten patients or more; others are not told.
    folds
        int64, shape (repeats, n): both preparation and discriminant are learnt outside of the held-out fold.
    """
    large = [name for name, size in batches.sizes.items() if name != UNKNOWN and size >= FEWEST]
    labels = np.array(batches.labels, dtype=object)
    taken = np.flatnonzero(np.isin(labels, np.array(large, dtype=object)))
    places = np.flatnonzero(batches.terms)
    area: dict[bool, list[float]] = {False: [], True: []}
    share: dict[bool, list[float]] = {False: [], True: []}
    for dealt in folds:
        for harmonised in (False, True):
            steps = replace(study.steps, harmonizer=batches if harmonised else None, term_filter=None)
            whole = np.zeros((len(study), len(places)))
            for fold in np.unique(dealt):
                inside, held = taken[dealt[taken] != fold], taken[dealt[taken] == fold]
                training = replace(study, steps=steps, views=None).training(inside)
                terms = training.terms[:, places]
                whole[held] = training.preprocessor.apply(study.encoded.values[held], held)[:, places]
                scores = telling_scores(terms, labels[inside].tolist(), whole[held])
                area[harmonised].append(mean_auc(scores, labels[held].tolist(), sorted(set(labels[inside]))))
            share[harmonised].append(differing_share(whole[taken], labels[taken].tolist()))
    means = [float(np.nanmean(values)) for table in (area, share) for values in (table[False], table[True])]
    return Telling(*means)


def log_rank_p(time_days: FloatArray, event: BoolArray, group: Sequence[str]) -> float:
    """Return p of the log-rank test over groups.

    Parameters
    ----------
    time_days, event
        Shape (n,).
    group
        Of each patient.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163; several groups: Kalbfleisch & Prentice 1980.
    """
    names = np.asarray(group, dtype=object)
    groups = sorted(set(group))
    members = np.array([names == name for name in groups], dtype=np.float64)
    seen, variance = np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    for day in np.unique(time_days[event]):
        at_risk, died = time_days >= day, event & (time_days == day)
        n, d = float(at_risk.sum()), float(died.sum())
        share = members @ at_risk / n
        seen += members @ died - d * share
        if n > 1:
            variance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    statistic = float(seen @ np.linalg.pinv(variance) @ seen)
    freedom = int(np.linalg.matrix_rank(variance))
    return float(chi2.sf(statistic, freedom)) if freedom else float("nan")


def _case_mix(study: Study, batches: Batches, clinical: Encoded) -> pd.DataFrame:
    """Tell whether batches differ in outcome and in clinical terms."""
    labels = np.array(batches.labels, dtype=object)
    rows: list[tuple[str, str, float]] = [
        ("outcome", "log-rank", log_rank_p(study.time_days, study.event, list(batches.labels)))
    ]
    for name, values in zip(clinical.names, clinical.values.T, strict=True):
        groups = [values[(labels == label) & np.isfinite(values)] for label in batches.sizes]
        groups = [group for group in groups if len(group)]
        varies = len(groups) > 1 and len(np.unique(np.concatenate(groups))) > 1
        rows.append((name, "Kruskal-Wallis", float(kruskal(*groups).pvalue) if varies else float("nan")))
    return pd.DataFrame(rows, columns=["beside", "test", "p"])


def _left_out(setting: Setting, batches: Batches, seed: int) -> pd.DataFrame:
    """Make every model without one batch and judge it there."""
    study, labels = setting.study, np.array(batches.labels, dtype=object)
    rows: list[tuple[Any, ...]] = []
    for name in batches.sizes:
        held, inside = np.flatnonzero(labels == name), np.flatnonzero(labels != name)
        events = int(study.event[held].sum())
        if name == UNKNOWN or len(held) < FEWEST or events < FEWEST_EVENTS or not study.event[inside].any():
            continue
        training = study.training(inside)
        pairs = PairTable.of(study.time_days[held], study.event[held])
        rng = np.random.default_rng(np.random.SeedSequence([seed, len(rows)]))
        for recipe in setting.recipes:
            risk = fit_recipe(recipe, training, rng).risk(study.encoded.values[held], held)
            c, error = pairs.c(risk), NORMAL_95 * concordance_se(pairs, risk)
            slope = calibration_slope(study.time_days[held], study.event[held], risk)
            rows.append((name, len(held), events, recipe.name, c, max(c - error, 0.0), min(c + error, 1.0),
                         slope.value, slope.low, slope.high))  # fmt: skip
    columns = ["batch", "patients", "events", "model", "c", "c_low", "c_high", "slope", "slope_low", "slope_high"]
    return pd.DataFrame(rows, columns=columns)
