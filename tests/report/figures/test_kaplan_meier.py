"""Kaplan-Meier curves: the log-rank test of R, the numbers at risk, where a curve ends."""

import numpy as np
import pytest
from lifelines.datasets import load_rossi

from radpipe.report.figures.kaplan_meier import SurvivalGroup, kaplan_meier, shown_until, year_ticks
from radpipe.survival.statistics.constants import DAYS_A_YEAR


def test_log_rank_is_that_of_r() -> None:
    # R survival 3.5: survdiff(Surv(week, arrest) ~ fin, rossi): chisq 3.8376, p 0.05.
    rossi = load_rossi()
    parts = [
        SurvivalGroup(
            f"fin {aid}",
            rossi.loc[rossi["fin"] == aid, "week"].to_numpy(dtype=np.float64),
            rossi.loc[rossi["fin"] == aid, "arrest"].to_numpy() == 1,
        )
        for aid in (0, 1)
    ]
    legend = kaplan_meier(parts).legends[0]
    assert legend.get_title().get_text() == "log-rank p = 0.050"
    assert [text.get_text() for text in legend.get_texts()] == [
        "fin 0 (n = 216, events = 66)",
        "fin 1 (n = 216, events = 48)",
    ]


def test_numbers_at_risk_count_patients_still_followed() -> None:
    years = np.array([1.0, 2.0, 3.0, 4.0]) * 365.25
    figure = kaplan_meier([SurvivalGroup("all", years, np.array([True, False, True, False]))])
    assert [text.get_text() for text in figure.axes[1].texts][::2] == ["4", "4", "3", "2", "1"]


def test_ticks_are_round_and_few() -> None:
    assert year_ticks([SurvivalGroup("all", np.array([4300.0]), np.array([True]))]) == [0, 2, 4, 6, 8, 10, 12]


def test_a_curve_of_ten_patients_ends_where_fewer_than_five_are_left() -> None:
    years = np.arange(1.0, 11.0)
    # The fifth longest of ten follow-ups is 6 years; of nine patients, too few for the rule, the longest counts.
    assert shown_until(years * DAYS_A_YEAR) == 6 * DAYS_A_YEAR
    assert shown_until(years[:9] * DAYS_A_YEAR) == 9 * DAYS_A_YEAR
    figure = kaplan_meier([SurvivalGroup("all", years * DAYS_A_YEAR, np.ones(10, dtype=np.bool_))])
    line = figure.axes[0].lines[0]
    assert line.get_xdata()[-1] == pytest.approx(6)
    assert line.get_ydata()[-1] == pytest.approx(0.4)  # six of ten have died


def test_a_p_value_that_is_given_is_not_computed_again() -> None:
    parts = [SurvivalGroup(name, np.array([100.0, 200.0]), np.array([True, True])) for name in ("a", "b")]
    assert kaplan_meier(parts, p=0.0004).legends[0].get_title().get_text() == "log-rank p < 0.001"


def test_one_group_has_no_test() -> None:
    figure = kaplan_meier([SurvivalGroup("all", np.array([100.0, 900.0]), np.array([True, False]))])
    assert figure.legends[0].get_title().get_text() == ""
