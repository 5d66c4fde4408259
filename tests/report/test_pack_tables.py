"""Tables of the pack: one row per patient, numbers to the last bit, clashing names told apart."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radpipe.report.pack import write_pack


def test_analysis_csv_has_one_row_per_patient_and_gives_the_same_numbers_back(handmade: Any, tmp_path: Path) -> None:
    analysis = handmade.analysis
    out = write_pack(analysis, handmade.patients, tmp_path)
    table = pd.read_csv(out / "analysis.csv", float_precision="round_trip")
    assert tuple(table["patient_id"]) == analysis.patient_ids
    np.testing.assert_array_equal(table["outcome_time_days"], analysis.time_days)
    np.testing.assert_array_equal(table["outcome_event"], analysis.event)
    np.testing.assert_array_equal(table["risk_clinical_radiomics"], analysis.models[-1].out_of_fold_risk)
    np.testing.assert_array_equal(table["fold_repeat_2"], analysis.folds["repeat_2"])
    np.testing.assert_array_equal(table["event"], handmade.patients.clinical["event"])


def test_clinical_columns_that_are_named_like_ours_keep_their_values(handmade: Any, tmp_path: Path) -> None:
    clinical = handmade.patients.clinical.assign(outcome_event="theirs")
    out = write_pack(handmade.analysis, replace(handmade.patients, clinical=clinical), tmp_path)
    table = pd.read_csv(out / "analysis.csv")
    assert set(table["clinical_outcome_event"]) == {"theirs"}
    assert table.columns.is_unique


def test_competing_risks_are_in_the_pack(hostile: Any, tmp_path: Path) -> None:
    out = write_pack(hostile.analysis, hostile.patients, tmp_path)
    assert list(pd.read_csv(out / "cause_specific.csv")["cause"]) == ["event", "competing"]
    assert "outcome_competing" in pd.read_csv(out / "analysis.csv")
