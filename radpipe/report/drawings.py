"""The figures of a survival report, each with the sentence that tells how to read it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from radpipe.report.blocks import Drawing, endpoint_words, records, strongest
from radpipe.report.figures.calibration import calibration
from radpipe.report.figures.cumulative_incidence import cumulative_incidence
from radpipe.report.figures.decision_curve import decision_curve
from radpipe.report.figures.forest import Estimate, c_index_comparison, forest
from radpipe.report.figures.hazards import hazards
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier
from radpipe.report.figures.multiverse import multiverse
from radpipe.report.figures.screening import feature_volume, volcano
from radpipe.report.figures.style import render
from radpipe.report.names import human_name
from radpipe.report.pack_details import HALVES, halves
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis

__all__ = [
    "draw_c_indices", "draw_calibration", "draw_competing", "draw_course", "draw_decision", "draw_differences",
    "draw_forest", "draw_hazards", "draw_kaplan_meier", "draw_multiverse", "draw_screening",
]  # fmt: skip

FEW = ("volume", "clinical", "radiomics")
"""Models that are drawn, with the largest, where many curves could not be told apart."""


def _drawing(name: str, figure: Figure, caption: str) -> Drawing:
    return Drawing(name, caption, render(figure, "svg"), render(figure, "png"))


def draw_c_indices(analysis: SurvivalAnalysis) -> Drawing:
    """Draw the C-index of each model in patients it had not seen, and what its own patients would have made of it."""
    rows = []
    for model in analysis.models:
        interval = model.c_index
        rows.append(Estimate(model.name, interval.value, interval.low, interval.high))
        rows.append(Estimate("  in its own patients", model.apparent_c, np.nan, np.nan, hollow=True))
    return _drawing(
        "c_index",
        c_index_comparison(rows, title=f"C-index, {endpoint_words(analysis.endpoint)}"),
        "C-index of each model. Filled: patients of held-out folds, with 95 % interval; this is what counts. Hollow: "
        "the patients the model was fitted to, which flatters it.",
    )


def draw_differences(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw the differences in C-index; None where nothing was compared."""
    if not analysis.comparisons:
        return None
    rows = [
        Estimate(f"{one.model_a} − {one.model_b}", one.difference.value, one.difference.low, one.difference.high)
        for one in analysis.comparisons
    ]
    figure = c_index_comparison(
        rows, title="Difference in C-index", label="Difference in C-index (0 = no difference)", neutral=0.0
    )
    return _drawing(
        "c_difference",
        figure,
        "Difference in C-index between two models in the same patients, with 95 % interval.",
    )


def draw_kaplan_meier(analysis: SurvivalAnalysis) -> tuple[Drawing, ...]:
    """Draw the two halves of the patients by out-of-fold risk, for the models that carry the question."""
    return tuple(
        _drawing(
            f"kaplan_meier_{number}",
            kaplan_meier(_halves(analysis, model), title=f"By predicted risk: {model.name}", what=_free(analysis)),
            f"Kaplan-Meier estimates of patients below and above the median risk of the model “{model.name}”, risks of "
            "held-out folds, with 95 % bands; ticks are censored patients, and curves end where fewer than five are "
            "under observation. Halves are for the eye only: the models use "
            "the risk itself, and the p-value takes the risks as given.",
        )
        for number, model in enumerate(_few(analysis))
        if model.name != "clinical" and np.ptp(model.out_of_fold_risk) > 0
    )


def draw_course(analysis: SurvivalAnalysis) -> Drawing:
    """Draw the Kaplan-Meier estimate of all patients."""
    everyone = (SurvivalGroup("all patients", analysis.time_days, analysis.event),)
    return _drawing(
        "course",
        kaplan_meier(everyone, title=_free(analysis), what=_free(analysis)),
        "Kaplan-Meier estimate of all patients with its 95 % band; ticks are censored patients, and the curve ends "
        "where fewer than five are under observation.",
    )


def _few(analysis: SurvivalAnalysis) -> list[ModelResult]:
    """Return the models that curves are drawn of: those that carry the question, and the largest."""
    return [model for model in analysis.models if model.name in FEW or model is analysis.models[-1]]


def _free(analysis: SurvivalAnalysis) -> str:
    """Name what the curve is the probability of: a survival as such, or being free of the event."""
    name = endpoint_words(analysis.endpoint)
    return name.capitalize() if "survival" in name else f"Free of {name}"


def _halves(analysis: SurvivalAnalysis, model: ModelResult) -> Sequence[SurvivalGroup]:
    high = halves(model)
    return [
        SurvivalGroup(name, analysis.time_days[chosen], analysis.event[chosen])
        for name, chosen in zip(HALVES, (~high, high), strict=True)
        if chosen.any()
    ]


def draw_forest(analysis: SurvivalAnalysis, model: ModelResult) -> Drawing | None:
    """Draw the hazard ratios of a model; None where it has no terms."""
    if not len(model.coefficients):
        return None
    rows = [
        Estimate(
            _per_unit(row["term"], row["unit"]), row["unit_ratio"], row["unit_low"], row["unit_high"],
            None if np.isnan(row["p"]) else row["p"],
        )
        for row in records(strongest(model))
    ]  # fmt: skip
    label = "Hazard ratio (95 % interval, log scale)"
    return _drawing(
        f"forest_{analysis.models.index(model)}",
        forest(rows, title=f"Hazard ratios: {model.name}", label=label),
        f"Hazard ratios of the model “{model.name}”, fitted to all patients, each for the difference named with it. "
        "Right of the line: more of it goes with an earlier event.",
    )


def _per_unit(term: str, unit: str) -> str:
    """Name a term with the difference that its ratio is for; levels are told against what they are compared with."""
    if " against " in unit:
        return f"{human_name(term.partition(': ')[0])}: {unit}"
    return f"{human_name(term)}, {'one SD' if unit == 'one standard deviation' else unit}"


def draw_hazards(model: ModelResult) -> Drawing | None:
    """Draw how a model's coefficients move with time; None where it is no plain Cox fit."""
    if model.residuals.empty:
        return None
    shown = model.residuals.assign(term=[human_name(str(term)) for term in model.residuals["term"]])
    return _drawing(
        "proportional_hazards",
        hazards(shown, title=f"Proportional hazards: {model.name}"),
        f"Scaled Schoenfeld residuals of the model “{model.name}” with a smooth line: the coefficient of each term at "
        "each event's time. A level line is a hazard ratio that does not change with time; dashed: the coefficient.",
    )


def draw_multiverse(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw the primary question answered in every way; None where that was switched off."""
    if analysis.multiverse.empty:
        return None
    first = analysis.comparisons[0]
    return _drawing(
        "multiverse",
        multiverse(analysis.multiverse, title=f"{first.model_a} − {first.model_b}, in every way"),
        "Difference in C-index of the primary question with every recipe, form of volume and seed; each point is one "
        "cross-validation. Points on both sides of 0 say that the answer hangs on choices.",
    )


def draw_calibration(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw predicted against observed risk at each horizon; None where no model has a curve."""
    curves = {model.name: model.calibration for model in _few(analysis) if model.calibration}
    if not curves:
        return None
    what = "death" if "survival" in analysis.endpoint else endpoint_words(analysis.endpoint)
    figure = calibration(curves, what=what)
    return _drawing(
        "calibration",
        figure,
        "Risk as predicted against risk as observed (one minus Kaplan-Meier), in groups of patients of rising "
        "predicted risk, with 95 % intervals; risks of held-out folds. On the dashed line predictions came true; below "
        "it they were too high.",
    )


def draw_decision(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw the decision curves at the latest horizon; None where no model gives probabilities."""
    models = [model for model in _few(analysis) if model.decision]
    if not models:
        return None
    years = max(curve.horizon_years for curve in models[0].decision)
    curves = [curve for model in models for curve in model.decision if curve.horizon_years == years]
    return _drawing(
        "decision_curve",
        decision_curve(curves, title=f"Decision curve at {years:g} years"),
        f"Net benefit of acting on each model's risk of the event until {years:g} years, over the risk from which one "
        "would act; risks of held-out folds. A model is of use where its line lies above both “treat all” and “treat "
        "none”.",
    )


def draw_screening(analysis: SurvivalAnalysis) -> tuple[Drawing, ...]:
    """Draw every feature alone, and what of it is volume."""
    volume = [model.c_index.value for model in analysis.models if model.name == "volume"]
    return (
        _drawing(
            "volcano",
            volcano(analysis.screening, title="Each feature alone"),
            "Every feature alone in a Cox model: hazard ratio for one standard deviation more against the strength of "
            "evidence. Features above the dashed line pass at a false discovery rate of 10 %.",
        ),
        _drawing(
            "feature_volume",
            feature_volume(
                analysis.screening, volume_c=volume[0] if volume else None, title="How much of it is volume"
            ),
            "Every feature's C-index, turned so that it is at least 0.5, against its correlation with tumour volume. "
            "Features at the right are volume by another name.",
        ),
    )


def draw_competing(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw cumulative incidences; None where nothing competes."""
    if analysis.competing is None:
        return None
    return _drawing(
        "cumulative_incidence",
        cumulative_incidence(analysis.competing, analysis.time_days, title="Cumulative incidence"),
        f"Cumulative incidence (Aalen-Johansen) of {analysis.competing.event} and of {analysis.competing.competing}, "
        "which prevents it, with 95 % bands, until fewer than five are under observation. One "
        "minus Kaplan-Meier would overstate either.",
    )
