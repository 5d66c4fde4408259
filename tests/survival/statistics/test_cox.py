"""Cox models against R's survival and lifelines, with ties, ridge and separation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.datasets import load_gbsg2, load_rossi
from lifelines.statistics import logrank_test

from radpipe.errors import UsageError
from radpipe.survival.statistics.cox import RiskSets, fit_cox, partial_log_likelihood, score_statistics


@pytest.fixture(scope="module")
def rossi():
    table = load_rossi()
    sets = RiskSets.of(table["week"].to_numpy(float), table["arrest"].to_numpy(bool))
    return sets, table[["age", "prio", "fin"]].to_numpy(float), table


def test_coefficients_errors_and_likelihood_are_those_of_r(rossi):
    # R: f <- coxph(Surv(week, arrest) ~ age + prio + fin, rossi); coef(f); sqrt(diag(vcov(f))); f$loglik
    sets, x, _ = rossi
    fit = fit_cox(sets, x)
    assert fit.coefficients == pytest.approx([-0.0671053293401, 0.0968931991448, -0.3469544624420], abs=1e-9)
    assert fit.standard_errors == pytest.approx([0.0208505462285, 0.0272533757808, 0.1902472654828], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(-660.857025384, abs=1e-8)
    assert partial_log_likelihood(sets, np.zeros(len(x))) == pytest.approx(-675.380632347, abs=1e-8)
    assert fit.settled


def test_a_ridge_is_that_of_r(rossi):
    # R: coxph(Surv(week, arrest) ~ ridge(age, prio, fin, theta = 50, scale = FALSE), rossi)
    sets, x, _ = rossi
    fit = fit_cox(sets, x, 50.0)
    assert fit.coefficients == pytest.approx([-0.0672304658395, 0.0921256366250, -0.1244603815432], abs=1e-7)


def test_tied_deaths_of_a_larger_set_are_those_of_lifelines():
    table = load_gbsg2()
    x = table[["age", "pnodes", "tsize", "progrec"]].astype(float)
    frame = x.assign(time=table["time"], cens=table["cens"])
    expected = CoxPHFitter().fit(frame, "time", "cens")
    fit = fit_cox(RiskSets.of(table["time"].to_numpy(float), table["cens"].to_numpy(bool)), x.to_numpy())
    assert fit.coefficients == pytest.approx(expected.params_.to_numpy(), abs=1e-6)
    assert fit.standard_errors == pytest.approx(expected.standard_errors_.to_numpy(), rel=1e-4)


def test_the_score_statistic_of_a_group_is_the_log_rank_test_without_ties():
    random = np.random.default_rng(4)
    time_days, event, group = random.exponential(1, 80), random.random(80) < 0.7, random.random(80) < 0.5
    statistic = score_statistics(RiskSets.of(time_days, event), group[:, None].astype(float))[0]
    expected = logrank_test(time_days[group], time_days[~group], event[group], event[~group]).test_statistic
    assert statistic == pytest.approx(expected, rel=1e-9)


def test_a_chosen_column_adds_nothing(rossi):
    sets, x, _ = rossi
    fit = fit_cox(sets, x[:, :2])
    statistics = score_statistics(sets, x, x[:, :2], fit)
    assert statistics[:2] == pytest.approx(0, abs=1e-6)
    assert statistics[2] > 2


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_separation_is_told_and_a_ridge_mends_it(seed):
    random = np.random.default_rng(seed)
    time_days = random.permutation(20).astype(float) + 1
    x = (time_days <= 5).astype(float)[:, None]
    sets = RiskSets.of(time_days, time_days <= 5)
    assert not fit_cox(sets, x).settled
    assert fit_cox(sets, x, 1.0).settled


def test_probabilities_follow_the_breslow_hazard():
    # Two of four die, no columns: cumulative hazard 1/4 + 1/3.
    sets = RiskSets.of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, True, False, False]))
    fit = fit_cox(sets, np.zeros((4, 0)))
    assert fit.probability(np.zeros(1), 2.5)[0] == pytest.approx(1 - np.exp(-7 / 12))
    with pytest.raises(UsageError, match="at least one event"):
        RiskSets.of(np.array([1.0]), np.array([False]))
