"""The answer of a validation in sentences."""

from dataclasses import replace

import pytest

from radpipe.report.validation_page import answer
from radpipe.survival.statistics.interval import Interval


def test_the_answer_tells_order_size_and_spread(found):
    order, two, five, spread = answer(found)
    assert f"C-index of {found.c_index}" in order
    assert "where it was made 0.710" in order
    assert f"tumour volume alone {found.volume_c}" in order
    at = found.horizons[0]
    assert f"to {100 * at.observed.value:.0f} % of the patients" in two
    assert f"{100 * at.expected:.0f} % were predicted" in two
    assert "Within 5 years" in five
    assert f"slope of {found.slope:.2f}" in spread


@pytest.mark.parametrize(
    ("slope", "words"),
    [((0.5, 0.3, 0.8), "too far apart, the high"), ((1.5, 1.1, 1.9), "not far enough"), ((1.0, 0.7, 1.3), "not shown")],
)
def test_the_spread_of_risks_in_words(found, slope, words):
    assert words in answer(replace(found, slope=Interval(*slope)))[-1]
