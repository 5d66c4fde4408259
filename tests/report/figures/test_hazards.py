"""The plot of proportional hazards: one panel a term, and a smooth line that follows what is there."""

import numpy as np
import pandas as pd

from radpipe.report.figures.hazards import hazards, smoothed


def test_a_coefficient_that_falls_with_time_is_drawn_as_a_falling_line() -> None:
    days = np.linspace(30, 1500, 40)
    noise = np.random.default_rng(1).normal(0, 0.2, 40)
    table = pd.concat(
        [pd.DataFrame({"term": "T stage", "time_days": days, "residual": 2 - days / 500 + noise}),
         pd.DataFrame({"term": "age", "time_days": days, "residual": 0.5 + noise})]
    )  # fmt: skip
    figure = hazards(table)
    panels = [axes for axes in figure.axes if len(axes.lines) == 3]
    assert len(panels) == 2
    falling, level = (axes.lines[-1].get_ydata() for axes in panels)
    assert falling[0] - falling[-1] > 2
    assert abs(level[0] - level[-1]) < 0.5


def test_the_smooth_line_bends_where_the_points_do() -> None:
    x = np.linspace(0, 1, 60)
    y = np.abs(x - 0.5)
    assert np.abs(smoothed(x, y) - y).max() < 0.12
    assert np.ptp(smoothed(x, y)) > 0.3
