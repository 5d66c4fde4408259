"""The whole analysis: models side by side, validated, compared, and put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from platform import python_version

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.preprocess import Encoded, encode_features
from radpipe.survival.procedure.competing import competing_risks
from radpipe.survival.procedure.method_text import METHODS, REFERENCES
from radpipe.survival.procedure.recipes import FittedModel, Recipe
from radpipe.survival.procedure.results import (
    Comparison,
    ModelResult,
    SurvivalAnalysis,
)
from radpipe.survival.procedure.safeguards import hazards_test, limits, model_warnings, self_test, verdicts
from radpipe.survival.procedure.screening import screen
from radpipe.survival.procedure.validation import (
    Concordances,
    CrossValidation,
    Study,
    concordances,
    cross_validate,
    final_fit,
    optimism,
    permuted_c,
)
from radpipe.survival.statistics.calibration import (
    SMALLEST_GROUP,
    brier_score,
    calibration_curve,
    calibration_slope,
)
from radpipe.survival.statistics.concordance import PairTable
from radpipe.survival.statistics.constants import DAYS_A_YEAR, NORMAL_95
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["AnalysisPlan", "analyse", "volume_column_of"]

FloatArray = npt.NDArray[np.float64]

VOLUME_COLUMNS = (
    "original_shape_MeshVolume",
    "original_shape_VoxelVolume",
    "original_morph_volume",
    "original_morph_vol_approx",
    "diag_volume_mm3",
)
"""Columns that are taken as tumour volume, the first that there is."""

EVENTS_PER_FEATURE = 15
MOST_FEATURES = 5


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """How thoroughly an analysis is done.

    Parameters
    ----------
    repeats, folds
        Of the cross-validation.
    bootstraps
        Samples for the optimism of each model.
    resamples
        Bootstrap samples for intervals of C and its differences.
    permutations
        Permuted outcomes of the self-test; 0 leaves it out.
    horizons_years
        Of calibration and Brier score.
    """

    repeats: int = 10
    folds: int = 5
    bootstraps: int = 60
    resamples: int = 1000
    permutations: int = 20
    horizons_years: tuple[float, ...] = (2.0, 5.0)

    def __post_init__(self) -> None:
        if self.repeats < 1 or self.folds < 2 or self.resamples < 1 or min(self.bootstraps, self.permutations) < 0:
            message = f"repeats, folds (at least 2), resamples, bootstraps and permutations must be positive: {self}"
            raise UsageError(message)


def volume_column_of(features: pd.DataFrame, asked: str | None = None) -> str:
    """Return the column that is tumour volume.

    Raises
    ------
    UsageError
        The column asked for, or any usual one, is not there, or it is missing or constant.
    """
    wanted = (asked,) if asked else VOLUME_COLUMNS
    for name in wanted:
        if name in features.columns:
            column = features[name]
            if column.isna().any() or column.nunique() < 2 or (column <= 0).any():
                message = f"volume column {name} is missing, constant or not positive in some patients"
                raise UsageError(message)
            return name
    message = f"no column {' or '.join(wanted)} for tumour volume in the feature table; name it with --volume-column"
    raise UsageError(message)


def analyse(
    patients: Patients,
    *,
    clinical_model: ClinicalModel = HN1_CLINICAL_MODEL,
    volume_column: str | None = None,
    plan: AnalysisPlan | None = None,
    seed: int = 2014,
    jobs: int = 1,
) -> SurvivalAnalysis:
    """Analyse a table of patients.

    Parameters
    ----------
    patients
        Of :func:`radpipe.survival.design.patients.join`.
    clinical_model
        Which clinical columns are a model, and how they enter.
    volume_column
        Tumour volume; None takes ``original_shape_MeshVolume`` or ``original_shape_VoxelVolume``.
    plan
        How thoroughly.
    seed
        Of everything random; the same seed gives the same analysis, for any number of jobs.
    jobs
        Processes.

    Raises
    ------
    UsageError
        A clinical column or the volume is not there or not usable; no feature varies.

    Examples
    --------
    >>> from radpipe.survival.design.patients import join
    >>> found = analyse(join("out", clinical, HN1_ENDPOINTS["overall_survival"], roi="GTV-1"))  # doctest: +SKIP
    """
    plan = plan or AnalysisPlan()
    volume = volume_column_of(patients.features, volume_column)
    clinical = clinical_model.encode(patients.clinical)
    features = encode_features(patients.features)
    if not (np.nanstd(features.values, axis=0) > 0).any():
        message = "no feature varies between patients; there is nothing to model"
        raise UsageError(message)
    encoded = clinical.beside(features)
    recipes = _recipes(clinical, features, volume, patients.endpoint.event)
    study = Study(encoded, patients.endpoint.time_days, patients.endpoint.event)
    seeds = np.random.SeedSequence(seed).spawn(5)
    horizons = _seen(plan.horizons_years, study)
    validated = cross_validate(
        study,
        recipes,
        repeats=plan.repeats,
        folds=plan.folds,
        horizons_years=horizons,
        seeds=seeds[0].spawn(plan.repeats),
        jobs=jobs,
    )
    harrell = concordances(study, validated, resamples=plan.resamples, seed=seeds[1])
    uno = concordances(study, validated, resamples=plan.resamples, seed=seeds[1], uno=True)
    models = []
    for number, (recipe, own) in enumerate(zip(recipes, seeds[2].spawn(len(recipes)), strict=True)):
        fit = final_fit(study, recipe, seeds[3])
        lost, _ = optimism(study, recipe, seeds=own.spawn(plan.bootstraps), jobs=jobs)
        models.append(_model(patients, study, recipe, number, fit, validated, harrell, uno, (lost.c, lost.slope)))
    names = [recipe.name for recipe in recipes]
    comparisons = tuple(Comparison(a, b, harrell.difference(names.index(a), names.index(b))) for a, b in _QUESTIONS)
    test = None
    if plan.permutations:
        chosen = recipes[names.index("radiomics")]
        permuted = permuted_c(study, chosen, folds=plan.folds, seeds=seeds[4].spawn(plan.permutations), jobs=jobs)
        test = self_test("radiomics", permuted)
    warnings = tuple(told for model in models for told in model.warnings)
    if test is not None and not test.passed:
        warnings = (f"self-test failed: on permuted outcomes C is {test.mean:.3f}, not 0.5", *warnings)
    follow_up = float(np.median(study.time_days[~study.event])) / DAYS_A_YEAR
    return SurvivalAnalysis(
        endpoint=patients.endpoint.name,
        origin=patients.endpoint.origin,
        patient_ids=patients.patient_ids,
        time_days=study.time_days,
        event=study.event,
        models=tuple(models),
        comparisons=comparisons,
        verdicts=verdicts(comparisons),
        limits=limits(len(study), int(study.event.sum()), models, follow_up, len(features.names)),
        warnings=warnings,
        screening=screen(patients.features, patients.endpoint, volume),
        permutation=test,
        competing=None
        if patients.endpoint.competing is None
        else competing_risks(patients.endpoint, clinical, horizons_years=horizons or plan.horizons_years),
        flow=patients.flow,
        notes=patients.notes,
        folds=pd.DataFrame(
            validated.folds.T + 1,
            index=pd.Index(patients.patient_ids),
            columns=[f"repeat_{number + 1}" for number in range(plan.repeats)],
        ),
        volume_column=volume,
        settings=_settings(plan, clinical_model, patients.roi),
        seed=seed,
        versions={
            "Python": python_version(),
            **{name: version(name) for name in ("radpipe", "numpy", "scipy", "pandas", "lifelines")},
        },
        methods=METHODS,
        references=REFERENCES,
    )


_QUESTIONS = (
    ("volume + radiomics", "volume"),
    ("radiomics", "volume"),
    ("clinical + volume + radiomics", "clinical + volume"),
    ("clinical + radiomics", "clinical"),
    ("clinical + volume", "clinical"),
)
"""Models whose difference in C is told."""


def _recipes(clinical: Encoded, features: Encoded, volume: str, event: npt.NDArray[np.bool_]) -> tuple[Recipe, ...]:
    """Return the models side by side, simplest first."""
    first = tuple(range(len(clinical.names)))
    every = tuple(range(len(clinical.names), len(clinical.names) + len(features.names)))
    size = len(clinical.names) + features.names.index(volume)
    others = tuple(place for place in every if place != size)
    most = int(np.clip(int(event.sum()) // EVENTS_PER_FEATURE, 1, MOST_FEATURES))
    chosen = f"up to {most} of {len(features.names)} features, chosen forward and penalised inside the folds"
    return (
        Recipe("volume", "tumour volume alone", (size,)),
        Recipe("clinical", "the declared clinical columns", first),
        Recipe("clinical + volume", "the clinical columns and tumour volume", (*first, size)),
        Recipe("radiomics", chosen, (), every, most),
        Recipe("volume + radiomics", f"tumour volume, and {chosen}", (size,), others, most),
        Recipe("clinical + radiomics", f"the clinical columns, and {chosen}", first, every, most),
        Recipe(
            "clinical + volume + radiomics",
            f"clinical columns, tumour volume, and {chosen}",
            (*first, size),
            others,
            most,
        ),
    )


def _seen(horizons_years: Sequence[float], study: Study) -> tuple[float, ...]:
    """Return the horizons that enough patients were followed to, and before which events were seen."""
    days = study.time_days
    return tuple(
        years
        for years in horizons_years
        if np.count_nonzero(days >= years * DAYS_A_YEAR) >= SMALLEST_GROUP
        and 0 < KaplanMeier.of(days, study.event).at(years * DAYS_A_YEAR) < 1
    )


def _model(
    patients: Patients,
    study: Study,
    recipe: Recipe,
    number: int,
    fit: FittedModel,
    found: CrossValidation,
    harrell: Concordances,
    uno: Concordances,
    lost: tuple[float, float],
) -> ModelResult:
    """Put together what was found of one model."""
    time_days, event = study.time_days, study.event
    names = study.encoded.names
    design = pd.DataFrame(
        fit.design(study.encoded.values),
        index=pd.Index(patients.patient_ids),
        columns=[names[place] for place in fit.terms],
    )
    apparent = PairTable.of(time_days, event).c(fit.risk(study.encoded.values))
    risk = found.risk[:, number].mean(axis=0)
    probability = found.probability[:, number].mean(axis=0)
    reference = found.reference.mean(axis=0)
    shares = found.shares(number, names)
    hazards = hazards_test(design, time_days, event)
    events = int(event.sum())
    own = calibration_slope(time_days, event, fit.risk(study.encoded.values)).value
    return ModelResult(
        name=recipe.name,
        description=recipe.description,
        candidates=tuple(names[place] for place in recipe.candidates),
        terms=tuple(design.columns),
        parameters=len(fit.terms),
        events_per_parameter=events / max(len(fit.terms), 1),
        ridge=fit.ridge,
        out_of_fold_risk=risk,
        out_of_fold_probability={years: probability[place] for place, years in enumerate(found.horizons_years)},
        c_index=harrell.interval(number),
        uno_c=uno.interval(number),
        c_by_repeat=harrell.by_repeat[:, number],
        apparent_c=apparent,
        optimism=lost[0],
        corrected_c=apparent - lost[0],
        calibration_slope=calibration_slope(time_days, event, risk),
        corrected_slope=own - lost[1],
        calibration=tuple(
            calibration_curve(time_days, event, probability[place], years)
            for place, years in enumerate(found.horizons_years)
        ),
        brier=tuple(
            brier_score(time_days, event, probability[place], reference[place], years)
            for place, years in enumerate(found.horizons_years)
        ),
        coefficients=_coefficients(study.encoded, fit),
        design=design,
        selection=pd.DataFrame({"feature": list(shares), "share": list(shares.values())}),
        hazards_test=hazards,
        warnings=model_warnings(recipe.name, fit, events, hazards, shares, names),
    )


def _coefficients(encoded: Encoded, fit: FittedModel) -> pd.DataFrame:
    """List the terms of a final fit; without intervals where they were chosen by the same data."""
    b, prepared = fit.cox.coefficients, fit.preprocessor
    honest = not fit.chosen and not fit.mended
    se = fit.cox.standard_errors if honest and len(b) else np.full(len(b), np.nan)
    coding = [encoded.codings[place] for place in fit.terms]
    return pd.DataFrame(
        {
            "term": [encoded.names[place] for place in fit.terms],
            "column": [encoded.columns[place] for place in fit.terms],
            "transform": ["log" if log else how for log, how in zip(prepared.logged, coding, strict=True)],
            "centre": prepared.centre,
            "scale": prepared.scale,
            "ridge": fit.cox.ridge,
            "coefficient": b,
            "hazard_ratio": np.exp(b),
            "hr_low": np.exp(b - NORMAL_95 * se),
            "hr_high": np.exp(b + NORMAL_95 * se),
            "p": 2 * norm.sf(np.abs(b / se)),
        }
    )


def _settings(plan: AnalysisPlan, clinical_model: ClinicalModel, roi: str) -> Mapping[str, str]:
    """Tell the options of an analysis."""
    return {
        "roi": roi,
        "clinical model": f"{clinical_model.source}: {', '.join(clinical_model.names)}",
        "cross-validation": f"{plan.repeats} times {plan.folds} folds",
        "bootstrap samples for optimism": str(plan.bootstraps),
        "bootstrap samples for intervals": str(plan.resamples),
        "permuted outcomes": str(plan.permutations),
        "horizons": ", ".join(f"{years:g} years" for years in plan.horizons_years),
    }
