"""Sentences of a description, counted by hand."""

import pandas as pd

from radpipe.qc.describe.numbers import described


def test_the_sentences_count(table: pd.DataFrame):
    first, gaps, volume, rows = described(table).sentences
    assert first == "41 rows (40 ok, 1 failed, 0 skipped), 9 features in 1 groups of configuration, modality and ROI."
    assert gaps == "1 columns have gaps, 1 are constant."
    assert volume == "2 of 8 columns follow volume (Spearman beyond 0.9)."
    assert rows == "1 rows are outlying in at least 25% of their features; 1 rows have the values of another one."
