"""The tables of the statistician's pack, made from what an analysis found; nothing is written here."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from radpipe.report.pack_details import detail_tables
from radpipe.report.patient_table import PatientTable
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis
from radpipe.survival.statistics.interval import Interval

__all__ = ["pack_tables", "short_name", "used_features"]

OUTCOME = ("outcome_time_days", "outcome_event", "outcome_competing")
"""Columns of the outcome in ``analysis.csv``; the clinical table may have an ``event`` of its own."""

MOST_VALUES = 400_000
"""A model with more values than this stands in ``terms.csv`` with none: they follow from ``analysis.csv`` by centre and
scale of ``coefficients.csv``, and R's ``coxph`` does not fit so many columns in hours."""

COEFFICIENTS = (
    "model", "term", "column", "transform", "centre", "scale", "ridge", "coefficient", "hazard_ratio", "hr_low",
    "hr_high", "p", "unit", "unit_ratio", "unit_low", "unit_high", "missing_information",
    "hazards_statistic", "hazards_p",
)  # fmt: skip


def pack_tables(analysis: SurvivalAnalysis, patients: PatientTable) -> dict[str, pd.DataFrame]:
    """Return file name -> table, for every CSV of the pack but its codebook.

    Parameters
    ----------
    analysis, patients
        Of the same patients, in the same order.
    """
    if not analysis.models:
        return {"analysis.csv": analysis_table(analysis, patients), "flow.csv": analysis.flow} | {
            name: table for name, table in (_causes(analysis) | detail_tables(analysis)).items() if len(table)
        }
    tables = {
        "analysis.csv": analysis_table(analysis, patients),
        "screening.csv": analysis.screening,
        "models.csv": pd.DataFrame([_model(analysis, model) for model in analysis.models]),
        "comparisons.csv": _comparisons(analysis),
        "coefficients.csv": _coefficients(analysis.models),
        "terms.csv": _terms(analysis.models),
        "calibration.csv": _calibration(analysis.models),
        "selection.csv": _labelled((model.name, model.selection) for model in analysis.models),
        "flow.csv": analysis.flow,
        "risk_scores.csv": _risk_scores(analysis),
    }
    return tables | _causes(analysis) | detail_tables(analysis)


def _causes(analysis: SurvivalAnalysis) -> dict[str, pd.DataFrame]:
    """Return the tables of an endpoint with a competing event."""
    if analysis.competing is None:
        return {}
    return {"competing_risks.csv": analysis.competing.curves, "cause_specific.csv": analysis.competing.cause_specific}


def short_name(model: str) -> str:
    """Return a model's name as part of a column's.

    Examples
    --------
    >>> short_name("clinical + radiomics")
    'clinical_radiomics'
    """
    return re.sub(r"[^0-9a-z]+", "_", model.casefold()).strip("_")


def used_features(analysis: SurvivalAnalysis, features: pd.DataFrame) -> list[str]:
    """Return the feature columns that a final model holds, and volume, in the table's order."""
    wanted = {analysis.volume_column}
    for model in analysis.models:
        wanted.update(model.coefficients["column"])
    return [name for name in features.columns if name in wanted]


def analysis_table(analysis: SurvivalAnalysis, patients: PatientTable) -> pd.DataFrame:
    """Return one row per patient: clinical columns, outcome, features of the models, folds, out-of-fold risks."""
    ids = list(analysis.patient_ids)
    parts = [patients.clinical.loc[ids], _outcome(analysis, patients)]
    parts.append(patients.features.loc[ids, used_features(analysis, patients.features)])
    parts.append(analysis.folds.loc[ids].add_prefix("fold_"))
    risks = {f"risk_{short_name(model.name)}": model.out_of_fold_risk for model in analysis.models}
    parts.append(pd.DataFrame(risks, index=ids))
    own = {str(name) for part in parts[1:] for name in part.columns} | {"patient_id"}
    clashes = {name: f"clinical_{name}" for name in parts[0].columns if name in own}
    parts[0] = parts[0].rename(columns=clashes)
    table: pd.DataFrame = pd.concat(parts, axis=1)
    return table.rename_axis("patient_id").reset_index()


def _outcome(analysis: SurvivalAnalysis, patients: PatientTable) -> pd.DataFrame:
    time, event, competing = OUTCOME
    frame = pd.DataFrame(
        {time: analysis.time_days, event: analysis.event.astype(np.int64)}, index=list(analysis.patient_ids)
    )
    if patients.endpoint.competing is not None:
        frame[competing] = patients.endpoint.competing.astype(np.int64)
    return frame


def _model(analysis: SurvivalAnalysis, model: ModelResult) -> dict[str, object]:
    """Return one row of ``models.csv``."""
    row: dict[str, object] = {
        "model": model.name,
        "description": model.description,
        "patients": len(analysis.patient_ids),
        "events": int(analysis.event.sum()),
        "candidates": len(model.candidates),
        "parameters": model.parameters,
        "events_per_parameter": model.events_per_parameter,
        "ridge": model.ridge,
        "terms": "; ".join(model.terms),
    }
    intervals: tuple[tuple[str, str, Interval], ...] = (
        ("c_index", "c", model.c_index),
        ("uno_c", "uno", model.uno_c),
        ("calibration_slope", "slope", model.calibration_slope),
    )
    if model.wolbers_c is not None:
        intervals = (*intervals, ("wolbers_c", "wolbers", model.wolbers_c))
    for name, short, interval in intervals:
        row |= {name: interval.value, f"{short}_low": interval.low, f"{short}_high": interval.high}
    row |= {
        "apparent_c": model.apparent_c,
        "optimism": model.optimism,
        "corrected_c": model.corrected_c,
        "corrected_by": model.corrected_by,
        "corrected_slope": model.corrected_slope,
    }
    for year, area in model.auc.items():
        row |= {f"auc_{year:g}y": area.value, f"auc_low_{year:g}y": area.low, f"auc_high_{year:g}y": area.high}
    for year, ratio in model.observed_expected.items():
        row |= {f"observed_expected_{year:g}y": ratio.value, f"observed_expected_low_{year:g}y": ratio.low,
                f"observed_expected_high_{year:g}y": ratio.high}  # fmt: skip
    for brier in model.brier:
        years = f"{brier.horizon_years:g}y"
        told, explained = brier.interval, brier.explained_interval
        row |= {f"brier_{years}": brier.score, f"brier_low_{years}": told.low, f"brier_high_{years}": told.high,
                f"brier_reference_{years}": brier.reference, f"brier_explained_{years}": brier.explained,
                f"brier_explained_low_{years}": explained.low,
                f"brier_explained_high_{years}": explained.high}  # fmt: skip
    for curve in model.smooth:
        row |= {f"ici_{curve.horizon_years:g}y": curve.ici, f"e50_{curve.horizon_years:g}y": curve.e50,
                f"e90_{curve.horizon_years:g}y": curve.e90}  # fmt: skip
    return row | {"warnings": "; ".join(model.warnings)}


def _comparisons(analysis: SurvivalAnalysis) -> pd.DataFrame:
    rows = [
        (
            comparison.model_a,
            comparison.model_b,
            comparison.difference.value,
            comparison.difference.low,
            comparison.difference.high,
            str(comparison.verdict) if comparison.test else "not asked",
            str(comparison.role),
            comparison.test,
            comparison.statistic,
            comparison.p,
            comparison.p_error,
            comparison.p_interval().low,
            comparison.p_interval().high,
            comparison.permutations,
            comparison.p_adjusted,
            comparison.gained,
            comparison.information,
        )
        for comparison in analysis.comparisons
    ]
    return pd.DataFrame(
        rows,
        columns=[
            "model_a",
            "model_b",
            "c_difference",
            "low",
            "high",
            "verdict",
            "role",
            "test",
            "statistic",
            "p",
            "p_error",
            "p_low",
            "p_high",
            "permutations",
            "p_adjusted",
            "gained",
            "information",
        ],
    )


def _coefficients(models: Iterable[ModelResult]) -> pd.DataFrame:
    """Return all coefficients, the test of proportional hazards beside them."""
    parts = []
    for model in models:
        if not len(model.coefficients):
            continue
        tested = model.hazards_test.set_index("term").reindex(model.coefficients["term"])
        part = model.coefficients.assign(
            model=model.name,
            hazards_statistic=tested["statistic"].to_numpy(dtype=np.float64),
            hazards_p=tested["p"].to_numpy(dtype=np.float64),
        )
        parts.append(part[list(COEFFICIENTS)])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COEFFICIENTS))


def _terms(models: Iterable[ModelResult]) -> pd.DataFrame:
    """Return the standardised terms of the final fits, one row a value; models with too many values are left out."""
    parts = [
        pd.DataFrame(
            {
                "patient_id": np.tile(model.design.index.to_numpy(dtype=object), len(model.terms)),
                "model": model.name,
                "term": np.repeat(np.array(model.terms, dtype=object), len(model.design)),
                "value": model.design[list(model.terms)].to_numpy(dtype=np.float64).T.ravel(),
            }
        )
        for model in models
        if 0 < model.design.size <= MOST_VALUES
    ]
    columns = ["patient_id", "model", "term", "value"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _calibration(models: Iterable[ModelResult]) -> pd.DataFrame:
    rows = [
        (model.name, curve.horizon_years, group + 1, *values)
        for model in models
        for curve in model.calibration
        for group, values in enumerate(
            zip(curve.patients, curve.predicted, curve.observed, curve.low, curve.high, strict=True)
        )
    ]
    names = ["model", "horizon_years", "group", "patients", "predicted", "observed", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def _labelled(parts: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Put tables under each other, the model in front; tables without rows are left out."""
    filled = [part.assign(model=name) for name, part in parts if len(part)]
    columns = ["model", "feature", "share"]
    return pd.concat(filled, ignore_index=True)[columns] if filled else pd.DataFrame(columns=columns)


def _risk_scores(analysis: SurvivalAnalysis) -> pd.DataFrame:
    """Return one row per model and patient: risk of held-out folds, probabilities, and risk by the final fit."""
    parts = []
    for model in analysis.models:
        columns: dict[str, object] = {
            "patient_id": list(analysis.patient_ids),
            "model": model.name,
            "outcome_time_days": analysis.time_days,
            "outcome_event": analysis.event.astype(np.int64),
            "out_of_fold_risk": model.out_of_fold_risk,
        }
        for years, probability in model.out_of_fold_probability.items():
            columns[f"out_of_fold_probability_{years:g}y"] = probability
        weights = model.coefficients["coefficient"].to_numpy(dtype=np.float64)
        columns["final_fit_risk"] = model.design[list(model.terms)].to_numpy(dtype=np.float64) @ weights
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
