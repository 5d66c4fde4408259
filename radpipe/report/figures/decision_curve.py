"""Decision curves: the net benefit of acting on a model's risk, over the risk at which one would act."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from radpipe.report.figures.style import INK, MUTED, colour, dashes, new_figure, styled, tidy
from radpipe.survival.statistics.decision_curve import DecisionCurve

__all__ = ["decision_curve"]

BAND = 0.12
"""Opacity of a band."""


@styled
def decision_curve(curves: Sequence[DecisionCurve], *, title: str = "") -> Figure:
    """Draw net benefit of each model with its 95 % band, of treating all and of treating none.

    Parameters
    ----------
    curves
        One a model, all with the same horizon, thresholds and patients.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = new_figure(180, 105)
    axes = figure.subplots()
    first = curves[0]
    axes.plot(first.thresholds, first.treat_all, color=MUTED, linewidth=1.2, label="treat all")
    axes.axhline(0, color=INK, linewidth=1.2, label="treat none")
    for number, curve in enumerate(curves):
        axes.fill_between(curve.thresholds, curve.low, curve.high, color=colour(number), alpha=BAND, linewidth=0)
        axes.plot(curve.thresholds, curve.net_benefit, color=colour(number), linestyle=dashes(number), label=curve.name)
    top = max(max(curve.net_benefit) for curve in curves)
    top = max(top, float(first.treat_all[0]), 0.02)
    axes.set(
        xlabel=f"Threshold: risk at {first.horizon_years:g} years from which one would act (probability)",
        ylabel="Net benefit (true positives per patient)",
        title=title,
        xlim=(float(first.thresholds[0]), float(first.thresholds[-1])),
        ylim=(-0.15 * top, 1.1 * top),
    )
    tidy(axes)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper")
    return figure
