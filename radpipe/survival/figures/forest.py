"""Forest plot: estimates with intervals and the numbers beside them; hazard ratios and concordances share it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from radpipe.survival.figures.style import COLOURS, MUTED, new_figure, p_text, shorten, styled, tidy

__all__ = ["Estimate", "c_index_comparison", "forest"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One line of a forest plot.

    Parameters
    ----------
    name
        At the left.
    value, low, high
        The estimate and its 95 % interval.
    p
        None where no test was made.
    marker
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
    rows: Sequence[Estimate], *, title: str = "", label: str = "C-index (0.5 = chance, 1 = perfect order)"
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

    Returns
    -------
    matplotlib.figure.Figure
    """
    return _estimates(rows, title, label, neutral=0.5, scale="linear", digits=3)


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
    axes.set_yticks(range(len(rows)), [shorten(row.name, 40) for row in rows])
    axes.tick_params(axis="y", left=False)
    axes.spines["left"].set_visible(False)
    tidy(axes, grid="x")
    if scale == "log":
        _ratio_ticks(axes, rows)
    numbers = [f"{row.value:.{digits}f} ({row.low:.{digits}f} to {row.high:.{digits}f})" for row in rows]
    _write_column(beside[0], numbers)
    if tested:
        _write_column(beside[1], ["" if row.p is None else p_text(row.p) for row in rows])
    return figure


def _ratio_ticks(axes: Axes, rows: Sequence[Estimate]) -> None:
    low, high = min(row.low for row in rows), max(row.high for row in rows)
    low, high = min(low, 0.9) / 1.08, max(high, 1.1) * 1.08
    candidates = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
    ticks = [tick for tick in candidates if low <= tick <= high]
    if len(ticks) < 3:
        ticks = [tick for tick in (0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 1.8, 2) if low <= tick <= high]
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
