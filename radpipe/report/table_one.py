"""Table 1 of a clinical paper: who was analysed, and what was missing."""

from typing import Any

import numpy as np
import pandas as pd

from radpipe.report.blocks import Table
from radpipe.report.names import both_names, unit_of
from radpipe.report.patient_table import PatientTable
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["clinical_columns", "table_one"]

MOST_LEVELS = 6
"""Whole numbers of at most so many different values are counted by value, more by median and quartiles."""


def clinical_columns(analysis: SurvivalAnalysis, patients: PatientTable) -> tuple[str, ...]:
    """Return the clinical columns that models hold, in the table's order; none without models.

    Parameters
    ----------
    analysis, patients
        Of the same patients.
    """
    used = {str(name) for model in analysis.models for name in model.coefficients["column"]}
    return tuple(str(name) for name in patients.clinical.columns if str(name) in used)


def table_one(analysis: SurvivalAnalysis, patients: PatientTable) -> Table:
    """Return the columns that models may take, of all patients and of those with the event.

    Parameters
    ----------
    analysis, patients
        Of the same patients.

    Returns
    -------
    Table
        Median and quartiles, or number and share of those whose value is known; missing values by column.
    """
    ids = list(analysis.patient_ids)
    # Where nothing was chosen, all columns are described.
    used = clinical_columns(analysis, patients) if analysis.models else tuple(map(str, patients.clinical.columns))
    columns: list[tuple[str, pd.Series[Any]]] = [(name, patients.clinical.loc[ids, name]) for name in used]
    if analysis.volume_column in patients.features:
        columns.append((analysis.volume_column, patients.features.loc[ids, analysis.volume_column]))
    rows: list[tuple[str, ...]] = []
    for name, column in columns:
        rows.extend(_rows(name, column, analysis.event))
    header = ("Characteristic", f"All (n = {len(ids)})", f"With the event (n = {int(analysis.event.sum())})", "Missing")
    return Table("Table 1: patients at baseline", header, tuple(rows),
                 note="Median (quartiles), or number and share of the patients whose value is known.")  # fmt: skip


def _rows(name: str, column: "pd.Series[Any]", event: "np.ndarray[Any, Any]") -> list[tuple[str, ...]]:
    """Return the rows of one column: one of a number, one a level of words."""
    missing = f"{int(column.isna().sum())}"
    shown = both_names(name)
    number = pd.api.types.is_numeric_dtype(column.dtype) and column.nunique() > MOST_LEVELS
    if number:
        values = column.astype("float64").to_numpy()
        unit = unit_of(name)
        return [(f"{shown}, {unit}" if unit else shown, _quartiles(values), _quartiles(values[event]), missing)]
    words = column.astype(object).where(column.notna())
    levels = sorted(words.dropna().unique(), key=lambda level: (str(type(level)), level))
    return [
        (f"{shown}: {_level(level)}", _share(words, level), _share(words[event], level), "" if place else missing)
        for place, level in enumerate(levels)
    ]


def _level(level: object) -> str:
    """Write a level; numbers of a column with gaps are floats, though whole."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def _quartiles(values: "np.ndarray[Any, Any]") -> str:
    known = values[np.isfinite(values)]
    if not len(known):
        return "–"
    low, middle, high = np.percentile(known, [25, 50, 75])
    digits = max(0, 2 - int(np.floor(np.log10(max(abs(middle), 1e-3)))))
    digits = 0 if np.array_equal(known, np.round(known)) else digits
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def _share(words: "pd.Series[Any]", level: object) -> str:
    known = int(words.notna().sum())
    count = int((words == level).sum())
    return f"{count} ({100 * count / known:.0f} %)" if known else "–"
