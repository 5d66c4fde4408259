"""Brier score and calibration at the horizon: who counts on that very day."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter

from radpipe.survival.statistics.calibration import brier_score, calibration_curve, calibration_slope, observed_risk
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

YEAR = 365.25


def score(days: list[float], event: list[bool], p: list[float], **more: object) -> float:
    n = len(days)
    return brier_score(
        np.array(days) * YEAR,
        np.array(event),
        np.array(p),
        np.full(n, 0.5),
        2.0,
        **more,  # type: ignore[arg-type]
    ).score


def simulated(n, effect, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    death, censored = random.exponential(1000, n) * np.exp(-effect * x), random.uniform(200, 3000, n)
    return x, np.minimum(death, censored), death <= censored


def test_an_event_on_the_day_of_the_horizon_has_happened() -> None:
    # Nobody is censored before: weights 1. Events at 1 and exactly 2 years, one alive.
    assert score([1, 2, 3], [True, True, True], [0.9, 0.8, 0.1]) == pytest.approx((0.01 + 0.04 + 0.01) / 3)


def test_one_censored_on_the_day_of_the_horizon_is_not_known_to_be_alive_after_it() -> None:
    # Censored at exactly 2 years: no weight; the one alive at 3 stands for both: G(2) = 1/2.
    assert score([1, 2, 3], [True, False, False], [0.9, 0.5, 0.2]) == pytest.approx((0.01 + 0.04 / 0.5) / 3)


def test_death_and_censoring_on_one_day() -> None:
    # Both at 1 year: the dead one has weight 1 / G(1-) = 1, of the censoring 2 were at risk: G = 1/2.
    assert score([1, 1, 3], [True, False, False], [0.9, 0.5, 0.2]) == pytest.approx((0.01 + 0.04 / 0.5) / 3)


def test_a_competing_event_is_known_not_to_be_the_event() -> None:
    # At 1 year died of something else: the event will not happen; weight 1, error p ^ 2.
    competing = np.array([False, True, False])
    found = score([1.5, 1, 3], [True, False, False], [0.9, 0.3, 0.2], competing=competing)
    assert found == pytest.approx((0.01 + 0.09 + 0.04) / 3)


def test_observed_risk_beside_a_competing_event_is_that_of_aalen_and_johansen() -> None:
    # 4 patients: competing at 1, event at 2 of 3 left: 3/4 * 1/3 = 1/4; one minus Kaplan-Meier would say 1/3.
    days, event = np.array([1.0, 2.0, 3.0, 4.0]) * YEAR, np.array([False, True, False, False])
    competing = np.array([True, False, False, False])
    assert observed_risk(days, event, 2.0, competing=competing).value == pytest.approx(1 / 4)
    assert observed_risk(days, event, 2.0).value == pytest.approx(1 / 3)


def test_groups_of_a_curve_are_made_by_rising_prediction() -> None:
    random = np.random.default_rng(0)
    p = random.random(60)
    curve = calibration_curve(np.full(60, 5 * YEAR), p > 0.5, p, 1.0)
    assert curve.patients.tolist() == [15, 15, 15, 15]
    assert (np.diff(curve.predicted) > 0).all()
    assert curve.observed.tolist() == [0, 0, 0, 0]


def test_the_slope_of_a_risk_is_the_coefficient_of_lifelines_with_its_sign() -> None:
    random = np.random.default_rng(2)
    risk = random.normal(size=120)
    death = random.exponential(900, 120) * np.exp(-0.8 * risk)
    time_days, event = np.minimum(death, 1500), death <= 1500
    table = pd.DataFrame({"risk": risk, "time": time_days, "event": event})
    expected = CoxPHFitter().fit(table, "time", "event")
    found = calibration_slope(time_days, event, risk)
    assert found.value == pytest.approx(float(expected.params_["risk"]), abs=1e-5)
    assert found.low == pytest.approx(float(expected.confidence_intervals_.loc["risk"].iloc[0]), abs=1e-4)
    assert found.value > 0.4


def test_the_true_risk_has_slope_one():
    x, time_days, event = simulated(1500, 0.8, 3)
    slope = calibration_slope(time_days, event, 0.8 * x)
    error = (slope.high - slope.low) / 2 / 1.96
    assert abs(slope.value - 1) <= 3 * error
    assert calibration_slope(time_days, event, 1.6 * x).value == pytest.approx(slope.value / 2)


def test_the_true_probability_is_calibrated_and_has_the_better_brier_score():
    x, time_days, event = simulated(3000, 0.8, 4)
    years = 2.0
    truth = 1 - np.exp(-years * 365.25 / 1000 * np.exp(0.8 * x))
    curve = calibration_curve(time_days, event, truth, years)
    assert curve.patients.tolist() == [600] * 5
    assert np.all((curve.low - 0.02 <= curve.predicted) & (curve.predicted <= curve.high + 0.02))
    reference = np.full(3000, 1 - KaplanMeier.of(time_days, event).at(years * 365.25))
    found = brier_score(time_days, event, truth, reference, years)
    assert found.score < found.reference
    assert 0 < found.explained < 1


def test_without_censoring_the_brier_score_is_the_mean_square():
    time_days, event = np.array([100.0, 300.0, 500.0, 900.0]), np.ones(4, dtype=bool)
    p = np.array([0.9, 0.2, 0.4, 0.1])
    found = brier_score(time_days, event, p, np.full(4, 0.5), 1.0)
    assert found.score == pytest.approx((0.01 + 0.64 + 0.16 + 0.01) / 4)
    assert found.reference == 0.25
