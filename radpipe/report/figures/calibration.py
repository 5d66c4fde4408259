"""Calibration: risk as predicted against risk as observed."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radpipe.report.figures.style import MUTED, colour, dashes, new_figure, styled, tidy
from radpipe.survival.statistics.calibration import CalibrationCurve
from radpipe.survival.statistics.smooth_calibration import SmoothCalibration

__all__ = ["calibration"]


@styled
def calibration(
    curves: Mapping[str, Sequence[CalibrationCurve]],
    *,
    what: str = "the event",
    smooth: Mapping[str, Sequence[SmoothCalibration]] | None = None,
) -> Figure:
    """Draw one panel a horizon; points on the diagonal are risks that came true.

    Parameters
    ----------
    curves
        Model -> its curve at each horizon; the same horizons for all models.
    what
        The event that the risk is of.
    smooth
        Model -> its smooth curves, drawn as lines; a model that has none has its points joined.

    Returns
    -------
    matplotlib.figure.Figure
    """
    horizons = sorted({curve.horizon_years for every in curves.values() for curve in every})
    figure = new_figure(max(88 * len(horizons), 120), 116)
    panels = figure.subplots(1, len(horizons), squeeze=False, sharey=True)[0]
    for axes, horizon in zip(panels, horizons, strict=True):
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 2)), label="perfect")
        for number, (name, every) in enumerate(curves.items()):
            for curve in every:
                if curve.horizon_years == horizon:
                    shift = 0.006 * (number - (len(curves) - 1) / 2)
                    line = next((one for one in (smooth or {}).get(name, ()) if one.horizon_years == horizon), None)
                    _draw(axes, name, curve, number, line, shift=shift)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="Predicted risk (probability)", aspect="equal")
        axes.set_title(f"Calibration at {horizon:g} years")
        tidy(axes, grid="both")
    panels[0].set_ylabel(f"Observed risk of {what} (probability)")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw(
    axes: Axes, name: str, curve: CalibrationCurve, number: int, line: SmoothCalibration | None, *, shift: float
) -> None:
    """Draw one model; the shift keeps the bars of models apart that predict the same risk."""
    x = curve.predicted + shift
    bars = np.clip([curve.observed - curve.low, curve.high - curve.observed], 0, None)
    axes.errorbar(x, curve.observed, yerr=bars, fmt="none", ecolor=colour(number), elinewidth=0.9, alpha=0.55)
    style = {"color": colour(number), "linewidth": 1.4, "linestyle": dashes(number)}
    if line is None:
        axes.plot(x, curve.observed, marker="o", markersize=4.5, label=name, **style)
        return
    axes.plot(x, curve.observed, marker="o", markersize=4.5, linestyle="none", color=colour(number))
    axes.plot(line.predicted, line.observed, label=name, **style)
