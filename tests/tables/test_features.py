"""Wide and long tables: first columns, order, guarded text."""

from dataclasses import replace

import numpy as np
import pandas as pd

from radpipe.errors import Note
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.tables.features import FIRST_COLUMNS, guarded, long, wide

NAMES = ("original_shape_MeshVolume", "log-sigma-1-0-mm-3D_glcm_JointEntropy")
THIRD = 1 / 3


def outcome(case: str, roi: str = "GTV-1") -> Outcome:
    vector = FeatureVector(NAMES, np.array([THIRD, np.nan]), {"voxel_count": 3})
    return Outcome(case, "ct", "CT", roi, "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=vector)


SKIPPED = Outcome("p2", "ct", "CT", "GTV-9", "native", Status.SKIPPED, "E_ROI_MISSING", "no ROI matches GTV-9")


def test_the_wide_table_keeps_the_plans_order_and_the_skipped_row() -> None:
    frame = wide([outcome("p3"), SKIPPED, outcome("p1")])
    assert tuple(frame.columns) == (*FIRST_COLUMNS, "diag_voxel_count", *NAMES)
    assert frame["case_id"].tolist() == ["p3", "p2", "p1"]
    assert frame.loc[1, ["diag_voxel_count", *NAMES]].isna().all()
    assert frame.loc[0, "warnings"] == "W_CASE: odd"


def test_a_run_without_any_value_still_has_its_rows() -> None:
    assert wide([SKIPPED])["code"].tolist() == ["E_ROI_MISSING"]
    assert long([SKIPPED]).empty


def test_the_long_table_has_a_row_per_value() -> None:
    frame = long([outcome("p1"), SKIPPED])
    assert frame["feature"].tolist() == list(NAMES)
    assert frame["value"].iloc[0] == THIRD


def test_the_name_of_a_column_cannot_be_a_formula() -> None:
    # A data set's own table gives columns of cases.csv their names.
    frame = guarded(pd.DataFrame({"=cmd()": [1], "@x": ["a"], "case_id": ["=1"]}))
    assert list(frame.columns) == ["'=cmd()", "'@x", "case_id"]
    assert frame.loc[0].tolist() == [1, "a", "'=1"]


def test_a_diagnostic_is_whole_numbers_numbers_or_text_over_all_rows() -> None:
    told = [{"voxel_count": 3, "mean": 1, "unit": "HU"}, {"voxel_count": 4, "mean": 0.5, "note": 1}, {"note": "x"}]
    rows = [replace(outcome(f"p{i}"), vector=FeatureVector((), np.empty(0), one)) for i, one in enumerate(told)]
    frame = wide([*rows, SKIPPED])
    assert frame["diag_voxel_count"].dtype == "Int64"
    assert frame["diag_mean"].dtype == "float64"
    assert frame["diag_note"].tolist() == [None, "1", "x", None]
