"""The order of a report's sections; numbers stand there as they were found, and what was not done is said."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from radpipe.report.blocks import Section
from radpipe.report.pages import write_report
from radpipe.report.sections import sections
from radpipe.survival.statistics.interval import Interval

from .reader import read


def test_numbers_stand_on_the_page_as_they_were_found(page: Path, handmade: Any) -> None:
    words = read(page).words.replace("\xa0", " ")
    for model in handmade.analysis.models:
        assert f"{model.c_index:.3f}" in words
    assert "radiomics volume 0.060 (0.010 to 0.110) adds, p 0.010 (primary)" in words
    assert "0.040 (−0.020 to 0.100) inconclusive, p 0.20, 0.40 after Holm (secondary)" in words
    assert "90 patients, 72 events." in words
    assert "Its C-index was 0.500 on average (standard error 0.011)" in words
    assert "2 of 4 features pass at a false discovery rate of 10 %; 1 of those, and 2 of all" in words


def test_competing_risks_have_a_section_of_their_own(hostile: Any, tmp_path: Path) -> None:
    reader = read(write_report(hostile.analysis, hostile.patients, tmp_path))
    assert "Competing risks" in reader.headings
    assert "2 years 10 % (7 to 13) 6 % (4 to 8)" in reader.words.replace("\xa0", " ")
    assert (tmp_path / "figures" / "cumulative_incidence.svg").is_file()


def test_a_model_without_terms_and_without_self_test_is_told(empty_radiomics: Any, tmp_path: Path) -> None:
    words = read(write_report(empty_radiomics.analysis, empty_radiomics.patients, tmp_path)).words
    assert "radiomics: no term was chosen; the model predicts the same for every patient." in words
    assert "The self-test with permuted outcomes was switched off" in words
    assert "○ inconclusive" in words


def test_a_failed_self_test_is_loud(handmade: Any, tmp_path: Path) -> None:
    failed = replace(handmade.analysis.permutation, mean=0.61, passed=False)
    page = write_report(replace(handmade.analysis, permutation=failed), handmade.patients, tmp_path)
    assert '<p class="strong">Self-test' in page.read_text(encoding="utf-8")
    assert "FAILED: do not believe the C-indices on this page." in read(page).words


def test_values_that_cannot_be_given_are_dashes(handmade: Any, tmp_path: Path) -> None:
    nothing = Interval(np.nan, np.nan, np.nan)
    first = replace(handmade.analysis.models[0], uno_c=nothing, corrected_c=np.nan, calibration=(), brier=(),
                    out_of_fold_risk=np.zeros(90))  # fmt: skip
    analysis = replace(handmade.analysis, models=(first, *handmade.analysis.models[1:]))
    words = read(write_report(analysis, handmade.patients, tmp_path)).words
    assert "volume 0.630 (0.560 to 0.700) – – 1 72.0" in words
    assert "nan" not in words.casefold().split()
    assert not (tmp_path / "figures" / "kaplan_meier_0.svg").exists()


def anchors(made: Any, *more: Section) -> list[str]:
    return [section.anchor for section in sections(made.analysis, made.patients, more)]


def test_sections_of_other_rooms_stand_before_the_safeguards(handmade: Any) -> None:
    told = anchors(handmade, Section("qc", "Outlines", ()))
    assert told[:4] == ["patients", "measured", "models", "groups"]
    assert told[-6:] == ["qc", "safeguards", "limits", "methods", "checklist", "made"]


def test_competing_events_have_a_section(handmade: Any, hostile: Any) -> None:
    assert set(anchors(hostile)) - set(anchors(handmade)) == {"competing"}
