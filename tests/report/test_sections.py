"""The order of a report's sections."""

from typing import Any

from radpipe.report.blocks import Section
from radpipe.report.sections import sections


def anchors(made: Any, *more: Section) -> list[str]:
    return [section.anchor for section in sections(made.analysis, made.patients, more)]


def test_sections_of_other_rooms_stand_before_the_safeguards(handmade: Any) -> None:
    told = anchors(handmade, Section("qc", "Outlines", ()))
    assert told[:4] == ["patients", "measured", "models", "groups"]
    assert told[-5:] == ["qc", "safeguards", "limits", "methods", "made"]


def test_competing_events_have_a_section(handmade: Any, hostile: Any) -> None:
    assert set(anchors(hostile)) - set(anchors(handmade)) == {"competing"}
