"""What a page is made of: words of numbers, the terms that are shown, and drawings that may stand beside each other."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radpipe.report.blocks import Drawing, endpoint_words, interval_text, number_text, strongest
from radpipe.survival.statistics.interval import Interval

SVG = b"""<?xml version="1.0"?>
<!DOCTYPE svg>
<svg height="72pt" version="1.1" viewBox="0 0 144 72" width="144pt" xmlns="http://www.w3.org/2000/svg">
 <metadata><title>who drew it</title></metadata><!-- a note -->
 <defs><path id="p1" d="M0 0"/></defs><use href="#p1"/><g clip-path="url(#p1)"/>
</svg>
"""


def test_drawings_of_one_page_do_not_share_ids() -> None:
    first, second = (Drawing(name, "", SVG, b"").inline for name in ("volcano", "course"))
    assert re.findall(r'id="([^"]+)"|#([\w-]+)', first) == [("volcano-p1", ""), ("", "volcano-p1"), ("", "volcano-p1")]
    assert "course-p1" in second
    assert "volcano" not in second


def test_a_drawing_in_a_page_has_no_prolog_no_notes_and_fits_a_narrow_window() -> None:
    inline = Drawing("volcano", "", SVG, b"").inline
    assert inline.startswith("<svg ")
    assert "<metadata>" not in inline
    assert "<!--" not in inline
    assert 'width="100%" style="max-width:144pt"' in inline
    assert 'data-height="72pt"' in inline
    assert ' height="' not in inline


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Interval(0.627, 0.554, 0.696), "0.627 (0.554 to 0.696)"),
        (Interval(0.627, np.nan, 0.696), "0.627"),
        (Interval(0.627, 0.554, np.inf), "0.627"),
        (Interval(np.nan, np.nan, np.nan), "–"),
    ],
)
def test_an_interval_without_an_end_is_its_estimate(found: Interval, words: str) -> None:
    assert interval_text(found) == words


def test_numbers_that_are_none_are_dashes() -> None:
    assert [number_text(value, 1) for value in (2.25, np.inf, np.nan)] == ["2.2", "–", "–"]


def test_endpoints_are_words() -> None:
    assert [endpoint_words(name) for name in ("distant", "overall_survival", "my_own_event")] == [
        "distant metastasis", "overall survival", "my own event",
    ]  # fmt: skip


def test_of_many_terms_the_forced_and_the_largest_are_shown_in_the_models_order(handmade: Any) -> None:
    forced = [0.001, 0.002]
    learnt = [0.1 * (number % 17) * (-1) ** number for number in range(20)]
    columns = {
        "term": [f"t{number}" for number in range(22)],
        "coefficient": [*learnt[:10], *forced, *learnt[10:]],
        "ridge": [1.0] * 10 + [0.0] * 2 + [1.0] * 10,
    }
    table = pd.DataFrame(columns)
    shown = strongest(replace(handmade.analysis.models[-1], coefficients=table))
    assert len(shown) == 15
    assert {"t10", "t11"} <= set(shown["term"])
    left_out = table[~table["term"].isin(shown["term"])]
    # Magnitudes run 0 to 1.6, with 0 to 0.2 twice: the seven smallest are 0, 0, 0.1, 0.1, 0.2, 0.2, 0.3.
    assert sorted(left_out["coefficient"].abs().round(1)) == [0, 0, 0.1, 0.1, 0.2, 0.2, 0.3]
    assert shown.index.is_monotonic_increasing


def test_of_few_terms_all_are_shown(handmade: Any) -> None:
    model = handmade.analysis.models[-1]
    assert strongest(model) is model.coefficients
