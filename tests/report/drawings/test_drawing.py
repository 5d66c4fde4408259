"""What all figures of a report share."""

from dataclasses import replace
from typing import Any

import pytest

from radpipe.report.drawings.drawing import drawing_of, few_models, free_of
from radpipe.report.figures.style import new_figure


def test_curves_are_drawn_of_the_models_that_carry_the_question_and_the_largest(handmade: Any) -> None:
    names = [model.name for model in few_models(handmade.analysis)]
    assert names == ["volume", "clinical", "radiomics", "clinical + radiomics"]


@pytest.mark.parametrize(
    ("endpoint", "curve"), [("overall_survival", "Overall survival"), ("local", "Free of local recurrence")]
)
def test_a_curve_is_the_probability_of_a_survival_or_of_being_free(handmade: Any, endpoint: str, curve: str) -> None:
    assert free_of(replace(handmade.analysis, endpoint=endpoint)) == curve


def test_a_figure_becomes_svg_and_png() -> None:
    drawn = drawing_of("empty", new_figure(40, 30), "Nothing.")
    assert (drawn.name, drawn.caption) == ("empty", "Nothing.")
    assert drawn.svg.startswith(b"<?xml")
    assert drawn.png.startswith(b"\x89PNG")
