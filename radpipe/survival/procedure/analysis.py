"""The whole analysis: models side by side, validated, compared, and put into words."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from platform import python_version

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

from radpipe.errors import UsageError
from radpipe.survival.design.clinical_model import ClinicalModel
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL
from radpipe.survival.design.lesions import VOLUME_COLUMNS
from radpipe.survival.design.patients import Patients
from radpipe.survival.design.preprocess import Encoded, Steps
from radpipe.survival.procedure.added_value import QUESTIONS, answers, compare
from radpipe.survival.procedure.assembly import Validated, model_result
from radpipe.survival.procedure.competing import competing_risks
from radpipe.survival.procedure.description import described, follow_up_years, observed_risks, too_few
from radpipe.survival.procedure.method_text import REFERENCES, methods
from radpipe.survival.procedure.missing_values import drawn_values, missing_values
from radpipe.survival.procedure.multiverse import multiverse
from radpipe.survival.procedure.optimism import optimism
from radpipe.survival.procedure.plan import AnalysisPlan
from radpipe.survival.procedure.progress import FIXED_SAMPLES, Progress
from radpipe.survival.procedure.recipes import FittedModel, Recipe
from radpipe.survival.procedure.results import ModelResult, PermutationTest, SurvivalAnalysis
from radpipe.survival.procedure.safeguards import (
    PROBE,
    limits,
    probe_terms,
    refuse_outcomes,
    refuse_thin_folds,
    self_test,
    study_warnings,
)
from radpipe.survival.procedure.screening import screen
from radpipe.survival.procedure.setting import Setting, setting_of
from radpipe.survival.procedure.training import Study
from radpipe.survival.procedure.untested import untested
from radpipe.survival.procedure.validation import cross_validate, final_fit, permuted_c
from radpipe.survival.statistics.calibration import SMALLEST_GROUP
from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.kaplan_meier import KaplanMeier
from radpipe.survival.statistics.sample_size import sample_size

__all__ = ["AnalysisPlan", "analyse", "volume_column_of"]

FloatArray = npt.NDArray[np.float64]


def volume_column_of(features: pd.DataFrame, asked: str | None = None) -> str:
    """Return the column that is tumour volume.

    Parameters
    ----------
    features
        Feature columns.
    asked
        Its name; None takes the first usual one.

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
    steps: Steps | None = None,
    progress: Callable[[float], None] | None = None,
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
        What is asked, and how thoroughly.
    seed
        Of everything random; the same seed gives the same analysis, for any number of jobs.
    jobs
        Processes.
    steps
        What preprocessing does inside the folds beside imputing and scaling: harmonising, filtering.
    progress
        Is given the share of the work that is done, 0 to 1, as it grows.

    Raises
    ------
    UsageError
        A clinical column or the volume is not there or not usable, or tells the outcome; no feature varies; folds are
        too many for the events.

    Examples
    --------
    >>> from radpipe.survival.design.patients import join
    >>> found = analyse(join("out", clinical, HN1_ENDPOINTS["overall_survival"], roi="GTV-1"))  # doctest: +SKIP
    """
    plan = (plan or AnalysisPlan()).of(len(patients))
    with threadpool_limits(limits=1):
        return _analysed(patients, clinical_model, volume_column, plan, seed, jobs, steps or Steps(), progress)


def _analysed(
    patients: Patients, clinical_model: ClinicalModel, volume_column: str | None, plan: AnalysisPlan, seed: int,
    jobs: int, steps: Steps, told: Callable[[float], None] | None,
) -> SurvivalAnalysis:  # fmt: skip
    endpoint = patients.endpoint
    refuse_outcomes(clinical_model, ())
    if too_few(endpoint):
        return described(
            patients, volume_column=volume_column_of(patients.features, volume_column),
            horizons_years=plan.horizons_years, settings={"roi": patients.roi}, seed=seed, versions=_versions(),
        )  # fmt: skip
    refuse_thin_folds(int(endpoint.event.sum()), plan.folds)
    name = volume_column_of(patients.features, volume_column)
    setting = setting_of(patients, clinical_model.encode(patients.clinical), name, plan, jobs, steps, seed)
    study, seeds = setting.study, np.random.SeedSequence(seed).spawn(6)
    horizons = _seen(plan.horizons_years, study)
    progress = Progress.of(plan, setting.recipes, told)
    found = cross_validate(study, setting.recipes, repeats=plan.repeats or 1, folds=plan.folds, horizons_years=horizons,
                           seeds=seeds[0].spawn(plan.repeats or 1), jobs=jobs,
                           done=progress.after(progress.repeat))  # fmt: skip
    validated = Validated.of(study, found)
    models, fits = _fitted(setting, patients.patient_ids, validated, seeds[2], seeds[3], progress)
    comparisons = compare(study, found, validated.harrell, fits, volume=setting.volume, primary=plan.primary,
                          smallest=plan.smallest, permutations=plan.score_permutations or 0, seed=seeds[1])  # fmt: skip
    test = _self_test(setting, seeds[4], progress)
    question = next(question for question in QUESTIONS if question.name == plan.primary)
    by_name = {recipe.name: recipe for recipe in setting.recipes}
    everywhere = multiverse(study, by_name[question.model_b], by_name[question.model_a], setting.volume,
                            seeds=plan.seeds or 0, folds=plan.folds, seed=seeds[5], jobs=jobs,
                            done=progress.after(progress.seed))  # fmt: skip
    follow_up = follow_up_years(endpoint)
    sizes = _sizes(setting, models)
    lost_patients = int(patients.flow.loc[patients.flow["step"] == "excluded", "patients"].sum())
    warnings = [*patients.warnings, *study_warnings(study.time_days, setting.clinical, lost_patients, len(study)),
                *(warning for model in models for warning in model.warnings)]  # fmt: skip
    warnings[:0] = (
        [] if test is None or test.passed else [f"self-test failed: on permuted outcomes C is {test.mean:.3f}"]
    )
    return SurvivalAnalysis(
        endpoint=endpoint.name,
        origin=endpoint.origin,
        patient_ids=patients.patient_ids,
        time_days=study.time_days,
        event=study.event,
        models=tuple(models),
        comparisons=comparisons,
        verdicts=answers(comparisons),
        limits=limits(len(study), int(study.event.sum()), models, follow_up, sizes),
        warnings=tuple(warnings),
        screening=screen(patients.features, endpoint, name),
        permutation=test,
        competing=None
        if endpoint.competing is None
        else competing_risks(endpoint, _fixed_terms(setting), horizons_years=horizons or plan.horizons_years),
        flow=patients.flow,
        notes=patients.notes,
        folds=pd.DataFrame(
            found.folds.T + 1,
            index=pd.Index(patients.patient_ids),
            columns=[f"repeat_{number + 1}" for number in range(len(found.folds))],
        ),
        volume_column=name,
        multiverse=everywhere,
        observed_risk=observed_risks(endpoint, horizons),
        follow_up_years=follow_up,
        sample_size=sizes,
        settings=_settings(plan, clinical_model, patients.roi),
        seed=seed,
        versions=_versions(),
        methods=methods(plan),
        references=REFERENCES,
        untested=untested(study, _fixed_places(setting), clinical_model, patients.clinical),
        missing=missing_values(clinical_model, patients.clinical, plan.imputations),
        imputations=drawn_values(study, patients.patient_ids),
    )


def _fitted(
    setting: Setting, patient_ids: tuple[str, ...], validated: Validated, samples: np.random.SeedSequence,
    final: np.random.SeedSequence, progress: Progress,
) -> tuple[list[ModelResult], dict[str, FittedModel]]:  # fmt: skip
    """Fit every model to all patients, and ask the bootstrap how much of its C is optimism."""
    models, fits = [], {}
    for number, (recipe, own) in enumerate(zip(setting.recipes, samples.spawn(len(setting.recipes)), strict=True)):
        fit = final_fit(setting.study, recipe, final)
        count = (setting.plan.bootstraps or 0) * (1 if recipe.learners else FIXED_SAMPLES)
        lost = optimism(setting.study, recipe, seeds=own.spawn(count), jobs=setting.jobs,
                        done=progress.after(progress.sample(recipe)))  # fmt: skip
        fits[recipe.name] = fit
        models.append(model_result(setting.study, patient_ids, recipe, number, fit, validated, lost))
    return models, fits


def _fixed_places(setting: Setting) -> tuple[int, ...]:
    """Return the places of the clinical terms and volume among the study's."""
    return (*range(len(setting.clinical.names)), setting.volume)


def _fixed_terms(setting: Setting) -> Encoded:
    """Return the clinical terms and volume, for models of the causes."""
    encoded, places = setting.study.encoded, list(_fixed_places(setting))
    return Encoded(
        tuple(encoded.names[place] for place in places),
        tuple(encoded.columns[place] for place in places),
        tuple(encoded.codings[place] for place in places),
        encoded.values[:, places],
        encoded.skewed[places],
        tuple(encoded.unit(place) for place in places),
    )


def _versions() -> dict[str, str]:
    """Return what made the numbers."""
    packages = ("radpipe", "numpy", "scipy", "pandas", "lifelines")
    return {"Python": python_version(), **{name: version(name) for name in packages}}


def _self_test(setting: Setting, seed: np.random.SeedSequence, progress: Progress) -> PermutationTest | None:
    """Run probe and models on permuted outcomes; None where that was switched off."""
    plan = setting.plan
    if not plan.permutations:
        return None
    forced = probe_terms(setting.features, len(setting.clinical.names))
    recipes = (Recipe(PROBE, "", forced), *setting.recipes)
    values = permuted_c(setting.study, recipes, folds=plan.folds, seeds=seed.spawn(plan.permutations),
                        jobs=setting.jobs, done=progress.after(progress.permutation))  # fmt: skip
    return self_test([recipe.name for recipe in recipes], values)


def _sizes(setting: Setting, models: Sequence[ModelResult]) -> pd.DataFrame:
    """Tell how many patients the parameters at hand would need, at the explained variation of the fixed models."""
    study = setting.study
    best = max((model for model in models if not model.candidates), key=lambda model: model.log_likelihood[0])
    r2 = 1 - float(np.exp(2 * (best.log_likelihood[1] - best.log_likelihood[0]) / len(study)))
    years = float(study.time_days.sum()) / DAYS_A_YEAR
    asked = (
        ("The model of clinical columns and volume", len(setting.clinical.names) + 1),
        ("All features beside them", len(setting.study.encoded.names)),
    )
    rows = []
    for question, parameters in asked:
        try:
            size = sample_size(
                parameters,
                r2,
                events_per_year=float(study.event.sum()) / years,
                follow_up_years=years / len(study),
                horizon_years=setting.plan.horizons_years[-1],
            )
        except UsageError:
            continue
        source = f"Riley 2019, explained variation {r2:.2f}"
        rows.append((question, parameters, size.patients, source))
    return pd.DataFrame(rows, columns=["question", "parameters", "patients", "criterion"])  # fmt: skip


def _seen(horizons_years: Sequence[float], study: Study) -> tuple[float, ...]:
    """Return the horizons that enough patients were followed to, and before which events were seen."""
    days = study.time_days
    return tuple(
        years
        for years in horizons_years
        if np.count_nonzero(days >= years * DAYS_A_YEAR) >= SMALLEST_GROUP
        and 0 < KaplanMeier.of(days, study.event).at(years * DAYS_A_YEAR) < 1
    )


def _settings(plan: AnalysisPlan, clinical_model: ClinicalModel, roi: str) -> Mapping[str, str]:
    """Tell the options of an analysis."""
    asked = next(question for question in QUESTIONS if question.name == plan.primary)
    return {
        "roi": roi,
        "primary question": f"{plan.primary}: {asked.text}",
        "smallest difference in C that matters": f"{plan.smallest:g}",
        "radiomics recipe": " or ".join(plan.recipe),
        "clinical model": f"{clinical_model.source}: {', '.join(clinical_model.names)}",
        "cross-validation": f"{plan.repeats} times {plan.folds} folds",
        "bootstrap samples for optimism": f"{plan.bootstraps}, {FIXED_SAMPLES} times as many for models without a "
        "choice",
        "permutations of the global score test": str(plan.score_permutations),
        "permuted outcomes of the self-test": str(plan.permutations),
        "seeds of the multiverse": str(plan.seeds),
        "imputations of missing clinical values": str(plan.imputations),
        "horizons": ", ".join(f"{years:g} years" for years in plan.horizons_years),
    }
