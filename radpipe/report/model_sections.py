"""The models beside each other: order, groups of risk, probabilities."""

import numpy as np

from radpipe.report.blocks import Block, Section, Table, interval_text, number_text
from radpipe.report.cells import p_cell, percent_cell
from radpipe.report.drawings.c_indices import draw_c_indices, draw_differences, draw_multiverse
from radpipe.report.drawings.courses import draw_kaplan_meier
from radpipe.report.drawings.probabilities import draw_calibration, draw_decision
from radpipe.survival.procedure.results import Comparison, ModelResult, Role, SurvivalAnalysis
from radpipe.survival.statistics.interval import Interval

__all__ = ["groups_section", "models_section", "probabilities_section"]


def _drawn(*blocks: Block | None) -> tuple[Block, ...]:
    return tuple(block for block in blocks if block is not None)


def models_section(analysis: SurvivalAnalysis) -> Section:
    """Put the models side by side.

    Parameters
    ----------
    analysis
        With at least one model.
    """
    years = tuple(dict.fromkeys(brier.horizon_years for model in analysis.models for brier in model.brier))
    wolbers = any(model.wolbers_c is not None for model in analysis.models)
    order = Table(
        "How well each model puts patients in order",
        ("Model", "C-index (95 %)", "Uno's C (95 %)", *(["Wolbers' C (95 %)"] if wolbers else []), "Corrected C",
         "Parameters", "Events per parameter"),
        tuple(_order_row(model) for model in analysis.models),
        note="C-index and Uno's C: in patients of held-out folds, with 95 % interval; 0.5 is chance, 1 perfect order. "
        "Corrected C: what the bootstrap leaves of the final fit's C (optimism, or .632+ for models that learn from "
        "features). Events per parameter count every feature that was looked at."
        + (" Wolbers' C: patients with the competing event outlive everyone." if wolbers else ""),
    )  # fmt: skip
    smooth = tuple(dict.fromkeys(curve.horizon_years for model in analysis.models for curve in model.smooth))
    risks = Table(
        "How right its predicted risks are",
        (
            "Model",
            "Calibration slope (95 %)",
            "Corrected slope",
            *(f"Brier explained, {year:g} years (95 %)" for year in years),
            *(f"ICI, {year:g} years" for year in smooth),
        ),
        tuple(_risk_row(model, years, smooth) for model in analysis.models),
        note="In patients of held-out folds. Calibration slope: 1 is ideal, below 1 the predicted risks are too "
        "extreme. Brier: share of the squared error explained at that time; at or below 0 the model is no better than "
        "telling every patient the same."
        + (
            " ICI: mean distance of the smooth calibration curve from what was predicted; 0 is ideal." if smooth else ""
        ),
    )
    compared = tuple(
        (
            comparison.model_a,
            comparison.model_b,
            interval_text(comparison.difference),
            _shown(comparison),
        )
        for comparison in analysis.comparisons
    )
    blocks = _drawn(
        order,
        draw_c_indices(analysis),
        Table("Differences in C-index", ("Model", "compared with", "Difference (95 %)", "What test and interval show"),
              compared, (0, 1, 3)) if compared else None,
        draw_differences(analysis),
        draw_multiverse(analysis),
        _at_the_horizons(analysis),
        risks,
    )  # fmt: skip
    return Section("models", "Models beside each other", blocks)


def _shown(comparison: Comparison) -> str:
    """Return verdict and p; of a secondary question the p that the verdict goes by too."""
    if not np.isfinite(comparison.p):
        return "not asked"
    holm = f", {p_cell(comparison.p_adjusted)} after Holm" if comparison.role is Role.SECONDARY else ""
    return f"{comparison.verdict}, p {p_cell(comparison.p)}{holm} ({comparison.role})"


def _at_the_horizons(analysis: SurvivalAnalysis) -> Table | None:
    """Return AUC and calibration in the large at the horizons; None where no horizon was seen."""
    years = tuple(dict.fromkeys(year for model in analysis.models for year in model.auc))
    rows = tuple(
        (
            model.name,
            *(interval_text(model.auc[year]) for year in years),
            *(interval_text(model.observed_expected[year], 2) for year in years),
        )
        for model in analysis.models
    )
    header = (
        "Model",
        *(f"AUC, {year:g} years (95 %)" for year in years),
        *(f"Observed / expected, {year:g} years (95 %)" for year in years),
    )
    note = (
        "In patients of held-out folds. AUC: share of pairs, one with the event until then and one without, in which "
        "the former had the higher predicted risk, weighted for censoring; 0.5 is chance. Observed / expected: the "
        "observed risk divided by the mean predicted one (calibration in the large); 1 is ideal."
    )
    return Table("How well each model does at the horizons", header, rows, note=note) if years else None


def _order_row(model: ModelResult) -> tuple[str, ...]:
    return (
        model.name,
        interval_text(model.c_index),
        interval_text(model.uno_c),
        *([] if model.wolbers_c is None else [interval_text(model.wolbers_c)]),
        number_text(model.corrected_c),
        str(model.parameters),
        number_text(model.events_per_parameter, 1),
    )


def _risk_row(model: ModelResult, years: tuple[float, ...], smooth: tuple[float, ...]) -> tuple[str, ...]:
    explained = {brier.horizon_years: percent_cell(*_ends(brier.explained_interval)) for brier in model.brier}
    ici = {curve.horizon_years: number_text(curve.ici, 3) for curve in model.smooth}
    return (
        model.name,
        interval_text(model.calibration_slope, 2),
        number_text(model.corrected_slope, 2),
        *(explained.get(year, "–") for year in years),
        *(ici.get(year, "–") for year in smooth),
    )


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.value, interval.low, interval.high


def groups_section(analysis: SurvivalAnalysis) -> Section:
    """Draw patients of lower and higher predicted risk.

    Parameters
    ----------
    analysis
        With at least one model.
    """
    return Section("groups", "Patients of lower and higher predicted risk", draw_kaplan_meier(analysis))


def probabilities_section(analysis: SurvivalAnalysis) -> Section:
    """Tell whether predicted probabilities are right, and of use.

    Parameters
    ----------
    analysis
        With at least one model.
    """
    blocks = _drawn(draw_calibration(analysis), draw_decision(analysis))
    return Section("calibration", "Are the predicted probabilities right, and of use?", blocks)
