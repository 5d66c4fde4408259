"""Kaplan-Meier curves of groups, with the numbers at risk under them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from radpipe.report.figures.style import INK, MUTED, colour, dashes, new_figure, p_text, styled, tidy
from radpipe.survival.statistics.constants import DAYS_A_YEAR
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

__all__ = ["SurvivalGroup", "draw_numbers_at_risk", "kaplan_meier", "shown_until", "year_ticks"]


FEWEST_AT_RISK = 5
"""Curves of groups of twice as many patients, or more, end where fewer are under observation."""


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalGroup:
    """Patients drawn as one curve.

    Parameters
    ----------
    name
        As it stands in the legend.
    time_days
        float64, shape (n,).
    event
        bool, shape (n,).
    """

    name: str
    time_days: npt.NDArray[np.float64]
    event: npt.NDArray[np.bool_]


@styled
def kaplan_meier(
    groups: Sequence[SurvivalGroup], *, title: str = "", what: str = "Survival", p: float | None = None
) -> Figure:
    """Draw the estimate of each group with its 95 % band, censored patients as ticks.

    Parameters
    ----------
    groups
        One to six groups, each with at least one patient.
    title
        Above the figure.
    what
        What the estimate is the probability of, the label of the y axis.
    p
        Of the log-rank test between the groups; computed when None and there are several groups.

    Returns
    -------
    matplotlib.figure.Figure

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457 (band: exponential Greenwood).
    Mantel N. Cancer Chemother Rep 1966;50:163.
    """
    figure = new_figure(150, 112 + 10 * len(groups))
    axes, table = figure.subplots(2, 1, height_ratios=(12, 0.9 * len(groups) + 0.8), sharex=True)
    for number, group in enumerate(groups):
        times, survival, low, high = _curve(group)
        label = f"{group.name} (n = {len(group.event)}, events = {int(group.event.sum())})"
        axes.step(times, survival, where="post", color=colour(number), linestyle=dashes(number), label=label)
        axes.fill_between(times, low, high, step="post", color=colour(number), alpha=0.14, linewidth=0)
        censored = group.time_days[~group.event] / DAYS_A_YEAR
        censored = censored[censored <= times[-1]]
        height = survival[np.searchsorted(times, censored, side="right") - 1]
        axes.plot(censored, height, "|", color=colour(number), markersize=5, markeredgewidth=0.9)
    axes.set(xlabel="Time (years)", ylabel=f"{what} (probability)", ylim=(0, 1.02), title=title)
    axes.set_xlim(0, year_ticks(groups)[-1] * 1.01)
    axes.tick_params(labelbottom=True)
    tidy(axes)
    p = _log_rank(groups) if p is None and len(groups) > 1 else p
    heading = f"log-rank {p_text(p)}" if p is not None else None
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", title=heading, alignment="left",
                  title_fontproperties={"weight": "bold", "size": 9})  # fmt: skip
    draw_numbers_at_risk(table, groups, year_ticks(groups))
    return figure


def _curve(group: SurvivalGroup) -> tuple[npt.NDArray[np.float64], ...]:
    """Return years, estimate and the ends of its band, from 0 to the end of follow-up."""
    estimate = KaplanMeier.of(group.time_days, group.event)
    low, high = estimate.band()
    end = shown_until(group.time_days)
    known = int(np.count_nonzero(estimate.time_days <= end))
    times = np.concatenate([[0.0], estimate.time_days[:known], [end]]) / DAYS_A_YEAR
    lines = (
        np.concatenate([[1.0], line[:known], [line[known - 1] if known else 1.0]])
        for line in (estimate.survival, low, high)
    )
    return (times, *lines)


def shown_until(time_days: npt.NDArray[np.float64]) -> float:
    """Return the day after which fewer than :data:`FEWEST_AT_RISK` are left; the last day of small groups.

    Parameters
    ----------
    time_days
        Shape (n,): when observation of each patient ended.
    """
    longest = np.sort(time_days)[::-1]
    return float(longest[FEWEST_AT_RISK - 1] if len(longest) >= 2 * FEWEST_AT_RISK else longest[0])


def draw_numbers_at_risk(axes: Axes, groups: Sequence[SurvivalGroup], years: Sequence[float]) -> None:
    """Write how many patients are still followed at each year, one line a group."""
    axes.set_ylim(len(groups) - 0.4, -0.9)
    axes.set_yticks(range(len(groups)), [group.name for group in groups])
    axes.tick_params(left=False, bottom=False, labelbottom=False, pad=16)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xticks(list(years))
    axes.set_title("Number at risk", fontsize=8.5, color=MUTED, weight="normal", pad=2)
    for row, group in enumerate(groups):
        axes.get_yticklabels()[row].set_color(colour(row) if len(groups) > 1 else INK)
        for year in years:
            left = int(np.count_nonzero(group.time_days / DAYS_A_YEAR >= year))
            axes.text(year, row, str(left), ha="center", va="center", fontsize=8.5)


def year_ticks(groups: Sequence[SurvivalGroup]) -> list[float]:
    """Return about seven round years from 0 to beyond the longest follow-up."""
    longest = max(float(group.time_days.max()) for group in groups) / DAYS_A_YEAR
    step = next((step for step in (0.25, 0.5, 1.0, 2.0, 5.0) if longest / step <= 8), 10.0)
    return [float(number) * step for number in range(int(np.ceil(longest / step)) + 1)]


def _log_rank(groups: Sequence[SurvivalGroup]) -> float:
    from lifelines.statistics import multivariate_logrank_test

    names = np.concatenate([np.full(len(group.event), number) for number, group in enumerate(groups)])
    times = np.concatenate([group.time_days for group in groups])
    events = np.concatenate([group.event for group in groups])
    return float(multivariate_logrank_test(times, names, events).p_value)
