"""Table 1: medians, shares and missing values, counted by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from radpipe.report.table_one import table_one


def test_levels_are_counted_and_numbers_have_quartiles(handmade: Any) -> None:
    analysis, patients = handmade.analysis, handmade.patients
    n = len(analysis.event)
    ids = list(patients.patient_ids)
    site = ["larynx"] * 30 + ["oropharynx"] * (n - 30)
    age = np.arange(40.0, 40 + n)
    age[0] = np.nan
    clinical = pd.DataFrame({"index_tumour_location": site, "age_at_diagnosis": age, "unused": 1.0}, index=ids)
    table = table_one(analysis, replace(patients, clinical=clinical))
    rows = {row[0].strip(): row[1:] for row in table.rows}
    assert table.header == ("Characteristic", "All (n = 90)", "With the event (n = 72)", "Missing")
    assert rows["tumour site [index_tumour_location]: larynx"][0] == "30 (33 %)"
    first = int(analysis.event[:30].sum())
    assert rows["tumour site [index_tumour_location]: larynx"][1] == f"{first} ({100 * first / 72:.0f} %)"
    # 41 to 129: median 85, quartiles 63 and 107.
    assert rows["age at diagnosis [age_at_diagnosis], years"][0] == "85 (63 to 107)"
    assert rows["age at diagnosis [age_at_diagnosis], years"][2] == "1"
    assert not any(row.startswith("unused") for row in rows)
    assert any(row.endswith("[original_shape_MeshVolume], mm³") for row in rows)


def test_whole_levels_of_a_column_with_gaps_have_no_decimals(handmade: Any) -> None:
    analysis, patients = handmade.analysis, handmade.patients
    n = len(analysis.event)
    stage = np.where(np.arange(n) < 30, 2.0, 3.5)
    stage[0] = np.nan
    clinical = pd.DataFrame({"age_at_diagnosis": stage}, index=list(patients.patient_ids))
    table = table_one(analysis, replace(patients, clinical=clinical))
    # 29 of the 89 known.
    assert (*table.rows[0][:2], table.rows[0][3]) == ("age at diagnosis [age_at_diagnosis]: 2", "29 (33 %)", "1")
    assert table.rows[1][0] == "age at diagnosis [age_at_diagnosis]: 3.5"
