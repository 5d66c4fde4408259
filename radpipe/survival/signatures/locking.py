"""Locking a model of an analysis: its final fit, as values that another centre can apply."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import UsageError
from radpipe.survival.design.batches import Harmonised
from radpipe.survival.design.clinical_model import ClinicalModel, Kind
from radpipe.survival.design.measuring import Measuring
from radpipe.survival.design.patients import Patients
from radpipe.survival.procedure.absolute import AbsoluteRisk
from radpipe.survival.procedure.recipes import FittedModel
from radpipe.survival.procedure.results import SurvivalAnalysis
from radpipe.survival.procedure.setting import Setting
from radpipe.survival.procedure.validation import final_fit
from radpipe.survival.signatures.locked import Baseline, LockedModel, LockedTerm, Origin
from radpipe.survival.statistics.combat import ComBat

__all__ = ["lock"]

FloatArray = npt.NDArray[np.float64]

GROUPS = 3
"""Risk groups of a locked model: thirds of the patients that it was made from."""


def lock(
    setting: Setting, analysis: SurvivalAnalysis, model: str, *, clinical_model: ClinicalModel, patients: Patients,
    measuring: Measuring,
) -> LockedModel:  # fmt: skip
    """Lock one model of an analysis.

    Parameters
    ----------
    setting
        What the analysis was made from.
    analysis
        What it found.
    model
        Name of one of its models.
    clinical_model
        Declared clinical columns.
    patients
        The cohort.
    measuring
        How features were measured.

    Raises
    ------
    UsageError
        The analysis has no such model, or it has no term.
    """
    names = [recipe.name for recipe in setting.recipes]
    if model not in names:
        message = f"model {model!r} is unknown; the analysis has {', '.join(names)}"
        raise UsageError(message)
    study, recipe = setting.study, setting.recipes[names.index(model)]
    # The seed of the analysis's own final fits.
    fit = final_fit(study, recipe, np.random.SeedSequence(analysis.seed).spawn(6)[3])
    if not fit.terms:
        message = f"model {model} has no term: it predicts the same for everybody, and there is nothing to lock"
        raise UsageError(message)
    everyone = study.training(np.arange(len(study)))
    absolute = AbsoluteRisk.of(fit, everyone)
    result = analysis.model(model)
    index = fit.risk(study.encoded.values, np.arange(len(study)))
    cuts = np.quantile(index, np.arange(1, GROUPS) / GROUPS)
    clinical_terms = [place for place in fit.terms if place < len(setting.clinical.names)]
    batches, combat, covariates = _harmonisation(fit)
    seen = analysis.observed_risk
    return LockedModel(
        model,
        f"{result.description}; {analysis.endpoint}",
        _terms(setting, fit),
        measuring,
        Origin(
            f"{len(study)} patients, {int(study.event.sum())} events of {analysis.endpoint}", analysis.endpoint,
            analysis.origin, patients.roi, len(study), int(study.event.sum()), analysis.follow_up_years,
            float(study.time_days.max()), result.c_index.value,
            result.c_index.low, result.c_index.high, result.calibration_slope.value, float(index.mean()),
            float(index.std(ddof=1)), tuple(map(float, seen["years"])), tuple(map(float, seen["risk"])),
        ),
        _with_levels(clinical_model, patients.clinical) if clinical_terms or covariates else None,
        Baseline(fit.event_days, np.cumsum(fit.hazard_steps), absolute.other_days, np.cumsum(absolute.other_steps),
                 absolute.other),
        tuple(float(cut) for cut in np.unique(cuts)),
        batches,
        _of_terms(combat, fit) if combat is not None else None,
        tuple(study.encoded.names[place] for place in _places(fit)),
        covariates,
    )  # fmt: skip


def _terms(setting: Setting, fit: FittedModel) -> tuple[LockedTerm, ...]:
    """Return the terms of a fit; volume as the raw column with its declared logarithm."""
    encoded, prepared, terms = setting.study.encoded, fit.preprocessor, []
    for place, knots, coefficient in zip(fit.terms, fit.curves, fit.coefficients, strict=True):
        size = place == setting.volume
        fill = float(prepared.fill[place])
        terms.append(
            LockedTerm(
                encoded.names[place] if knots is None else f"{encoded.names[place]} (curve)",
                encoded.columns[place],
                place < len(setting.clinical.names),
                float(coefficient),
                bool(prepared.logged[place]) or size,
                0.0 if size or not prepared.logged[place] else float(prepared.lowest[place]),
                float(np.exp(fill)) if size else _fill(setting, place, fill),
                float(prepared.centre[place]),
                float(prepared.scale[place]),
                None if knots is None else (float(knots[0]), float(knots[1]), float(knots[2])),
            )
        )
    return tuple(terms)


def _fill(setting: Setting, place: int, fill: float) -> float:
    """Return the training median, which stands for a missing value; of a term that lacked none it is learnt here."""
    values = setting.study.encoded.values[:, place]
    return fill if np.isnan(values).any() else float(np.median(values))


def _harmonisation(fit: FittedModel) -> tuple[str, ComBat | None, tuple[str, ...]]:
    learnt: Any = fit.preprocessor.harmonized
    if not isinstance(learnt, Harmonised) or learnt.combat is None:
        return "", None, ()
    return learnt.batches.column, learnt.combat, tuple(learnt.batches.covariate_names[k] for k in learnt.covariates)


def _places(fit: FittedModel) -> list[int]:
    """Return places of the model's harmonised terms among the study's."""
    learnt: Any = fit.preprocessor.harmonized
    if not isinstance(learnt, Harmonised) or learnt.combat is None:
        return []
    return [place for place in fit.terms if place in set(learnt.terms.tolist())]


def _of_terms(combat: ComBat, fit: FittedModel) -> ComBat:
    """Return what was learnt of the model's terms alone."""
    learnt: Any = fit.preprocessor.harmonized
    place_of = {int(place): number for number, place in enumerate(learnt.terms)}
    kept = [place_of[place] for place in _places(fit)]
    return replace(
        combat, mean=combat.mean[kept], effects=combat.effects[:, kept], scale=combat.scale[kept],
        shift=combat.shift[:, kept], spread=combat.spread[:, kept],
    )  # fmt: skip


def _with_levels(model: ClinicalModel, frame: pd.DataFrame) -> ClinicalModel:
    """Write the levels of categories down as they were found, so that another table has the same terms."""
    columns = []
    for column in model.columns:
        if column.kind is Kind.CATEGORICAL and not column.levels:
            levels = tuple(sorted(frame[column.column].dropna().astype(str).unique()))
            columns.append(replace(column, levels=levels))
        else:
            columns.append(column)
    return replace(model, columns=tuple(columns))
