"""Cox models against R's survival and lifelines, with ties, ridge and separation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter
from lifelines.datasets import load_gbsg2, load_rossi
from lifelines.statistics import logrank_test

from radpipe.errors import UsageError
from radpipe.survival.design.preprocess import Preprocessor, encode_features
from radpipe.survival.procedure.recipes import Recipe, Training, fit_recipe, stratified_folds
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


def test_imputation_and_scaling_are_those_of_the_training_patients():
    random = np.random.default_rng(1)
    values = np.column_stack([random.normal(5, 2, 40), np.exp(random.normal(0, 1.5, 40)), np.ones(40)])
    values[3, 0] = np.nan
    learnt = Preprocessor.fit(values, np.array([True, True, True]))
    assert learnt.fill[0] == np.nanmedian(values[:, 0])
    assert learnt.logged.tolist() == [False, True, False]
    assert learnt.usable.tolist() == [True, True, False]
    applied = learnt.apply(values)
    assert applied[:, :2].mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert applied[:, :2].std(axis=0, ddof=1) == pytest.approx(1)
    assert not applied[:, 2].any()
    # New patients are scaled by the old ones, and extreme small values do not become minus infinity.
    assert np.isfinite(learnt.apply(np.array([[np.nan, -1.0, 7.0]]))).all()


def test_features_must_be_numbers():
    import pandas as pd

    with pytest.raises(UsageError, match="not so in column b"):
        encode_features(pd.DataFrame({"a": [1.0], "b": ["x"]}))


def test_folds_share_out_events_and_keep_persons_together():
    random = np.random.default_rng(0)
    event, person = np.arange(50) % 5 == 0, np.repeat(np.arange(25), 2)
    folds = stratified_folds(event[person], person, 5, random)
    assert all(len(set(folds[person == one])) == 1 for one in range(25))
    assert set(folds) == {0, 1, 2, 3, 4}


def test_forward_selection_finds_a_strong_feature():
    random = np.random.default_rng(7)
    x = random.normal(size=(150, 20))
    death, censored = random.exponential(1000, 150) * np.exp(-1.2 * x[:, 4]), random.uniform(500, 3000, 150)
    training = Training(x, np.zeros(20, dtype=bool), np.minimum(death, censored), death <= censored, np.arange(150))
    fit = fit_recipe(Recipe("r", "", (), tuple(range(20)), 3), training, np.random.default_rng(1))
    assert 4 in fit.chosen
    assert len(set(fit.chosen)) == len(fit.chosen)
    assert fit.risk(x).mean() == pytest.approx(0, abs=1e-9)
