"""Patients of whom an indicator is not known: what it says when they are counted otherwise, or left out."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.survival.design.clinical_model import ClinicalModel, Kind, Missing
from radpipe.survival.procedure.learners import fit_safely
from radpipe.survival.procedure.training import Study
from radpipe.survival.statistics.constants import NORMAL_95
from radpipe.survival.statistics.cox import RiskSets

__all__ = ["COLUMNS", "untested"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

COLUMNS = ("term", "counted", "patients", "hazard_ratio", "hr_low", "hr_high", "mended")

RARELY_TESTED = 0.8
"""Where more than this share of a category has no value, its patients were not meant to be tested."""

WAYS = ("as the rest, as declared", "left out", "as having it")


def untested(study: Study, fixed: tuple[int, ...], model: ClinicalModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Fit clinical columns and volume with the untested counted as the rest, left out, and counted as having the level.

    Parameters
    ----------
    study
        All patients.
    fixed
        Places of the clinical terms and of volume among the study's terms.
    model
        The clinical model: indicators whose missing values count as the rest are asked about.
    frame
        The clinical columns, index as the study.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`; hazard ratio of the level against the rest. Patients of a category in which hardly
        anybody was tested (HPV of larynx tumours) are not untested but outside the question: they stay as they are.
        Empty where nobody is untested.
    """
    rows = []
    for column in model.columns:
        if column.kind is not Kind.INDICATOR or column.missing is not Missing.REST:
            continue
        lacking = frame[column.column].isna().to_numpy(dtype=np.bool_)
        lacking &= ~_never_tested(frame, model, lacking)
        term = f"{column.column}: {column.levels[0]}"
        place = study.encoded.names.index(term)
        for way in WAYS if lacking.any() else ():
            values = study.encoded.values[:, list(fixed)].copy()
            if way == WAYS[2]:
                values[lacking, fixed.index(place)] = 1.0
            kept = ~lacking if way == WAYS[1] else np.ones(len(lacking), dtype=np.bool_)
            rows.append((term, way, int(kept.sum()), *_ratio(study, values, kept, fixed.index(place))))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _never_tested(frame: pd.DataFrame, model: ClinicalModel, lacking: BoolArray) -> BoolArray:
    """Return who belongs to a category of another column in which hardly anybody has a value."""
    found = np.zeros(len(frame), dtype=np.bool_)
    for column in model.columns:
        if column.kind is Kind.CATEGORICAL:
            level = frame[column.column].astype(object)
            for value in level.dropna().unique():
                inside = (level == value).to_numpy(dtype=np.bool_)
                if lacking[inside].mean() > RARELY_TESTED:
                    found |= inside
    return found


def _ratio(study: Study, values: FloatArray, kept: BoolArray, place: int) -> tuple[float, float, float, bool]:
    """Return a term's hazard ratio with its interval, other terms beside it; missing numbers are medians."""
    values = values[kept]
    values = np.where(np.isnan(values), np.nanmedian(values, axis=0), values)
    spread = values.std(axis=0, ddof=1)
    nothing = (float("nan"), float("nan"), float("nan"), False)
    if not study.event[kept].any() or not spread[place] > 0:
        return nothing
    used = np.flatnonzero(spread > 0)
    columns = (values[:, used] - values[:, used].mean(axis=0)) / spread[used]
    sets = RiskSets.of(study.time_days[kept], study.event[kept])
    fit, mended = fit_safely(sets, columns, np.zeros(len(used)))
    at = int(np.flatnonzero(used == place)[0])
    b, width = fit.coefficients[at] / spread[place], NORMAL_95 * fit.standard_errors[at] / spread[place]
    return float(np.exp(b)), float(np.exp(b - width)), float(np.exp(b + width)), mended
