"""Groups of rows stand in the order of their first row."""

import pandas as pd

from radpipe.qc.frames import groups, records

FRAME = pd.DataFrame({"case_id": ["b", "a", "b"], "roi": ["x", "x", "y"], "n": [1, 2, 3]})


def test_groups_by_one_and_by_two_columns():
    assert [(key, rows.tolist()) for key, rows in groups(FRAME, ["case_id"])] == [(("b",), [0, 2]), (("a",), [1])]
    assert [key for key, _ in groups(FRAME, ["case_id", "roi"])] == [("b", "x"), ("a", "x"), ("b", "y")]
    assert list(groups(FRAME[:0], ["case_id"])) == []


def test_records_are_columns_to_values():
    assert records(FRAME[:1]) == [{"case_id": "b", "roi": "x", "n": 1}]
