"""Forest plot: estimates with intervals and the numbers beside them; hazard ratios and concordances share it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from radpipe.report.figures.style import COLOURS, MUTED, in_two_lines, new_figure, p_text, styled, tidy

__all__ = ["Estimate", "c_index_comparison", "forest"]

_RATIOS = (
    (0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2),
    (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4),
    (0.1, 0.2, 0.5, 1, 2, 5, 10),
    (0.01, 0.1, 1, 10, 100),
)
CLEARANCE = 0.11
"""Share of the axis that a tick's label needs."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One line of a forest plot.

    Parameters
    ----------
    name
        At the left.
    value, low, high
        The estimate and its 95 % interval; NaN where it has none.
    p
        None where no test was made.
    hollow
        Hollow markers are for estimates that are too good, such as the apparent C-index.
    """

    name: str
    value: float
    low: float
    high: float
    p: float | None = None
    hollow: bool = False


@styled
def forest(
    rows: Sequence[Estimate], *, title: str = "", label: str = "Hazard ratio (95 % interval, log scale)"
) -> Figure:
    """Draw hazard ratios on a log scale, with the line of no effect.

    Parameters
    ----------
    rows
        From top to bottom.
    title
        Above the figure.
    label
        Of the x axis.

    Returns
    -------
    matplotlib.figure.Figure
    """
    return _estimates(rows, title, label, neutral=1.0, scale="log", digits=2)


@styled
def c_index_comparison(
    rows: Sequence[Estimate],
    *,
    title: str = "",
    label: str = "C-index (0.5 = chance, 1 = perfect order)",
    neutral: float = 0.5,
) -> Figure:
    """Draw the concordance of each model with its interval, beside chance.

    Parameters
    ----------
    rows
        From top to bottom; ``hollow`` for apparent values.
    title
        Above the figure.
    label
        Of the x axis.
    neutral
        Where the dashed line stands: 0.5 for concordances, 0 for their differences.

    Returns
    -------
    matplotlib.figure.Figure
    """
    return _estimates(rows, title, label, neutral=neutral, scale="linear", digits=3)


def _estimates(
    rows: Sequence[Estimate],
    title: str,
    label: str,
    *,
    neutral: float,
    scale: Literal["linear", "log"],
    digits: int,
) -> Figure:
    figure = new_figure(185, 26 + 7.5 * len(rows))
    tested = any(row.p is not None for row in rows)
    axes, *beside = figure.subplots(1, 3 if tested else 2, width_ratios=(10, 5.6, 3)[: 3 if tested else 2], sharey=True)
    axes.axvline(neutral, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
    for number, row in enumerate(rows):
        axes.plot([row.low, row.high], [number, number], color=COLOURS[0], linewidth=1.8, solid_capstyle="butt")
        face = "white" if row.hollow else COLOURS[0]
        axes.plot(row.value, number, "s", markersize=6.5, color=COLOURS[0], markerfacecolor=face)
    axes.set_xscale(scale)
    axes.set(title=title, xlabel=label, ylim=(len(rows) - 0.4, -0.6))
    axes.set_yticks(range(len(rows)), [in_two_lines(row.name) for row in rows])
    axes.tick_params(axis="y", left=False)
    axes.spines["left"].set_visible(False)
    tidy(axes, grid="x")
    if scale == "log":
        _ratio_ticks(axes, rows)
    _write_column(beside[0], [_numbers(row, digits) for row in rows])
    if tested:
        _write_column(beside[1], ["" if row.p is None else p_text(row.p) for row in rows])
    return figure


def _numbers(row: Estimate, digits: int) -> str:
    value, low, high = (f"{end:.{digits}f}".replace("-", "−") for end in (row.value, row.low, row.high))
    return value if math.isnan(row.low) else f"{value} ({low} to {high})"


def _ratio_ticks(axes: Axes, rows: Sequence[Estimate]) -> None:
    ends = [end for row in rows for end in (row.value, row.low, row.high) if not math.isnan(end)]
    low, high = min(ends), max(ends)
    low, high = min(low, 0.9) / 1.1, max(high, 1.1) * 1.1
    for candidates in _RATIOS:
        ticks = [tick for tick in candidates if low <= tick <= high]
        places = [math.log(tick / low) / math.log(high / low) for tick in ticks]
        if len(ticks) >= 3 and min(after - before for before, after in pairwise(places)) > CLEARANCE:
            break
    axes.set_xlim(low, high)
    axes.set_xticks(ticks)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.minorticks_off()


def _write_column(axes: Axes, words: Sequence[str]) -> None:
    axes.axis("off")
    axes.set_xlim(0, 1)
    for number, word in enumerate(words):
        axes.text(0, number, word, va="center", fontsize=8.5)
