"""Predicted probabilities: calibration and decision curves."""

from radpipe.report.blocks import Drawing, endpoint_words
from radpipe.report.drawings.drawing import drawing_of, few_models
from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["draw_calibration", "draw_decision"]


def draw_calibration(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw predicted against observed risk at each horizon; None where no model has a curve."""
    curves = {model.name: model.calibration for model in few_models(analysis) if model.calibration}
    if not curves:
        return None
    what = "death" if "survival" in analysis.endpoint else endpoint_words(analysis.endpoint)
    smooth = {model.name: model.smooth for model in few_models(analysis) if model.smooth}
    figure = calibration(curves, what=what, smooth=smooth)
    lines = "Lines: smooth curves, by a Cox model of a spline of the predicted risk. " if smooth else ""
    return drawing_of(
        "calibration",
        figure,
        "Risk as predicted against risk as observed (one minus Kaplan-Meier), in groups of patients of rising "
        f"predicted risk, with 95 % intervals; risks of held-out folds. {lines}On the dashed line "
        "predictions came true; below it they were too high.",
    )


def draw_decision(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw the decision curves at the latest horizon; None where no model gives probabilities."""
    models = [model for model in few_models(analysis) if model.decision]
    if not models:
        return None
    years = max(curve.horizon_years for curve in models[0].decision)
    curves = [curve for model in models for curve in model.decision if curve.horizon_years == years]
    return drawing_of(
        "decision_curve",
        decision_curve(curves, title=f"Decision curve at {years:g} years"),
        f"Net benefit of acting on each model's risk of the event until {years:g} years, over the risk from which one "
        "would act; risks of held-out folds, with 95 % bands. A model is of use where its line lies above both “treat "
        "all” and “treat none”.",
    )
