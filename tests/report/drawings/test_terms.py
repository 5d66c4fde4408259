"""Hazard ratios of terms, and how coefficients move."""

from typing import Any

from radpipe.report.drawings.terms import draw_forest, draw_hazards


def test_a_forest_has_the_place_of_its_model(handmade: Any) -> None:
    analysis = handmade.analysis
    drawn = draw_forest(analysis, analysis.models[2])
    assert drawn is not None
    assert drawn.name == "forest_2"
    assert "“clinical + volume”" in drawn.caption


def test_a_model_without_terms_has_no_forest(empty_radiomics: Any) -> None:
    analysis = empty_radiomics.analysis
    assert draw_forest(analysis, next(model for model in analysis.models if model.name == "radiomics")) is None


def test_a_model_without_residuals_has_no_drawing_of_them(handmade: Any) -> None:
    assert draw_hazards(handmade.analysis.models[0]) is None
