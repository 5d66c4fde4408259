"""Would the model say the same of another scan and another contour: perturbed states inside the folds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.design.preprocess import Preprocessor, Steps
from radpipe.survival.procedure.beside import paired, validate_again
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.validation import CrossValidation
from radpipe.survival.statistics.agreement import agreement, icc_of_many, repeats_of
from radpipe.survival.statistics.concordance import PairTable

__all__ = ["LEVELS", "RobustTerms", "Robustness", "robustness_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

LEVELS = (0.75, 0.90)
"""Lower ends of the ICC that are counted: good (Koo & Li 2016), and Zwanenburg's (2019)."""


@dataclass(frozen=True, slots=True, eq=False)
class RobustTerms:
    """Keeps features that agree over perturbed states of the training patients, on the scale that the model sees.

    Parameters
    ----------
    states
        Shape (states, cohort, terms): encoded; NaN where a state failed.
    judged
        bool, shape (terms,): features that may be filtered out; declared terms and volume stay.
    least
        Lower end of the 95 % interval of ICC(1,1) that a feature must reach.
    """

    states: FloatArray
    judged: BoolArray
    least: float

    def __call__(self, prepared: Preprocessor, rows: IntArray) -> BoolArray:
        """Return shape (terms,): which terms may be used, by training patients, each counted once.

        Parameters
        ----------
        prepared
            What was learnt of them: logarithms and harmonisation.
        rows
            int64, shape (n,): their places in the cohort.
        """
        places = np.flatnonzero(self.judged & prepared.usable)
        _, low = icc_of_many(on_scale(prepared, self.states, np.unique(rows))[:, :, places])
        kept = np.ones(len(self.judged), dtype=np.bool_)
        kept[self.judged] = False
        kept[places] = low >= self.least
        return kept


def on_scale(prepared: Preprocessor, states: FloatArray, rows: IntArray) -> FloatArray:
    """Bring perturbed states to the scale that a model sees.

    Parameters
    ----------
    prepared
        Of training patients.
    states
        Shape (states, cohort, terms).
    rows
        int64, shape (m,): whose.

    Returns
    -------
    ndarray
        Shape (states, m, terms); NaN where a value is missing: it is not imputed.
    """
    own = states[:, rows]
    flat = own.reshape(-1, own.shape[2])
    scaled = prepared.apply(flat, np.tile(rows, len(own)))
    return np.where(np.isnan(flat), np.nan, scaled).reshape(own.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """What perturbed states say of features and models.

    Parameters
    ----------
    states, patients
        States of a patient, and patients with any.
    least
        Lower end of the ICC that a feature had to reach in each training fold; 0 where no feature was left out.
    features
        Columns ``feature, icc_raw, low_raw, icc, low, kept``: ICC(1,1) over all patients with its lower end, as
        measured and on the model's scale, and in what share of the folds the feature passed the filter.
    models
        Columns ``model, filter, c, c_low, c_high, c_states, c_least, c_most, risk_icc, risk_low, risk_high, repeats``:
        of models with features, with the filter and without: C of held-out patients; mean, least and greatest C of
        their perturbed states; ICC of the held-out risk over the states.
    differences
        Columns ``model, difference, low, high``: C with the filter minus C without it.
    """

    states: int
    patients: int
    least: float
    features: pd.DataFrame
    models: pd.DataFrame
    differences: pd.DataFrame

    def robust(self, level: float, *, column: str = "low") -> int:
        """Return how many features reach a lower end of the ICC: on the model's scale, or ``low_raw``."""
        return int((self.features[column] >= level).sum())


def robustness_of(
    setting: Setting, validated: CrossValidation, states: FloatArray, least: float, seed: int
) -> Robustness:
    """Judge features and models over perturbed states.

    Parameters
    ----------
    setting
        The analysis; its steps hold the filter where one is used.
    validated
        Its validation, whose first views are the states.
    states
        Shape (states, n, terms): encoded.
    least
        Of the filter; 0 for none. The comparison is then made with a filter at 0.75.
    seed
        Of the analysis.

    References
    ----------
    Teng X et al. Sci Rep 2022;12:10035 (doi 10.1038/s41598-022-14178-x): ICC of predictions with and without a filter.
    """
    study = setting.study
    with_states = replace(study, views=states)
    judged = judged_terms(setting)
    if least > 0:
        other = validate_again(setting, replace(with_states, steps=replace(study.steps, term_filter=None)), seed)
        filtered, free = validated, other
    else:
        wanted = RobustTerms(states, judged, LEVELS[0])
        other = validate_again(setting, replace(with_states, steps=replace(study.steps, term_filter=wanted)), seed)
        filtered, free = other, validated
    rows, gaps = [], []
    for number, recipe in enumerate(setting.recipes):
        if not recipe.candidates:
            continue
        for name, validation in (("robust features", filtered), ("all features", free)):
            rows.append((recipe.name, name, *_model_row(study, validation, number, len(states))))
        gap = paired(study, filtered, filtered.risk[:, number], free.risk[:, number])[0].difference
        gaps.append((recipe.name, gap.value, gap.low, gap.high))
    measured = int(np.isfinite(states).any(axis=(0, 2)).sum())
    return Robustness(
        len(states),
        measured,
        least,
        _feature_table(study, states, judged, filtered),
        pd.DataFrame(rows, columns=["model", "filter", "c", "c_low", "c_high", "c_states", "c_least", "c_most",
                                    "risk_icc", "risk_low", "risk_high", "repeats"]),
        pd.DataFrame(gaps, columns=["model", "difference", "low", "high"]),
    )  # fmt: skip


def judged_terms(setting: Setting) -> BoolArray:
    """Return which terms a filter of robust features may take out: features but volume, shape (terms,)."""
    judged = np.arange(len(setting.study.encoded.names)) >= len(setting.clinical.names)
    judged[setting.volume] = False
    return judged


def _model_row(study: Study, validation: CrossValidation, number: int, states: int) -> tuple[float, ...]:
    """Return C, C over states, and agreement of the risk, of one model."""
    own = validation.risk[:, number]
    c = paired(study, validation, own, own)[0].first
    viewed = validation.viewed[:, number, :states]
    over = np.array([_c_of_state(study, validation, viewed[:, place]) for place in range(states)])
    agreed = [agreement(repeats_of(view.T)) for view in viewed]
    means = [
        _mean([getattr(agreement_of_view, name) for agreement_of_view in agreed])
        for name in ("icc", "low", "high", "repeats")
    ]
    known = over[np.isfinite(over)]
    spread = (float(known.mean()), float(known.min()), float(known.max())) if len(known) else (float("nan"),) * 3
    return (c.value, c.low, c.high, *spread, *means)


def _c_of_state(study: Study, validation: CrossValidation, risk: FloatArray) -> float:
    """Return the mean C over repeats of one state's held-out risks, shape (repeats, n), of those measured in it."""
    there = np.isfinite(risk).all(axis=0)
    values = [
        PairTable.of(study.time_days[there], study.event[there], group=dealt[there]).c(risks[there])
        for dealt, risks in zip(validation.folds, risk, strict=True)
    ]
    return _mean(values)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def _feature_table(study: Study, states: FloatArray, judged: BoolArray, filtered: CrossValidation) -> pd.DataFrame:
    """Return the agreement of each feature over all patients, and how often it passed the filter."""
    everyone = np.arange(len(study))
    places = np.flatnonzero(judged)
    bare = replace(study, steps=Steps(study.steps.harmonizer)).training(everyone).preprocessor
    raw = icc_of_many(states[:, :, places])
    seen = icc_of_many(on_scale(bare, states, everyone)[:, :, places])
    kept = filtered.usable.mean(axis=(0, 1))[places]
    return pd.DataFrame(
        {
            "feature": [study.encoded.names[place] for place in places],
            "icc_raw": raw[0],
            "low_raw": raw[1],
            "icc": np.where(bare.usable[places], seen[0], np.nan),
            "low": np.where(bare.usable[places], seen[1], np.nan),
            "kept": kept,
        }
    )
