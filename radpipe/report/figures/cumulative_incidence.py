"""Cumulative incidence of an event that another event can prevent."""

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from radpipe.report.figures.kaplan_meier import SurvivalGroup, draw_numbers_at_risk, shown_until, year_ticks
from radpipe.report.figures.style import colour, dashes, new_figure, styled, tidy
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.constants import DAYS_A_YEAR

__all__ = ["cumulative_incidence"]


@styled
def cumulative_incidence(risks: CompetingRisks, time_days: npt.NDArray[np.float64], *, title: str = "") -> Figure:
    """Draw the incidence of the event and of what competes with it, and how many are still free of both.

    Curves end where fewer than five patients are under observation, or all of a small cohort.

    Parameters
    ----------
    risks
        Aalen-Johansen estimates of both.
    time_days
        Shape (n,): when follow-up of each patient ended, by either event or none.
    title
        Above the figure.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Aalen OO, Johansen S. Scand J Stat 1978;5:141.
    """
    free = (SurvivalGroup("free of both", time_days, np.ones(len(time_days), dtype=np.bool_)),)
    years = year_ticks(free)
    figure = new_figure(150, 122)
    axes, table = figure.subplots(2, 1, height_ratios=(12, 1.7), sharex=True)
    end = shown_until(time_days)
    days = risks.curves["time_days"].to_numpy(dtype=np.float64)
    known = max(int(np.count_nonzero(days <= end)), 1)
    x = np.append(days[:known], max(end, days[known - 1])) / DAYS_A_YEAR
    for number, (column, name) in enumerate((("event", risks.event), ("competing", risks.competing))):
        middle, low, high = (
            np.append(values[:known], values[known - 1])
            for values in (risks.curves[f"{column}{end}"].to_numpy(dtype=np.float64) for end in ("", "_low", "_high"))
        )
        axes.step(x, middle, where="post", color=colour(number), linestyle=dashes(number), label=name)
        axes.fill_between(x, low, high, step="post", color=colour(number), alpha=0.14, linewidth=0)
    axes.set(xlabel="Time (years)", ylabel="Cumulative incidence (probability)", ylim=(0, 1.02), title=title)
    axes.set_xlim(0, years[-1] * 1.01)
    axes.tick_params(labelbottom=True)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left")
    tidy(axes)
    draw_numbers_at_risk(table, free, years)
    return figure
