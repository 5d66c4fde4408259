"""Courses of time: Kaplan-Meier of all patients and of halves, and cumulative incidences."""

from collections.abc import Sequence

import numpy as np

from radpipe.report.blocks import Drawing
from radpipe.report.drawings.drawing import drawing_of, few_models, free_of
from radpipe.report.figures.cumulative_incidence import cumulative_incidence
from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier
from radpipe.report.pack_details import HALVES, halves
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis

__all__ = ["draw_competing", "draw_course", "draw_kaplan_meier"]


def draw_kaplan_meier(analysis: SurvivalAnalysis) -> tuple[Drawing, ...]:
    """Draw the two halves of the patients by out-of-fold risk, for the models that carry the question."""
    return tuple(
        drawing_of(
            f"kaplan_meier_{number}",
            kaplan_meier(_halves(analysis, model), title=f"By predicted risk: {model.name}", what=free_of(analysis)),
            f"Kaplan-Meier estimates of patients below and above the median risk of the model “{model.name}”, risks of "
            "held-out folds, with 95 % bands; ticks are censored patients, and curves end where fewer than five are "
            "under observation. Halves are for the eye only: the models use "
            "the risk itself, and the p-value takes the risks as given.",
        )
        for number, model in enumerate(few_models(analysis))
        if model.name != "clinical" and np.ptp(model.out_of_fold_risk) > 0
    )


def draw_course(analysis: SurvivalAnalysis) -> Drawing:
    """Draw the Kaplan-Meier estimate of all patients."""
    everyone = (SurvivalGroup("all patients", analysis.time_days, analysis.event),)
    return drawing_of(
        "course",
        kaplan_meier(everyone, title=free_of(analysis), what=free_of(analysis)),
        "Kaplan-Meier estimate of all patients with its 95 % band; ticks are censored patients, and the curve ends "
        "where fewer than five are under observation.",
    )


def _halves(analysis: SurvivalAnalysis, model: ModelResult) -> Sequence[SurvivalGroup]:
    high = halves(model)
    return [
        SurvivalGroup(name, analysis.time_days[chosen], analysis.event[chosen])
        for name, chosen in zip(HALVES, (~high, high), strict=True)
        if chosen.any()
    ]


def draw_competing(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw cumulative incidences; None where nothing competes."""
    if analysis.competing is None:
        return None
    return drawing_of(
        "cumulative_incidence",
        cumulative_incidence(analysis.competing, analysis.time_days, title="Cumulative incidence"),
        f"Cumulative incidence (Aalen-Johansen) of {analysis.competing.event} and of {analysis.competing.competing}, "
        "which prevents it, with 95 % bands, until fewer than five are under observation. One "
        "minus Kaplan-Meier would overstate either.",
    )
