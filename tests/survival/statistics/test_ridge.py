"""Many ridges at once give what Newton's method gives for each."""

import numpy as np
import pytest

from radpipe.survival.statistics.cox import RiskSets, fit_cox, partial_log_likelihood
from radpipe.survival.statistics.ridge import Curvature, many_log_likelihoods, ridge_path


def drawn(n: int, free: int, penalised: int, seed: int = 0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, free + penalised))
    death = np.ceil(random.exponential(20, n) * np.exp(-0.6 * x[:, 0] - 0.4 * x[:, -1]))  # Days with several deaths.
    event = random.random(n) < 0.7
    return RiskSets.of(death, event), x[:, :free], x[:, free:], death, event


@pytest.mark.parametrize(("free", "penalised"), [(0, 5), (2, 30), (1, 120)])
def test_a_path_is_newtons_fit_for_each_ridge(free: int, penalised: int) -> None:
    sets, x, z, *_ = drawn(90, free, penalised)
    ridges = np.array([10.0, 50.0, 200.0])
    path = ridge_path(sets, x, z, ridges, Curvature.of(sets, x, z))
    for ridge, found in zip(ridges, path.T, strict=True):
        penalty = np.r_[np.full(free, 1e-4 * len(sets.died)), np.full(penalised, ridge)]
        expected = fit_cox(sets, np.hstack([x, z]), penalty)
        assert expected.settled
        assert found == pytest.approx(expected.coefficients, abs=1e-4)


def test_the_curvature_of_a_cohort_serves_a_part_of_it() -> None:
    sets, x, z, time, event = drawn(120, 1, 20, seed=3)
    rows = np.arange(120) % 5 != 0
    part = RiskSets.of(time[rows], event[rows])
    found = ridge_path(part, x[rows], z[rows], np.array([5.0]), Curvature.of(sets, x, z))[:, 0]
    expected = fit_cox(part, np.hstack([x, z])[rows], np.r_[1e-4 * len(part.died), np.full(20, 5.0)])
    assert found == pytest.approx(expected.coefficients, abs=1e-4)


def test_likelihoods_of_many_risks_are_those_of_each() -> None:
    sets, x, z, *_ = drawn(60, 2, 3, seed=5)
    risks = np.hstack([x, z])
    expected = [partial_log_likelihood(sets, risk) for risk in risks.T]
    assert many_log_likelihoods(sets, risks) == pytest.approx(expected)
