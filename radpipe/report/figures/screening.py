"""Figures of the screening: every feature alone, and what of it is volume."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from radpipe.report.figures.style import INK, MUTED, colour, new_figure, shorten, styled, tidy

__all__ = ["feature_volume", "volcano"]

SMALLEST_P = 1e-12


@styled
def volcano(screening: pd.DataFrame, *, fdr: float = 0.1, label_best: int = 6, title: str = "") -> Figure:
    """Draw hazard ratio against p of every feature; the dashed line is where the false discovery rate is met.

    Parameters
    ----------
    screening
        With columns feature, group, hazard_ratio, p, p_bh.
    fdr
        False discovery rate that the line stands for.
    label_best
        How many of the smallest p are named.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure
    """
    table = screening.dropna(subset=["hazard_ratio", "p"])
    figure = new_figure(170, 122 + 4.5 * min(label_best, len(table)))
    axes = figure.subplots()
    strength = -np.log10(np.clip(table["p"].to_numpy(dtype=np.float64), SMALLEST_P, 1.0))
    log2_ratio = np.log2(table["hazard_ratio"].to_numpy(dtype=np.float64))
    _points(axes, table, log2_ratio, strength)
    axes.axvline(0, color=MUTED, linewidth=1)
    passing = table["p_bh"].to_numpy(dtype=np.float64) <= fdr
    if passing.any():
        label = f"false discovery rate {100 * fdr:.0f} %:\n{int(passing.sum())} of {len(table)} on or above"
        axes.axhline(float(strength[passing].min()), color=INK, linewidth=1, linestyle=(0, (4, 2)), label=label)
    reach = max(float(np.abs(log2_ratio).max()) * 1.08, 0.5) if len(table) else 1.0
    top = float(strength.max()) * 1.08 + 0.05 if len(table) else 1.0
    capped = "; 12: 12 or more" if (table["p"] < SMALLEST_P).any() else ""
    axes.set(
        xlabel="Hazard ratio for one standard deviation more (log scale)",
        ylabel=f"Strength of evidence, −log10 p (no unit{capped})",
        title=title,
        xlim=(-reach, reach),
        ylim=(0, top),
    )
    between = [0.67, 1.5] if reach > 1 else [0.67, 0.8, 1.25, 1.5]  # no more than have room
    ticks = np.sort([0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, *between])
    ticks = ticks[np.abs(np.log2(ticks)) <= reach]
    axes.set_xticks(np.log2(ticks), [f"{tick:g}" for tick in ticks])
    tidy(axes)
    best = table.assign(x=log2_ratio, y=strength).nsmallest(label_best, "p", keep="first")
    _number_best(axes, best, np.column_stack([log2_ratio, strength]), (reach, top))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper")
    named = [f"{number}   {shorten(name, 70)}" for number, name in enumerate(best["feature"], start=1)]
    blank = [Line2D([], [], linestyle="none") for _ in named]
    figure.legend(blank, named, loc="outside lower left", ncols=1, handlelength=0, handletextpad=0)
    return figure


@styled
def feature_volume(screening: pd.DataFrame, *, volume_c: float | None = None, title: str = "") -> Figure:
    """Draw what each feature tells of the outcome against how much of it is volume.

    Parameters
    ----------
    screening
        With columns feature, group, c_index, rho_volume.
    volume_c
        C-index of volume alone, drawn as a line.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Welch ML et al. Radiother Oncol 2019;130:2 (doi 10.1016/j.radonc.2018.10.027): volume inside signatures.
    """
    table = screening.dropna(subset=["c_index", "rho_volume"])
    figure = new_figure(170, 110)
    axes = figure.subplots()
    concordance = table["c_index"].to_numpy(dtype=np.float64)
    distance = np.maximum(concordance, 1 - concordance)
    _points(axes, table, np.abs(table["rho_volume"].to_numpy(dtype=np.float64)), distance)
    if volume_c is not None:
        line = max(volume_c, 1 - volume_c)
        axes.axhline(line, color=INK, linewidth=1, linestyle=(0, (4, 2)), label=f"volume alone, C = {volume_c:.3f}")
    axes.set(
        xlabel="|Spearman correlation| with tumour volume (no unit)",
        ylabel="C-index of the feature alone (no unit; 0.5 = chance)",
        title=title,
        xlim=(-0.02, 1.02),
    )
    tidy(axes, grid="both")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right upper")
    return figure


def _points(axes: Axes, table: pd.DataFrame, x: np.ndarray, y: np.ndarray) -> None:
    groups = table["group"].to_numpy(dtype=object)
    markers = "osD^vPX<>"
    for number, group in enumerate(sorted(set(groups))):
        chosen = groups == group
        axes.plot(x[chosen], y[chosen], markers[number % len(markers)], color=colour(number), markersize=4.2,
                  alpha=0.6, markeredgewidth=0, label=f"{group} ({int(chosen.sum())})")  # fmt: skip


def _number_best(axes: Axes, best: pd.DataFrame, points: np.ndarray, limits: tuple[float, float]) -> None:
    """Write numbers at the best features, and their names in the legend, where they cover no point."""
    width, height = 290.0, 250.0  # The axes in points, nearly; numbers must keep clear of each other and of points.
    taken: list[tuple[float, float]] = []
    marks = (points / limits + (1, 0)) / (2, 1) * (width, height)
    places = best[["x", "y"]].to_numpy(dtype=np.float64)
    for number, place in enumerate(places, start=1):
        x, y = (place[0] / limits[0] + 1) / 2 * width, place[1] / limits[1] * height
        free = [
            (dx, dy)
            for radius in range(9, 200, 5)
            for dx, dy in ((radius, 0), (0, radius), (-radius, 0), (radius, radius), (-radius, radius))
            if all(abs(x + dx - a) > 10 or abs(y + dy - b) > 10 for a, b in taken)
        ]
        dx, dy = next((at for at in free if (np.abs(marks - (x + at[0], y + at[1])).max(axis=1) > 6).all()), free[0])
        taken.append((x + dx, y + dy))
        line = {"arrowstyle": "-", "linewidth": 0.5, "color": MUTED, "shrinkA": 4, "shrinkB": 1}
        axes.annotate(str(number), (place[0], place[1]), xytext=(dx, dy), textcoords="offset points", fontsize=8,
                      weight="bold", ha="center", va="center", arrowprops=line)  # fmt: skip
