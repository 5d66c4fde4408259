"""Proportional hazards: how each coefficient moves with time."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from radpipe.report.figures.style import MUTED, colour, new_figure, shorten, styled, tidy
from radpipe.survival.statistics.constants import DAYS_A_YEAR

__all__ = ["hazards", "smoothed"]

FloatArray = npt.NDArray[np.float64]

ACROSS = 3
SPAN = 0.5
"""Share of the events that a point of the smooth line looks at."""


@styled
def hazards(residuals: pd.DataFrame, *, title: str = "") -> Figure:
    """Draw scaled Schoenfeld residuals plus coefficient against time, one panel a term, with a smooth line.

    Parameters
    ----------
    residuals
        Columns ``term, time_days, residual``.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Grambsch PM, Therneau TM. Biometrika 1994;81:515.
    """
    terms = list(dict.fromkeys(residuals["term"]))
    rows = -(-len(terms) // ACROSS)
    figure = new_figure(185, 12 + 52 * rows)
    panels = figure.subplots(rows, min(ACROSS, len(terms)), squeeze=False, sharex=True)
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, weight="bold")
    for axes in panels.flat[len(terms) :]:
        axes.axis("off")
    for number, (axes, term) in enumerate(zip(panels.flat, terms, strict=False)):
        mine = residuals[residuals["term"] == term].sort_values("time_days")
        years = mine["time_days"].to_numpy(dtype=np.float64) / DAYS_A_YEAR
        values = mine["residual"].to_numpy(dtype=np.float64)
        axes.axhline(float(values.mean()), color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
        axes.plot(years, values, "o", color=colour(0), markersize=2.6, alpha=0.45, markeredgewidth=0)
        axes.plot(years, smoothed(years, values), color=colour(1), linewidth=1.6)
        axes.set_title(shorten(term, 32), fontsize=8.5)
        axes.set_xlabel("Time (years)" if number >= len(terms) - ACROSS else "")
        axes.set_ylabel("Coefficient at that time" if number % ACROSS == 0 else "")
        tidy(axes)
    return figure


def smoothed(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return local straight lines through half of the points, tricube weights (loess of first degree).

    Parameters
    ----------
    x, y
        Shape (n,), x rising.

    Examples
    --------
    >>> smoothed(np.arange(8.0), 2 * np.arange(8.0) + 1).round(6).tolist()
    [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0]
    """
    near = min(max(int(np.ceil(SPAN * len(x))), 4), len(x))
    curve = np.empty(len(x))
    for place, middle in enumerate(x):
        distance = np.abs(x - middle)
        reach = max(float(np.sort(distance)[near - 1]), 1e-12) * 1.0001
        weight = np.where(distance < reach, (1 - (distance / reach) ** 3) ** 3, 0.0)
        total = weight.sum()
        centre, mean = weight @ x / total, weight @ y / total
        spread = weight @ (x - centre) ** 2
        slope = weight @ ((x - centre) * (y - mean)) / spread if spread > 1e-12 else 0.0
        curve[place] = mean + slope * (middle - centre)
    return curve
