"""The page of a description stands alone and names what is odd."""

from pathlib import Path

import pandas as pd

from radpipe.qc.describe.numbers import described
from radpipe.qc.describe.page import write_description


def test_the_page_stands_alone_and_names_what_is_odd(table: pd.DataFrame, tmp_path: Path):
    hostile = table.assign(roi="<script>alert(1)</script>")
    page = write_description(described(hostile), hostile, tmp_path / "new").read_text()
    assert "<script>" not in page
    assert page.count("<svg ") == 2
    for words in ("p5", "p9", "E_EMPTY_ROI", "original_firstorder_Constant", "original_firstorder_Energy"):
        assert words in page.replace("<wbr>", "")
    assert len(pd.read_csv(tmp_path / "new" / "described.csv")) == 9


def test_a_table_without_measured_rows_is_no_fault(table: pd.DataFrame, tmp_path: Path):
    failed = table[table["status"] == "failed"]
    found = described(failed)
    assert (len(found.features), found.codes) == (0, {"E_EMPTY_ROI": 1})
    assert write_description(found, failed, tmp_path).is_file()
