"""Cells of tables: ratios, p values and shares as they are printed."""

import numpy as np

from radpipe.report.blocks import number_text
from radpipe.report.figures.style import p_text

__all__ = ["interval_cell", "p_cell", "percent_cell", "ratio_cell"]


def ratio_cell(value: float, low: float, high: float) -> str:
    """Write a ratio with its interval, two digits; the ratio alone where the interval cannot be given.

    Examples
    --------
    >>> ratio_cell(0.183, 0.06, 0.5), ratio_cell(1.2, float("nan"), float("nan"))
    ('0.18 (0.06 to 0.50)', '1.20')
    """
    return f"{value:.2f} ({low:.2f} to {high:.2f})" if np.isfinite(low) and np.isfinite(high) else f"{value:.2f}"


def interval_cell(value: float, low: float, high: float, digits: int = 3) -> str:
    """Write an estimate with its interval.

    Examples
    --------
    >>> interval_cell(0.627, 0.554, 0.696), interval_cell(float("nan"), float("nan"), float("nan"))
    ('0.627 (0.554 to 0.696)', '–')
    """
    if not np.isfinite(low):
        return number_text(value, digits)
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def p_cell(value: float) -> str:
    """Write p under a heading that says so; a dash where there is none.

    Examples
    --------
    >>> p_cell(0.0312), p_cell(1e-9), p_cell(float("nan"))
    ('0.031', '< 0.001', '–')
    """
    return p_text(value).removeprefix("p ").removeprefix("= ") if np.isfinite(value) else "–"


def percent_cell(value: float, low: float, high: float) -> str:
    """Write a share with its interval in per cent; the share alone where the interval cannot be given.

    Examples
    --------
    >>> percent_cell(0.18, 0.1, 0.25)
    '18 % (10 to 25)'
    """
    if not np.isfinite(low):
        return f"{100 * value:.0f} %"
    return f"{100 * value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
