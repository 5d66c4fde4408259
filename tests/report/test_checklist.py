"""The checklist names every item of TRIPOD+AI once, and points only at what the page and the pack have."""

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from radpipe.report.checklist import checklist_section
from radpipe.report.pack_tables import pack_tables
from radpipe.report.sections import sections


def items(rows: tuple[tuple[str, ...], ...]) -> list[int]:
    """Numbers of the items that rows name, spans filled in."""
    found = []
    for item, *_ in rows:
        for part in item.split(", "):
            numbers = [int(one) for one in re.findall(r"\d+", part)]
            found += list(range(numbers[0], numbers[-1] + 1))
    return found


def test_all_27_items_are_named(handmade: Any) -> None:
    (table,) = checklist_section(handmade.analysis).blocks
    assert set(items(table.rows)) == set(range(1, 28))


def test_every_table_that_is_pointed_at_is_in_the_pack(handmade: Any) -> None:
    (table,) = checklist_section(handmade.analysis).blocks
    named = {word for row in table.rows for word in re.findall(r"\w+\.csv", row[2])} - {"codebook.csv"}
    assert named
    assert named <= set(pack_tables(handmade.analysis, handmade.patients)) | {"missing_values.csv", "sample_size.csv"}


def test_missing_values_are_pointed_at_where_there_are_some(handmade: Any) -> None:
    gaps = pd.DataFrame({"column": ["age"], "missing": [2], "share": [0.1], "done": ["drawn"]})
    for missing, told in ((gaps, "missing_values.csv"), (gaps.iloc[:0], "nothing was missing")):
        (table,) = checklist_section(replace(handmade.analysis, missing=missing)).blocks
        assert told in next(row[2] for row in table.rows if row[0] == "11")


def test_the_page_has_it_before_how_it_was_made(handmade: Any) -> None:
    names = [section.anchor for section in sections(handmade.analysis, handmade.patients)]
    assert names[-2:] == ["checklist", "made"]
