"""Cumulative incidence: both causes, up to where enough patients are followed."""

import numpy as np
import pandas as pd
import pytest

from radpipe.report.figures.cumulative_incidence import cumulative_incidence
from radpipe.survival.procedure.results import CompetingRisks
from radpipe.survival.statistics.constants import DAYS_A_YEAR

EMPTY = pd.DataFrame()


def risks() -> CompetingRisks:
    curves = pd.DataFrame({"time_days": np.array([0.0, 1.0, 3.0, 8.0]) * DAYS_A_YEAR})
    for cause, steps in (("event", [0.0, 0.1, 0.3, 0.9]), ("competing", [0.0, 0.05, 0.1, 0.1])):
        for end, factor in (("", 1.0), ("_low", 0.5), ("_high", 1.1)):
            curves[f"{cause}{end}"] = np.array(steps) * factor
    return CompetingRisks("recurrence", "death", curves, EMPTY, EMPTY, EMPTY)


def test_curves_end_with_the_fifth_longest_follow_up() -> None:
    follow_up = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]) * DAYS_A_YEAR
    figure = cumulative_incidence(risks(), follow_up)
    event, competing = figure.axes[0].lines
    assert event.get_xdata()[-1] == pytest.approx(6.0)
    assert event.get_ydata()[-1] == 0.3  # the step at 8 years rests on three patients
    assert competing.get_ydata()[-1] == 0.1
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["recurrence", "death"]


def test_a_small_cohort_is_drawn_to_its_end() -> None:
    figure = cumulative_incidence(risks(), np.array([1.0, 3, 8]) * DAYS_A_YEAR)
    assert figure.axes[0].lines[0].get_ydata()[-1] == 0.9


def test_patients_free_of_both_are_counted_below() -> None:
    figure = cumulative_incidence(risks(), np.array([0.5, 1.5, 2.5]) * DAYS_A_YEAR)
    counted = {float(text.get_position()[0]): text.get_text() for text in figure.axes[1].texts}
    assert (counted[0.0], counted[1.0], counted[2.0]) == ("3", "2", "1")
