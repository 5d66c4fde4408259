"""Drawings of a description: distributions, and how much follows volume."""

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radpipe.qc.frames import groups
from radpipe.report.blocks import Drawing
from radpipe.report.figures.style import COLOURS, new_figure, render, shorten, styled
from radpipe.tables.features import FIRST_COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

from radpipe.qc.describe.description import GROUP, FloatArray

__all__ = ["distribution_drawing", "volume_drawing"]


PICTURED = (
    "original_shape_MeshVolume", "original_shape_Sphericity", "original_firstorder_Mean",
    "original_firstorder_10Percentile", "original_firstorder_90Percentile", "original_firstorder_Entropy",
    "original_glcm_JointEntropy", "original_glcm_Correlation", "original_glrlm_GrayLevelNonUniformity",
    "original_glszm_ZoneEntropy", "original_gldm_DependenceEntropy", "original_ngtdm_Coarseness",
)  # fmt: skip
"""Features whose distribution is drawn, where the table has them; else its first ones."""


@styled
def distribution_drawing(frame: pd.DataFrame) -> Drawing:
    """Draw each pictured feature, a line a group; the area under each is the same.

    Parameters
    ----------
    frame
        A feature table.

    Returns
    -------
    Drawing
        Up to twelve features and eight groups.
    """
    measured = frame[frame["status"] == "ok"].reset_index(drop=True)
    there = [name for name in PICTURED if name in measured.columns and measured[name].notna().any()]
    others = [str(name) for name in measured.columns if name not in FIRST_COLUMNS and not str(name).startswith("diag_")]
    names = [*there, *(name for name in others if name not in there)][:12]
    words = measured.assign(**{name: measured[name].astype(str) for name in GROUP})
    parts = list(islice(groups(words, GROUP), len(COLOURS)))
    rows = max(-(-len(names) // 4), 1)
    figure = new_figure(180, 38 * rows + 8)
    for place, name in enumerate(names):
        axes = figure.add_subplot(rows, 4, place + 1)
        for number, (key, members) in enumerate(parts):
            _curve(
                axes,
                measured[name].iloc[members].to_numpy(dtype=np.float64),
                COLOURS[number],
                " ".join((key[2], key[1], key[0])),
            )
        axes.set_title(shorten(name.removeprefix("original_"), 26), fontsize=7)
        axes.set_yticks([])
        axes.tick_params(labelsize=6)
        if place == 0 and len(parts) > 1:
            axes.legend(fontsize=5)
    caption = "Share of rows by value, a line for each ROI, modality and configuration (the first eight)."
    return Drawing("distributions", caption, render(figure, "svg"), render(figure, "png"))


def _curve(axes: "Axes", values: FloatArray, colour: str, label: str) -> None:
    known = values[np.isfinite(values)]
    if known.size:
        heights, edges = np.histogram(known, bins=min(30, max(5, int(np.sqrt(known.size) * 2))))
        axes.stairs(heights / known.size, edges, color=colour, label=shorten(label, 30), linewidth=1.0)


@styled
def volume_drawing(table: pd.DataFrame) -> Drawing:
    """Draw how many features follow volume how much.

    Parameters
    ----------
    table
        Columns ``FEATURE_COLUMNS``; ``rho_volume`` from -1 to 1.

    Returns
    -------
    Drawing
        A histogram of 40 bins.
    """
    figure = new_figure(120, 55)
    axes = figure.add_subplot(1, 1, 1)
    known = table["rho_volume"].dropna().to_numpy(dtype=np.float64)
    heights, edges = np.histogram(known, bins=40, range=(-1, 1))
    axes.stairs(heights, edges, color=COLOURS[0], fill=True)
    axes.set_xlabel("Spearman's correlation with volume")
    axes.set_ylabel("features")
    caption = "What lies at the ends says hardly more than volume does."
    return Drawing("volume", caption, render(figure, "svg"), render(figure, "png"))
