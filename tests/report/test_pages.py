"""The page: the answer first, every section there, nothing remote, hostile words harmless, numbers as found."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.report.pages import write_report
from radpipe.survival.statistics.interval import Interval

VOID = {"meta", "wbr", "link", "img", "br", "hr", "input"}
REMOTE = re.compile(r"""(?:src|href|data|action|poster)\s*=\s*["'](?!#)|@import|url\((?!#|['"]?#)""", re.IGNORECASE)


class Reader(HTMLParser):
    """Reads a page as a browser does: tags must close in order; keeps tags, ids, attributes and headings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.attributes.update(name for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)
            if self.open[-1] == "h2":
                self.headings.append(data)

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def page(handmade: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(handmade.analysis, handmade.patients, tmp_path_factory.mktemp("page"))


def test_the_answer_comes_first_and_every_section_follows(page: Path) -> None:
    reader = read(page)
    assert reader.headings == [
        "The answer",
        "Patients",
        "What was measured, and how",
        "Models beside each other",
        "Patients of lower and higher predicted risk",
        "What the models hold",
        "Are the predicted probabilities right, and of use?",
        "Each feature alone",
        "Safeguards and warnings",
        "What these data cannot show",
        "Methods",
        "How this page was made",
    ]
    assert "Does radiomics say more than volume? ▲ adds" in reader.words
    assert "The answer Death came to 40 % (30 to 50) within 2 years. Radiomics adds over volume" in reader.words
    assert "Table 1: patients at baseline" in reader.words


def test_numbers_stand_on_the_page_as_they_were_found(page: Path, handmade: Any) -> None:
    words = read(page).words.replace("\xa0", " ")
    for model in handmade.analysis.models:
        assert f"{model.c_index:.3f}" in words
    assert "radiomics volume 0.060 (0.010 to 0.110) adds, p 0.010 (primary)" in words
    assert "0.040 (−0.020 to 0.100) inconclusive, p 0.20 (secondary)" in words
    assert "90 patients, 72 events." in words
    assert "Its C-index was 0.500 on average (standard error 0.011)" in words
    assert "2 of 4 features pass at a false discovery rate of 10 %; 1 of those, and 2 of all" in words


def test_the_page_needs_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    reader = read(page)
    assert not REMOTE.findall(text)
    assert "script" not in reader.tags
    assert "link" not in reader.tags
    addresses = set(re.findall(r"https?://[^\s\"'<]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert len(reader.ids) == len(set(reader.ids))


def test_every_figure_lies_beside_the_page_as_svg_and_png(page: Path) -> None:
    names = {path.name for path in (page.parent / "figures").iterdir()}
    stems = {name.split(".")[0] for name in names}
    assert names == {f"{stem}.{kind}" for stem in stems for kind in ("svg", "png")}
    assert {
        "c_index",
        "c_difference",
        "kaplan_meier_0",
        "calibration",
        "decision_curve",
        "volcano",
        "feature_volume",
    } < stems
    assert page.read_text(encoding="utf-8").count("<svg ") == len(stems)


def test_hostile_words_stay_words(hostile: Any, tmp_path: Path) -> None:
    named = replace(hostile.patients, roi='"><img src=x onerror=alert(1)>')
    page = write_report(hostile.analysis, named, tmp_path)
    reader = read(page)
    assert "script" not in reader.tags
    assert "img" not in reader.tags
    assert not {name for name in reader.attributes if name.startswith("on")}
    assert "It adds nothing here; <script>alert('x')</script>." in reader.words
    assert "=cmd|' /C calc'!A0" in reader.words
    assert "onerror=alert(1)" in reader.words


def test_competing_risks_have_a_section_of_their_own(hostile: Any, tmp_path: Path) -> None:
    reader = read(write_report(hostile.analysis, hostile.patients, tmp_path))
    assert "Competing risks" in reader.headings
    assert "2 years 10 % (7 to 13) 6 % (4 to 8)" in reader.words.replace("\xa0", " ")
    assert (tmp_path / "figures" / "cumulative_incidence.svg").is_file()


def test_the_same_analysis_gives_the_same_bytes(page: Path, make: Callable[..., Any], tmp_path: Path) -> None:
    again = make()
    assert write_report(again.analysis, again.patients, tmp_path).read_bytes() == page.read_bytes()


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
