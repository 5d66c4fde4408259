"""The codebook: what every column of every table of the pack is."""

from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

import pandas as pd

from radpipe.features.catalogue.describe import ColumnDescription, describe
from radpipe.features.catalogue.record import DEFINITION_COLUMNS, NO_DEFINITION, Definition
from radpipe.report.codebook_trials import FILES, HORIZONS, TRIAL_COLUMNS
from radpipe.report.pack_tables import OUTCOME, short_name, used_features
from radpipe.report.patient_table import PatientTable
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["codebook", "validation_codebook"]

MOST_LEVELS = 8
"""Levels of a clinical column are listed up to this many."""

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "patient_id": ("", "the patient"),
    "model": ("", "name of the model"),
    "description": ("", "what goes in, what is chosen, what is penalised"),
    "patients": ("patients", "how many"),
    "events": ("events", "how many of them had the event"),
    "candidates": ("columns", "how many columns the model could make something of"),
    "parameters": ("", "number of coefficients of the final fit"),
    "events_per_parameter": ("", "events divided by forced terms and candidates together; below 10 estimates "
                             "are shaky"),
    "ridge": ("", "penalty: ridge / 2 * coefficient squared, on standardised terms; 0 is plain Cox"),
    "terms": ("", "of the final fit"),
    "c_index": ("", "Harrell's C; 0.5 chance, 1 perfect. Models: held-out folds, higher risk with earlier event. "
                "Screening: higher value with earlier event"),
    "c_low": ("", "95 % interval of c_index, lower end"),
    "c_high": ("", "95 % interval of c_index, upper end"),
    "uno_c": ("", "Uno's C, weighted for censoring, of held-out folds"),
    "uno_low": ("", "95 % interval of uno_c, lower end"),
    "uno_high": ("", "95 % interval of uno_c, upper end"),
    "wolbers_c": ("", "Wolbers' C: C where patients with the competing event outlive everyone; held-out folds"),
    "wolbers_low": ("", "95 % interval of wolbers_c, lower end"),
    "wolbers_high": ("", "95 % interval of wolbers_c, upper end"),
    "counted": ("", "how patients whose indicator is not known are counted"),
    "sample": ("", "number of the bootstrap sample"),
    "sample_c": ("", "C of the sample's model on the sample"),
    "original_c": ("", "C of the sample's model on all patients; sample_c minus original_c is the optimism"),
    "left_out_c": ("", "C of the sample's model on patients that the sample has not; .632+ takes its mean"),
    "slope_optimism": ("", "calibration slope of the sample's model on the sample less that on all patients"),
    "calibration_slope": ("", "slope of the out-of-fold risk; 1 ideal, below 1 too extreme"),
    "slope_low": ("", "95 % interval of calibration_slope, lower end"),
    "slope_high": ("", "95 % interval of calibration_slope, upper end"),
    "apparent_c": ("", "Harrell's C of the final fit on its own patients: too good"),
    "optimism": ("", "how much of apparent_c is optimism: apparent_c minus corrected_c"),
    "corrected_c": ("", "what is left of apparent_c in new patients, by bootstrap"),
    "corrected_by": ("", "optimism: Harrell's bootstrap; .632+: for models that learn from features"),
    "corrected_slope": ("", "slope on the model's own patients minus its optimism, by bootstrap"),
    "warnings": ("", "what should be known"),
    "model_a": ("", "the first model"),
    "model_b": ("", "the model that is taken off it"),
    "c_difference": ("", "Harrell's C of model_a minus that of model_b, held-out folds"),
    "low": ("", "95 % interval, lower end"),
    "high": ("", "95 % interval, upper end"),
    "verdict": ("", "adds: p_adjusted at most 0.015, and gained above 0; equivalent: the whole interval "
                "is within what does not matter; worse: the whole interval is below that; inconclusive: all else"),
    "role": ("", "primary: the declared question; secondary; description: not tested"),
    "test": ("", "of added information"),
    "statistic": ("", "of the test; of a global test by its mean over permutations"),
    "p_error": ("", "standard error of p where permutations were drawn"),
    "p_low": ("", "exact 95 % interval of p by chance of permutations, lower end; p itself where none were drawn"),
    "p_high": ("", "as p_low, upper end"),
    "permutations": ("", "how many were drawn, more where p lies near the level; 0: a likelihood ratio"),
    "p_adjusted": ("", "p after Holm among the secondary questions"),
    "gained": ("log likelihood", "of patients not seen: what model_a gains over model_b"),
    "information": ("", "share of the larger model's information, on patients not seen, that is new"),
    "unit": ("", "what unit_ratio is told for"),
    "unit_ratio": ("per unit", "hazard ratio for what unit says"),
    "unit_low": ("per unit", "95 % interval of unit_ratio, lower end; empty as hr_low"),
    "unit_high": ("per unit", "95 % interval of unit_ratio, upper end; empty as hr_low"),
    "missing_information": ("", "share of the coefficient's variance that missing values cause (Rubin); empty where "
                            "none was drawn"),
    "missing": ("patients", "who have no value in the column"),
    "done": ("", "what was done about missing values"),
    "imputation": ("", "number of the draw of missing values"),
    "mended": ("", "whether a term separates, so that plain Cox has no estimate: Firth's penalty; Fine and Gray a "
               "small ridge"),
    "late_deaths": ("patients", "who counted as censored and had the competing event within 180 days after"),
    "event_with_late_deaths": ("", "cumulative incidence of the event, were those competing events"),
    "term": ("", "of the model: (transform(column) - centre) / scale"),
    "column": ("", "column of analysis.csv that the term is made of"),
    "transform": ("", "identity, log, or `is LEVEL`: 1 for that level, else 0"),
    "centre": ("of the column, transformed", "mean of all patients"),
    "scale": ("of the column, transformed", "standard deviation of all patients"),
    "coefficient": ("log hazard ratio per standard deviation", "of the final fit, Efron's ties"),
    "hazard_ratio": ("per standard deviation", "exp of the coefficient"),
    "hr_low": ("per standard deviation", "95 % interval of hazard_ratio, lower end; empty where terms were learnt from "
               "the same data"),
    "hr_high": ("per standard deviation", "95 % interval of hazard_ratio, upper end; empty as hr_low"),
    "p": ("", "p-value. Screening: likelihood ratio. Comparisons: of the test. Coefficients, causes: Wald; empty where "
          "terms were learnt from the same data"),
    "p_bh": ("", "p after Benjamini and Hochberg: smallest false discovery rate at which the feature passes"),
    "hazards_statistic": ("", "score test of proportional hazards (cox.zph of R's survival 3)"),
    "hazards_p": ("", "its p-value; small: the hazard ratio changes over time"),
    "value": ("standard deviations", "of the term in this patient; a missing value is filled as the model fills it"),
    "horizon_years": ("years", "the event is counted until then"),
    "group": ("", "screening: family of the feature. Calibration: group of patients of rising predicted risk"),
    "predicted": ("probability", "mean predicted risk, held-out folds"),
    "observed": ("probability", "one minus Kaplan-Meier"),
    "feature": ("", "column of the feature table"),
    "share": ("", "in what share of the outer folds the feature was chosen"),
    "rho_volume": ("", "Spearman correlation with tumour volume"),
    "step": ("", "of the patient flow"),
    "reason": ("", "why patients left"),
    "out_of_fold_risk": ("log hazard ratio", "by models of folds the patient was not in, mean of repeats"),
    "final_fit_risk": ("log hazard ratio", "by the final fit to all patients: too good to judge the model by"),
    "time_days": ("days", "from the origin"),
    "event": ("probability", "cumulative incidence of the event, Aalen-Johansen"),
    "event_low": ("probability", "95 % interval, lower end"),
    "event_high": ("probability", "95 % interval, upper end"),
    "competing": ("probability", "cumulative incidence of the competing event, Aalen-Johansen"),
    "competing_low": ("probability", "95 % interval, lower end"),
    "competing_high": ("probability", "95 % interval, upper end"),
    "cause": ("", "event that the cause-specific Cox model is of"),
    "repeat": ("", "of the cross-validation, from 1"),
    "fold": ("", "held-out fold of the patient in this repeat, from 1; c_index counts pairs within one fold, all "
             "folds of a repeat together, and is the mean of the repeats"),
    "risk": ("log hazard ratio", "by the model that was made without the patient's fold"),
    "threshold": ("probability", "predicted risk from which one would act"),
    "net_benefit": ("true positives per patient", "of acting at predicted risks from threshold on; held-out folds, "
                    "mean of the repeats"),
    "net_benefit_low": ("true positives per patient", "95 % interval of net_benefit, lower end; the model as it is"),
    "net_benefit_high": ("true positives per patient", "the same, upper end"),
    "treat_all": ("true positives per patient", "net benefit of acting in everybody; acting in nobody has 0"),
    "cumulative_hazard": ("", "of the final fit, for a patient whose terms are all 0 (final_fit_risk 0)"),
    "survival": ("probability", "baseline.csv: exp(-cumulative_hazard); a patient's risk until then is 1 - survival ** "
                 "exp(final_fit_risk). kaplan_meier.csv: estimate after this time"),
    "survival_low": ("probability", "95 % band, lower end (exponential Greenwood)"),
    "survival_high": ("probability", "95 % band, upper end"),
    "half": ("", "higher risk: out_of_fold_risk above the median of all patients"),
    "lower_third": ("", "in what share of the repeats the patient was in the lower third of the out-of-fold risks"),
    "middle_third": ("", "the same of the middle third"),
    "higher_third": ("", "the same of the higher third"),
    "permutation": ("", "outcomes dealt to patients at random, from 1"),
    "p_log": ("", "p of the same test against the logarithm of time"),
    "years": ("years", "the event is counted until then"),
    "question": ("", "what the parameters are of"),
    "criterion": ("", "of Riley and others, the one that asks most"),
    "recipe": ("", "how features became a model"),
    "volume": ("", "form in which volume entered"),
    "seed": ("", "of the folds"),
    "c_base": ("", "Harrell's C of the smaller model, held-out folds"),
    "difference": ("", "c_index minus c_base"),
}  # fmt: skip

_IN_FILE: Mapping[tuple[str, str], tuple[str, str]] = {
    ("smooth_calibration.csv", "observed"): ("probability", "risk by a Cox model of a spline of the predicted risk"),
    ("smooth_calibration.csv", "predicted"): ("probability", "predicted risk at which the curve is told"),
    ("missing_values.csv", "share"): ("", "share of the patients without a value in the column"),
    ("imputations.csv", "value"): ("standard deviations", "of the term, as drawn for a patient without a value"),
    ("observed_risk.csv", "risk"): ("probability", "share of the patients with the event until then"),
    ("sample_size.csv", "parameters"): ("", "candidate parameters"),
    ("sample_size.csv", "patients"): ("patients", "how many so many parameters need"),
    ("self_test.csv", "c_index"): ("", "Harrell's C of held-out folds on permuted outcomes; 0.5 is honest"),
    ("signature.csv", "index"): ("", "of the signature: weighted sum of its terms"),
    ("signature.csv", "above_threshold"): ("", "the index is above the signature's threshold"),
    ("multiverse.csv", "c_index"): ("", "Harrell's C of the larger model, held-out folds"),
    ("proportional_hazards.csv", "statistic"): ("", "score test of proportional hazards (cox.zph, transform km)"),
    ("proportional_hazards.csv", "p"): ("", "its p-value; small: the hazard ratio changes over time"),
    ("proportional_hazards.csv", "term"): ("", "of the model, and all together"),
}
"""Columns that mean something else in one file."""

_BEGINNINGS = (
    ("auc_low_", "", "95 % interval of auc, lower end"),
    ("auc_high_", "", "the same, upper end"),
    ("auc_", "", "area under the ROC curve at this horizon, of pairs within one held-out fold; 0.5 is chance"),
    ("observed_expected_low_", "", "95 % interval of observed_expected, lower end: that of the observed risk"),
    ("observed_expected_high_", "", "the same, upper end"),
    ("observed_expected_", "", "observed risk at this horizon divided by the mean predicted one; 1 is ideal"),
    ("brier_low_", "", "95 % interval of brier, lower end: of the mean of patients' weighted squared errors"),
    ("brier_high_", "", "the same, upper end"),
    ("brier_explained_low_", "", "95 % interval of brier_explained, lower end"),
    ("brier_explained_high_", "", "the same, upper end"),
    ("ici_", "probability", "mean absolute distance of the smooth calibration curve from the diagonal, over patients"),
    ("e50_", "probability", "median of the same distances"),
    ("e90_", "probability", "90 % quantile of the same distances"),
    ("brier_reference_", "", "Brier score of Kaplan-Meier, the same risk for everybody, at this horizon"),
    ("brier_explained_", "", "1 - brier / brier_reference: negative where the model is worse than no model"),
    ("brier_", "", "Brier score of the out-of-fold risk at this horizon; 0 is perfect"),
    (
        "probability_",
        "probability",
        "predicted risk of the event until this horizon, by the model made without the fold",
    ),
    ("out_of_fold_probability_", "probability", "predicted risk of the event until this horizon, held-out folds"),
    ("fold_repeat_", "", "outer fold of the patient in this repeat of the cross-validation, from 1"),
)

COLUMNS = ("file", "column", "type", "unit", "meaning", "levels", "missing", *DEFINITION_COLUMNS)


def codebook(
    tables: Mapping[str, pd.DataFrame],
    analysis: SurvivalAnalysis,
    patients: PatientTable,
    dictionary: Mapping[str, str],
) -> pd.DataFrame:
    """Describe every column of every table: type, unit, meaning, levels, number of missing values; features by formula.

    Parameters
    ----------
    tables
        File name -> table.
    analysis, patients
        What the tables were made of.
    dictionary
        Clinical column -> meaning.
    """
    rows = []
    special = _analysis_columns(analysis, patients, dictionary)
    definitions = {name: _definition(name) for name in used_features(analysis, patients.features)}
    for file, table in tables.items():
        for name in map(str, table.columns):
            known = name in special and (file == "analysis.csv" or name in OUTCOME)
            own = TRIAL_COLUMNS.get(file, {}).get(name) or _IN_FILE.get((file, name))
            unit, meaning = special[name] if known else own or _meaning(name)
            values = table[name]
            entry = (_kind(values), unit, meaning, _levels(values), int(values.isna().sum()))
            definition = definitions.get(name, NO_DEFINITION) if file == "analysis.csv" else NO_DEFINITION
            rows.append((file, name, *entry, *astuple(definition)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def validation_codebook(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Describe every column of every table of a validation: type, unit, meaning, levels, number of missing values.

    Parameters
    ----------
    tables
        File name -> table.
    """
    rows = []
    for file, table in tables.items():
        known = FILES["`validate`"][file][1]
        for name in map(str, table.columns):
            beginnings = ((unit, meaning) for start, unit, meaning in HORIZONS if name.startswith(start))
            unit, meaning = known.get(name) or next(beginnings, ("", ""))
            values = table[name]
            rows.append((file, name, _kind(values), unit, meaning, _levels(values), int(values.isna().sum())))
    return pd.DataFrame(rows, columns=list(COLUMNS[:7]))


def _analysis_columns(
    analysis: SurvivalAnalysis, patients: PatientTable, dictionary: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return unit and meaning of the columns of ``analysis.csv``; where names meet, the outcome's own come last."""
    meanings = {}
    for name in map(str, patients.clinical.columns):
        entry = ("", dictionary.get(name, "clinical column, as in the clinical table"))
        meanings[name] = meanings[f"clinical_{name}"] = entry
    for name in used_features(analysis, patients.features):
        meanings[name] = _feature(name)
    time, event, competing = OUTCOME
    origin = f" from {analysis.origin}" if analysis.origin else ""
    meanings[time] = ("days", f"time{origin} to {analysis.endpoint} or end of follow-up")
    meanings[event] = ("", f"1: {analysis.endpoint} was seen; 0: follow-up ended without it")
    meanings[competing] = ("", "1: another event ended follow-up, so that the event can no longer be seen")
    for model in analysis.models:
        entry = ("log hazard ratio", f"risk by the model '{model.name}', held-out folds, mean of repeats")
        meanings[f"risk_{short_name(model.name)}"] = entry
    return meanings


def _feature(name: str) -> tuple[str, str]:
    """Return unit and meaning of a feature; features of other programs are told as such."""
    known = _known(name)
    if known is None:
        return "", "feature, as in the feature table"
    return known.unit, f"{known.description} ({known.image_type} image)"


def _definition(name: str) -> Definition:
    """Return the definition of a feature; an empty one for features of other programs."""
    known = _known(name)
    return NO_DEFINITION if known is None else known.definition


def _known(name: str) -> ColumnDescription | None:
    """Describe a feature of the catalogue."""
    try:
        return describe(name)
    except (KeyError, ValueError):
        return None


def _meaning(name: str) -> tuple[str, str]:
    if name in _MEANINGS:
        return _MEANINGS[name]
    for beginning, unit, meaning in _BEGINNINGS:
        if name.startswith(beginning):
            return unit, meaning
    return "", ""


def _kind(column: "pd.Series[Any]") -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "true or false"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "whole number"
    return "number" if pd.api.types.is_numeric_dtype(column.dtype) else "words"


def _levels(column: "pd.Series[Any]") -> str:
    """List the levels of words that repeat."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return ""
    levels = sorted(map(str, column.dropna().unique()))
    return "; ".join(levels) if len(levels) <= MOST_LEVELS < len(column) else ""
