"""C-indices of models, their differences, and the primary question in every way."""

import numpy as np

from radpipe.report.blocks import Drawing, endpoint_words
from radpipe.report.drawings.drawing import drawing_of
from radpipe.report.figures.forest import Estimate, c_index_comparison
from radpipe.report.figures.multiverse import multiverse
from radpipe.survival.procedure.results import SurvivalAnalysis

__all__ = ["draw_c_indices", "draw_differences", "draw_multiverse"]


def draw_c_indices(analysis: SurvivalAnalysis) -> Drawing:
    """Draw the C-index of each model in patients it had not seen, and what its own patients would have made of it."""
    rows = []
    for model in analysis.models:
        interval = model.c_index
        rows.append(Estimate(model.name, interval.value, interval.low, interval.high))
        rows.append(Estimate("  in its own patients", model.apparent_c, np.nan, np.nan, hollow=True))
    return drawing_of(
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
        Estimate(
            f"{comparison.model_a} − {comparison.model_b}",
            comparison.difference.value,
            comparison.difference.low,
            comparison.difference.high,
        )
        for comparison in analysis.comparisons
    ]
    figure = c_index_comparison(
        rows, title="Difference in C-index", label="Difference in C-index (0 = no difference)", neutral=0.0
    )
    return drawing_of(
        "c_difference",
        figure,
        "Difference in C-index between two models in the same patients, with 95 % interval.",
    )


def draw_multiverse(analysis: SurvivalAnalysis) -> Drawing | None:
    """Draw the primary question answered in every way; None where that was switched off."""
    if analysis.multiverse.empty:
        return None
    first = analysis.comparisons[0]
    return drawing_of(
        "multiverse",
        multiverse(analysis.multiverse, title=f"{first.model_a} − {first.model_b}, in every way"),
        "Difference in C-index of the primary question with every recipe, form of volume and seed; each point is one "
        "cross-validation. Points on both sides of 0 say that the answer hangs on choices.",
    )
