"""Screening, competing risks and calibration against R, lifelines, worked examples and simulated truth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from lifelines import AalenJohansenFitter
from lifelines.datasets import load_rossi
from scipy.stats import false_discovery_control

from radpipe.clinical import Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Encoded
from radpipe.survival.procedure.competing import competing_risks
from radpipe.survival.procedure.screening import SCREENING_COLUMNS, group_of, screen
from radpipe.survival.statistics.calibration import brier_score, calibration_curve, calibration_slope
from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence
from radpipe.survival.statistics.kaplan_meier import KaplanMeier

# Drawn once; t days, cause 0 censored, 1 or 2.
T = (
    "10 4 7 3 1 3 4 1 1 6 6 6 2 11 8 11 3 1 3 3 11 1 1 5 2 4 6 1 9 1 "
    "11 5 2 4 7 3 3 6 8 2 2 2 11 7 1 3 1 7 6 4 3 8 2 3 13 7 7 1 5 2"
)
C = (
    "0 1 1 1 2 0 1 2 1 2 1 2 2 2 2 0 2 2 1 1 1 2 1 1 0 1 1 2 2 1 "
    "2 0 2 0 1 0 2 2 0 1 0 1 1 0 2 0 1 0 0 0 1 2 2 1 1 1 2 1 2 1"
)
TIME = np.array(T.split(), dtype=float)
CAUSE = np.array(C.split(), dtype=np.int64)


def test_cumulative_incidence_is_that_of_r():
    # R: a <- survfit(Surv(t, factor(c)) ~ 1); summary(a, times = c(2, 5, 8))[c("pstate", "std.err")], state 1.
    when, incidence, low, high = cumulative_incidence(TIME, CAUSE, 1)
    place = np.searchsorted(when, [2, 5, 8], side="right") - 1
    assert incidence[place] == pytest.approx([0.133333333333, 0.298891444249, 0.410411354572], abs=1e-10)
    p = incidence[place]
    error = np.abs(p * np.log(p)) * (np.log(-np.log(low[place])) - np.log(-np.log(high[place]))) / 2 / 1.959963985
    assert error == pytest.approx([0.0438853725736, 0.0611571466752, 0.0684502577419], rel=0.02)


def test_cumulative_incidence_is_that_of_lifelines():
    jittered = TIME + np.random.default_rng(0).uniform(0, 1e-6, len(TIME))
    fitter = AalenJohansenFitter(calculate_variance=True).fit(jittered, CAUSE, event_of_interest=2)
    when, incidence, _, _ = cumulative_incidence(jittered, CAUSE, 2)
    expected = fitter.cumulative_density_.iloc[:, 0]
    place = np.searchsorted(when, expected.index, side="right") - 1
    assert incidence[place] == pytest.approx(expected.to_numpy(), abs=1e-10)


def test_competing_risks_describe_an_endpoint():
    ids = tuple(f"P{number}" for number in range(len(TIME)))
    endpoint = Endpoint("local", ids, CAUSE == 1, TIME * 100, CAUSE == 2)
    x = np.random.default_rng(1).normal(size=(len(TIME), 1))
    terms = Encoded(("age",), ("age",), ("identity",), x, np.zeros(1, dtype=bool))
    found = competing_risks(endpoint, terms, horizons_years=(1.0, 2.0))
    assert found.curves["time_days"].iloc[0] == 0
    assert (found.curves["event"] + found.curves["competing"]).is_monotonic_increasing
    assert found.horizons["years"].tolist() == [1, 2]
    assert found.cause_specific["cause"].tolist() == ["local", "death"]
    assert found.subdistribution["term"].tolist() == ["age"]
    apart = Encoded(("age",), ("age",), ("identity",), (CAUSE == 1).astype(float)[:, None], np.zeros(1, dtype=bool))
    mended = competing_risks(endpoint, apart, horizons_years=(1.0,))
    assert mended.cause_specific["mended"].tolist()[0]
    assert np.isfinite(mended.cause_specific[["hazard_ratio", "hr_low", "hr_high", "p"]]).all().all()
    assert mended.cause_specific["hr_low"].iloc[0] > 1
    assert np.isfinite(mended.subdistribution["hr_high"]).all()
    late = replace(endpoint, competing_later=(CAUSE == 0) & (np.arange(len(CAUSE)) % 2 == 0))
    told = competing_risks(late, terms, horizons_years=(1.0, 2.0))
    assert told.late_deaths == late.competing_later.sum() > 0
    with_late = np.where(late.competing_later, 2, CAUSE)
    when, share, _, _ = cumulative_incidence(TIME * 100, with_late, 1)
    assert told.sensitivity[2.0] == share[np.searchsorted(when, 730.5, side="right") - 1]
    assert told.sensitivity[2.0] < found.horizons["event"].iloc[1]  # Fewer are left at risk of the event.
    assert found.late_deaths == 0
    with pytest.raises(UsageError, match="nothing competes"):
        competing_risks(Endpoint("os", ids, CAUSE == 1, TIME), terms)


def test_event_probability_is_that_of_r():
    # R: summary(survfit(Surv(week, arrest) ~ 1, rossi, conf.type = "log-log"), times = 30): 0.8611, 0.82479, 0.89041.
    rossi = load_rossi()
    curve = KaplanMeier.of(rossi["week"].to_numpy(float), rossi["arrest"].to_numpy(bool))
    seen = curve.event_probability(30)
    found = (seen.value, seen.low, seen.high)
    assert found == pytest.approx((1 - 0.861111111111, 1 - 0.890407816067, 1 - 0.82478654037), abs=1e-9)


def simulated(n, effect, seed):
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    death, censored = random.exponential(1000, n) * np.exp(-effect * x), random.uniform(200, 3000, n)
    return x, np.minimum(death, censored), death <= censored


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


def test_the_false_discovery_rate_of_the_worked_example():
    # Benjamini and Hochberg 1995, section 3: 15 p values, four rejected at 0.05.
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    adjusted = false_discovery_control(p)
    assert (adjusted <= 0.05).sum() == 4
    assert adjusted[3] == pytest.approx(15 * 0.0095 / 4)


def test_screening_finds_what_was_planted():
    x, time_days, event = simulated(300, 0.8, 5)
    random = np.random.default_rng(6)
    ids = tuple(f"P{number}" for number in range(300))
    frame = pd.DataFrame(
        {
            "original_shape_MeshVolume": np.exp(x),
            "original_glcm_Id": -x + random.normal(0, 0.5, 300),
            "noise": random.normal(size=300),
            "constant": 1.0,
            "lacking": np.where(np.arange(300) < 100, np.nan, x),
        },
        index=list(ids),
    )
    found = screen(frame, Endpoint("os", ids, event, time_days), "original_shape_MeshVolume").set_index("feature")
    assert tuple(found.reset_index().columns) == SCREENING_COLUMNS
    volume, mirrored, noise = (found.loc[name] for name in ("original_shape_MeshVolume", "original_glcm_Id", "noise"))
    assert volume.c_low > 0.6
    assert volume.rho_volume == pytest.approx(1)
    assert volume.hr_low < np.exp(0.8 * x.std(ddof=1)) < volume.hr_high
    assert mirrored.c_high < 0.5
    assert mirrored.hazard_ratio < 1
    assert noise.p > 0.01
    assert found.loc[["constant", "lacking"], ["c_index", "p", "p_bh"]].isna().all().all()
    assert (found["p_bh"].dropna() >= found["p"].dropna()).all()


def test_groups_are_those_of_aerts():
    names = (
        "original_shape_Sphericity",
        "radpipe_shape_CompactnessA",
        "original_firstorder_Energy",
        "log-sigma-3-mm-3D_glcm_Id",
    )
    assert [group_of(name) for name in names] == ["shape", "shape", "intensity", "log"]
