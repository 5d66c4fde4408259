"""The primary question answered in every way: recipes, forms of volume and seeds in one figure."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from radpipe.report.figures.style import MUTED, colour, new_figure, styled, tidy

__all__ = ["multiverse"]

MARKERS = ("o", "s", "^", "D")


@styled
def multiverse(table: pd.DataFrame, *, title: str = "") -> Figure:
    """Draw the difference in C of each recipe (a row), form of volume (a colour) and seed (a point).

    Parameters
    ----------
    table
        Columns ``recipe, volume, seed, difference``.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Steegen S et al. Perspect Psychol Sci 2016;11:702 (all reasonable ways of analysis side by side).
    """
    recipes, forms = list(dict.fromkeys(table["recipe"])), list(dict.fromkeys(table["volume"]))
    figure = new_figure(170, 40 + 11 * len(recipes))
    axes = figure.subplots()
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
    for number, form in enumerate(forms):
        shift = 0.22 * (number - (len(forms) - 1) / 2)
        mine = table[table["volume"] == form]
        height = np.array([recipes.index(recipe) for recipe in mine["recipe"]]) + shift
        axes.plot(mine["difference"], height, MARKERS[number % len(MARKERS)], color=colour(number), markersize=5,
                  alpha=0.75, markeredgewidth=0, label=f"volume: {form}")  # fmt: skip
    axes.set_yticks(range(len(recipes)), recipes)
    axes.set(xlabel="Difference in C-index (0 = no difference)", ylim=(len(recipes) - 0.5, -0.5), title=title)
    tidy(axes, grid="x")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(forms))
    return figure
