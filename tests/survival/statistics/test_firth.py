"""Firth's penalty: where a term separates there is an estimate with an interval, elsewhere nearly nothing changes."""

import numpy as np
import pytest
from scipy.optimize import minimize

from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.firth import firth_likelihood, fit_firth


def test_two_patients_by_hand():
    # x = 1 first: l = b - log(1 + e^b), I = e^b / (1 + e^b)^2; l + log(I) / 2 = 1.5 b - 2 log(1 + e^b), b = log 3.
    fit = fit_firth(RiskSets.of(np.array([1.0, 2.0]), np.array([True, True])), np.array([[1.0], [0.0]]))
    assert fit.settled
    assert fit.coefficients[0] == pytest.approx(np.log(3), abs=1e-6)
    # 2 * (value at log 3 less value at 0): 2 * ((1.5 log 3 - 2 log 4) + 2 log 2) = 3 log 3 - 4 log 2 = 0.5232.
    assert fit.p[0] == pytest.approx(0.46946, abs=1e-4)


def test_the_maximum_is_that_of_another_optimiser_with_ties_and_separation(tied, tied_columns):
    time_days, cause = tied
    event = cause == 1
    separated = (~event & (np.arange(60) % 3 == 0)).astype(float)
    columns = np.column_stack([(tied_columns - tied_columns.mean(axis=0)) / tied_columns.std(axis=0), separated])
    sets = RiskSets.of(time_days, event)
    assert not fit_cox(sets, columns).settled
    fit = fit_firth(sets, columns)
    found = minimize(lambda b: -firth_likelihood(sets, columns, b), np.zeros(3), method="Nelder-Mead",
                     options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 5000})  # fmt: skip
    assert fit.coefficients == pytest.approx(found.x, abs=1e-5)
    assert np.isfinite([fit.low, fit.high, fit.p]).all()
    assert ((fit.low < fit.coefficients) & (fit.coefficients < fit.high)).all()
    assert fit.high[2] < 0  # Those with the separated term never had the event.
    assert fit.p[2] < 0.01


def test_the_ends_of_an_interval_are_where_the_profile_has_fallen_by_half_of_3_84(tied, tied_columns):
    time_days, cause = tied
    columns = (tied_columns - tied_columns.mean(axis=0)) / tied_columns.std(axis=0)
    sets = RiskSets.of(time_days, cause == 1)
    fit = fit_firth(sets, columns)
    best = firth_likelihood(sets, columns, fit.coefficients)
    for end in (fit.low[0], fit.high[0]):
        found = minimize(lambda b, end=end: -firth_likelihood(sets, columns, np.array([end, b[0]])), [0.0],
                         method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})  # fmt: skip
        assert 2 * (best + found.fun) == pytest.approx(3.8415, abs=1e-3)


def test_without_separation_the_estimate_is_near_that_of_plain_cox(draw):
    study = draw(300, 2, (0.7, 0.0))
    sets = RiskSets.of(study.time_days, study.event)
    plain, fit = fit_cox(sets, study.encoded.values), fit_firth(sets, study.encoded.values)
    assert fit.coefficients == pytest.approx(plain.coefficients, abs=0.01)
    assert fit.high - fit.low == pytest.approx(2 * 1.96 * plain.standard_errors, rel=0.03)


def test_collinear_columns_have_no_estimate(draw):
    study = draw(60, 1)
    twice = np.column_stack([study.encoded.values, study.encoded.values])
    assert not fit_firth(RiskSets.of(study.time_days, study.event), twice).settled
