"""Calibration and decision curves, and models without probabilities."""

from dataclasses import replace
from typing import Any

from radpipe.report.drawings.probabilities import draw_calibration, draw_decision


def test_decisions_are_drawn_at_the_latest_horizon(handmade: Any) -> None:
    drawn = draw_decision(handmade.analysis)
    assert drawn is not None
    assert "until 5 years" in drawn.caption


def test_models_without_probabilities_have_neither(handmade: Any) -> None:
    bare = tuple(replace(model, calibration=(), decision=()) for model in handmade.analysis.models)
    analysis = replace(handmade.analysis, models=bare)
    assert draw_calibration(analysis) is None
    assert draw_decision(analysis) is None
    assert draw_calibration(handmade.analysis) is not None
