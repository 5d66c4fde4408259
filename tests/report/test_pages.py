"""The page: the answer first, every section there, nothing remote, hostile words harmless."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from radpipe.report.pages import write_report

from .reader import read

REMOTE = re.compile(r"""(?:src|href|data|action|poster)\s*=\s*["'](?!#)|@import|url\((?!#|['"]?#)""", re.IGNORECASE)


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
        "Reporting checklist",
        "How this page was made",
    ]
    assert "Does radiomics say more than volume? ▲ adds" in reader.words
    assert "The answer Death came to 40 % (30 to 50) within 2 years. Radiomics adds over volume" in reader.words
    assert "Table 1: patients at baseline" in reader.words


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


def test_the_same_analysis_gives_the_same_bytes(page: Path, make: Callable[..., Any], tmp_path: Path) -> None:
    again = make()
    assert write_report(again.analysis, again.patients, tmp_path).read_bytes() == page.read_bytes()


def test_short_words_of_a_cell_are_never_broken_and_long_ones_may_be(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert 'data-name="Family" class="short">texture<' in text
    assert 'data-name="Description" class="short"' not in text
    assert re.search(r"td\.short \{ overflow-wrap: break-word", text)
