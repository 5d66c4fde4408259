"""Terms of a model: hazard ratios, and how coefficients move with time."""

import numpy as np

from radpipe.report.blocks import Drawing, records, strongest
from radpipe.report.drawings.drawing import drawing_of
from radpipe.report.figures.forest import Estimate, forest
from radpipe.report.figures.hazards import hazards
from radpipe.report.names import human_name
from radpipe.survival.procedure.results import ModelResult, SurvivalAnalysis

__all__ = ["draw_forest", "draw_hazards"]


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
    return drawing_of(
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
    return drawing_of(
        "proportional_hazards",
        hazards(shown, title=f"Proportional hazards: {model.name}"),
        f"Scaled Schoenfeld residuals of the model “{model.name}” with a smooth line: the coefficient of each term at "
        "each event's time. A level line is a hazard ratio that does not change with time; dashed: the coefficient.",
    )
