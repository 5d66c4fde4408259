"""Kaplan-Meier: by hand, at ties of death and censoring, on the day of the horizon, with weights, against lifelines."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_rossi

from radpipe.survival.statistics.kaplan_meier import KaplanMeier


def test_one_who_dies_on_the_day_of_a_censoring_is_at_risk_of_death_but_not_of_censoring() -> None:
    # Day 2: one dies, one is censored. Death comes first: S = 1 - 1/4; of the censoring 3 are at risk: G = 1 - 1/3.
    time, event = np.array([2.0, 2.0, 5.0, 6.0]), np.array([True, False, True, False])
    assert KaplanMeier.of(time, event).at(2.0) == pytest.approx(3 / 4)
    censoring = KaplanMeier.of(time, ~event, leaves_before=event)
    assert censoring.at(2.0) == pytest.approx(2 / 3)
    assert censoring.at(2.0, before=True) == 1


def test_an_event_on_the_day_of_the_horizon_counts_and_one_later_does_not() -> None:
    curve = KaplanMeier.of(np.array([3.0, 4.0]), np.array([True, True]))
    assert curve.event_probability(3.0).value == 0.5
    assert curve.event_probability(np.nextafter(3.0, 0)).value == 0
    assert curve.at(3.0, before=True) == 1


def test_weights_count_like_repeated_patients() -> None:
    random = np.random.default_rng(1)
    time, event, times = random.integers(1, 9, 30).astype(float), random.random(30) < 0.6, random.integers(0, 4, 30)
    repeated = KaplanMeier.of(np.repeat(time, times), np.repeat(event, times))
    weighted = KaplanMeier.of(time, event, weight=times.astype(float))
    assert weighted.survival == pytest.approx(repeated.survival)
    assert weighted.greenwood[:-1] == pytest.approx(repeated.greenwood[:-1])


def test_estimate_band_and_median_are_those_of_lifelines() -> None:
    rossi = load_rossi()
    time, event = rossi["week"].to_numpy(float), rossi["arrest"].to_numpy(bool)
    expected = KaplanMeierFitter().fit(time, event)
    curve = KaplanMeier.of(time, event)
    assert curve.survival == pytest.approx(expected.survival_function_at_times(curve.time_days).to_numpy())
    low, high = curve.band()
    band = expected.confidence_interval_.loc[curve.time_days].to_numpy()
    assert np.column_stack([low, high]) == pytest.approx(band, abs=1e-9)
    assert curve.median_days == np.inf
    assert KaplanMeier.of(np.array([1.0, 2.0, 4.0, 9.0]), np.ones(4, dtype=bool)).median_days == 2


def test_event_probability_is_that_of_r():
    # R: summary(survfit(Surv(week, arrest) ~ 1, rossi, conf.type = "log-log"), times = 30): 0.8611, 0.82479, 0.89041.
    rossi = load_rossi()
    curve = KaplanMeier.of(rossi["week"].to_numpy(float), rossi["arrest"].to_numpy(bool))
    seen = curve.event_probability(30)
    found = (seen.value, seen.low, seen.high)
    assert found == pytest.approx((1 - 0.861111111111, 1 - 0.890407816067, 1 - 0.82478654037), abs=1e-9)
