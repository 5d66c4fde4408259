"""Tables beside the features: what is known of each case, and its landmarks."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from radpipe.cohort import Cohort
from radpipe.tables.export import write_csv

__all__ = ["LANDMARK_COLUMNS", "cases_table", "write_case_tables"]

LANDMARK_COLUMNS = ("case_id", "landmark", "x_mm", "y_mm", "z_mm", "message")
"""Columns of ``OUT/tables/landmarks.csv``: patient coordinates (LPS)."""


def cases_table(cohort: Cohort) -> pd.DataFrame:
    """Return one row per case: what it has, what is wrong with it, and the data set's own columns as they are."""
    own = list(dict.fromkeys(name for case in cohort for name in case.facts))
    first = ("case_id", "clinical_key", "images", "rois", "problems")
    rows = [
        (
            case.case_id,
            case.clinical_key,
            " ".join(sorted(image.modality for image in case.images)),
            len(case.rois),
            "; ".join(map(str, case.problems)),
            *(case.facts.get(name, "") for name in own),
        )
        for case in cohort
    ]
    return pd.DataFrame(rows, columns=[*first, *(name if name not in first else f"{name}_given" for name in own)])


def write_case_tables(out: Path, cohort: Cohort, landmarks: Sequence[tuple[object, ...]] = ()) -> None:
    """Write ``OUT/tables/cases.csv``, and ``landmarks.csv`` where there are any.

    Parameters
    ----------
    out
        The output folder.
    cohort
        All its cases are listed, measured or not.
    landmarks
        Rows of ``LANDMARK_COLUMNS``.

    Raises
    ------
    StorageError
        A table could not be written.
    """
    write_csv(out / "tables" / "cases.csv", cases_table(cohort))
    if landmarks:
        write_csv(out / "tables" / "landmarks.csv", pd.DataFrame(list(landmarks), columns=list(LANDMARK_COLUMNS)))
