"""Cumulative incidence against R and lifelines."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter

from radpipe.survival.statistics.cumulative_incidence import cumulative_incidence

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
