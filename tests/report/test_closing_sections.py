"""Safeguards, limits, methods, and how a report was made."""

from dataclasses import replace
from typing import Any

from radpipe.report.blocks import Listing, Paragraph, Table
from radpipe.report.closing_sections import files_section, limits_section, methods_section, safeguards_section


def said(analysis: Any) -> tuple[str, bool]:
    first = safeguards_section(analysis).blocks[0]
    assert isinstance(first, Paragraph)
    return first.text, first.strong


def test_the_self_test_tells_what_noise_gave_and_is_loud_where_it_failed(handmade: Any) -> None:
    text, strong = said(handmade.analysis)
    assert "on 4 permuted outcomes" in text
    # (0.48 + 0.5 + 0.53 + 0.49) / 4
    assert "C-index was 0.500 on average (standard error 0.011)" in text
    assert (text.endswith("Passed."), strong) == (True, False)
    failed = replace(handmade.analysis, permutation=replace(handmade.analysis.permutation, passed=False))
    text, strong = said(failed)
    assert ("FAILED" in text, strong) == (True, True)
    assert "switched off" in said(replace(handmade.analysis, permutation=None))[0]


def test_warnings_are_listed_or_said_to_be_none(handmade: Any) -> None:
    (listing,) = [block for block in safeguards_section(handmade.analysis).blocks if isinstance(block, Listing)]
    assert listing.items == handmade.analysis.warnings
    last = safeguards_section(replace(handmade.analysis, warnings=())).blocks[-1]
    assert isinstance(last, Paragraph)
    assert last.text == "No further warnings."


def test_limits_and_references_are_those_of_the_analysis(handmade: Any) -> None:
    (limits,) = limits_section(handmade.analysis).blocks
    assert isinstance(limits, Listing)
    assert limits.items == handmade.analysis.limits
    *paragraphs, references = methods_section(handmade.analysis).blocks
    assert tuple(one.text for one in paragraphs if isinstance(one, Paragraph)) == handmade.analysis.methods
    assert isinstance(references, Listing)
    assert (references.items, references.numbered) == (handmade.analysis.references, True)


def test_seed_settings_and_versions_are_told(handmade: Any) -> None:
    settings, versions, _ = files_section(handmade.analysis).blocks
    assert isinstance(settings, Table)
    assert isinstance(versions, Table)
    assert settings.rows == (("seed", "3"), ("repeats", "2"), ("folds", "5"))
    assert versions.rows == (("radpipe", "0.1.0"), ("numpy", "2"))
