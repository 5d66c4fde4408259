"""The sections of a validation, in the order of a reader's questions."""

from dataclasses import replace
from typing import Any

from radpipe.report.blocks import Listing, Section, Table
from radpipe.report.validation_page.sections import validation_sections
from radpipe.survival.signatures.external import External


def told(found: External) -> dict[str, Section]:
    return {section.anchor: section for section in validation_sections(found, "overall_survival")}


def of_kind(section: Section, kind: type) -> list[Any]:
    return [block for block in section.blocks if isinstance(block, kind)]


def test_what_was_judged_comes_first_and_how_it_was_measured_last(found: External) -> None:
    assert list(told(found)) == ["model", "horizons", "groups", "case-mix", "measured"]


def test_there_and_here_stand_beside_each_other(found: External) -> None:
    (table,) = of_kind(told(found)["model"], Table)
    rows = dict(table.rows)
    assert rows["Endpoint there, here"] == "overall survival, overall survival"
    assert rows["Median follow-up there, here"].startswith("not reached, ")
    assert rows["C-index there (held-out), here"].startswith("0.710, ")


def test_warnings_and_the_makers_notes_are_told(found: External) -> None:
    listings = of_kind(told(replace(found, warnings=("few events",)))["model"], Listing)
    assert [(listing.title, tuple(listing.items)) for listing in listings] == [
        ("To know", ("few events",)),
        ("What its makers say", ("made for this test",)),
    ]
