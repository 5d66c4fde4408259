"""The table of missing values tells columns, counts and what was done; where nothing is missing there is none."""

from dataclasses import replace

import pandas as pd

from radpipe.report.missing_table import missing_table

MISSING = pd.DataFrame({"column": ["age_at_diagnosis"], "missing": [12], "share": [0.2], "done": ["drawn 20 times"]})


def test_nothing_missing_is_no_table(handmade):
    assert missing_table(replace(handmade.analysis, missing=MISSING.iloc[:0])) == ()


def test_columns_counts_and_the_seed_are_told(handmade):
    drawn = pd.DataFrame({"imputation": [1], "patient_id": ["P1"], "term": ["age_at_diagnosis"], "value": [0.3]})
    (table,) = missing_table(replace(handmade.analysis, missing=MISSING, imputations=drawn, seed=77))
    assert table.rows[0][1:] == ("12 (20 %)", "drawn 20 times")
    assert "seed 77" in table.note
    assert "never for those it predicts" in table.note


def test_medians_need_no_word_about_drawing(handmade):
    (table,) = missing_table(replace(handmade.analysis, missing=MISSING))
    assert table.note == ""
