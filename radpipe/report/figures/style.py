"""What all figures share: colours, type, size, and bytes that are the same for the same input."""

import io
import textwrap
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = [
    "COLOURS", "INK", "MUTED", "PALE", "colour", "dashes", "in_two_lines", "new_figure", "p_text", "render",
    "shorten", "styled", "tidy",
]  # fmt: skip

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A7F00")
"""Okabe and Ito's palette, told apart under the common colour blindnesses; its yellow is darkened to be read on white.

References
----------
Okabe M, Ito K. Color Universal Design (2008), https://jfly.uni-koeln.de/color/.
"""

INK, MUTED, PALE = "#1b1f24", "#5f6b7a", "#d9dee4"
_DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None), (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1.5)), (0, (8, 3)),
)  # fmt: skip
MM_PER_INCH = 25.4

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": INK,
    "text.usetex": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "radpipe",
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.09,
    "figure.constrained_layout.w_pad": 0.09,
    "mathtext.default": "regular",
}


styled = rc_context(_SETTINGS)
"""Decorates a function that draws: radpipe's settings hold while it runs, and matplotlib's own afterwards."""


@styled
def new_figure(width_mm: float = 170.0, height_mm: float = 110.0) -> Figure:
    """Return an empty figure; pyplot is not involved."""
    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def colour(number: int) -> str:
    """Return the colour of the group of that number; after eight they begin again."""
    return COLOURS[number % len(COLOURS)]


def dashes(number: int) -> Any:
    """Return a line style, so that lines are told apart in grey print too."""
    return _DASHES[number % len(_DASHES)]


def tidy(axes: Axes, *, grid: Literal["x", "y", "both"] | None = "y") -> None:
    """Put a pale grid behind the data."""
    axes.set_axisbelow(True)
    if grid:
        axes.grid(visible=True, axis=grid, color=PALE, linewidth=0.6)


def p_text(p: float) -> str:
    """Write a p-value as journals do.

    Examples
    --------
    >>> p_text(0.03127), p_text(0.00001), p_text(0.25)
    ('p = 0.031', 'p < 0.001', 'p = 0.25')
    """
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def shorten(name: str, limit: int = 44) -> str:
    """Cut a long name in its middle; both ends of a feature's name tell it from others.

    Examples
    --------
    >>> shorten("wavelet-HLH_glrlm_GrayLevelNonUniformity", 24)
    'wavelet-HLH…onUniformity'
    """
    if len(name) <= limit:
        return name
    front = (limit - 1) // 2
    return f"{name[:front]}…{name[len(name) - (limit - 1 - front) :]}"


def in_two_lines(name: str, limit: int = 40) -> str:
    r"""Break a long name in two lines, and cut what is too long for them.

    Examples
    --------
    >>> in_two_lines("clinical + volume + radiomics − clinical + volume")
    'clinical + volume + radiomics −\nclinical + volume'
    """
    if len(name) <= limit:
        return name
    lines = textwrap.wrap(name, limit - 6)
    return "\n".join(lines) if len(lines) == 2 else shorten(name, limit)


@styled
def render(figure: Figure, kind: Literal["svg", "png"], *, dpi: int = 200) -> bytes:
    """Return the figure as bytes, the same for the same figure: no date, no random identifiers."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # Each drawing would move the axes a little more.
    for axes in figure.axes:  # The solver of the layout differs in the last digits from run to run.
        left, bottom, width, height = (round(float(share), 6) for share in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    buffer = io.BytesIO()
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata)
    return buffer.getvalue()
