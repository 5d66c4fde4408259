"""What is missing among the clinical columns of a model, and what was done about it, as tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from radpipe.survival.design.clinical_model import ClinicalColumn, ClinicalModel, Missing
from radpipe.survival.procedure.training import Study

__all__ = ["drawn_values", "missing_values"]

COLUMNS = ("column", "missing", "share", "done")

DRAWN_COLUMNS = ("imputation", "patient_id", "term", "value")


def missing_values(model: ClinicalModel, frame: pd.DataFrame, imputations: int) -> pd.DataFrame:
    """Count missing values of the model's columns.

    Parameters
    ----------
    model
        As declared.
    frame
        The clinical table; index: the patients analysed.
    imputations
        How often a missing value is drawn; 0 takes medians.

    Returns
    -------
    DataFrame
        Columns ``column, missing, share, done``: how many patients, what share of them, and what was done, in words;
        one row a column that misses any.
    """
    lacking = {column.column: frame[column.column].isna() for column in model.columns}
    rows = [
        (column.column, int(lacking[column.column].sum()), float(lacking[column.column].mean()),
         _done(column, imputations))
        for column in model.columns
        if lacking[column.column].any()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _done(column: ClinicalColumn, imputations: int) -> str:
    """Say what became of a column's missing values."""
    if column.missing is Missing.IMPUTE and imputations:
        return f"drawn {imputations} times from a model of the other terms"
    if column.missing in (Missing.IMPUTE, Missing.MEDIAN):
        return "median of the training patients"
    return {
        Missing.CATEGORY: "a level of its own",
        Missing.REST: f"counted as not {', '.join(column.levels)}",
    }.get(column.missing, "refused")


def drawn_values(study: Study, patient_ids: Sequence[str]) -> pd.DataFrame:
    """Return what was drawn for the final models.

    Parameters
    ----------
    study
        All patients.
    patient_ids
        In its order.

    Returns
    -------
    DataFrame
        Columns ``imputation, patient_id, term, value``: the draw, from 1, and the standardised term; one row a draw and
        missing value. In ``terms.csv`` the same patients have the mean of draws that know no outcome.
    """
    if study.gaps is None:
        return pd.DataFrame(columns=list(DRAWN_COLUMNS))
    parts = []
    for number, training in enumerate(study.everybody().completed(study.gaps.places)):
        columns = training.columns(study.gaps.places)
        for place, column in zip(study.gaps.places, columns.T, strict=True):
            rows = np.flatnonzero(np.isnan(study.encoded.values[:, place])).tolist()
            parts.append(
                pd.DataFrame(
                    {
                        "imputation": number + 1,
                        "patient_id": [patient_ids[row] for row in rows],
                        "term": study.encoded.names[place],
                        "value": column[rows],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
