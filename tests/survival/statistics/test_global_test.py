"""The global test: martingale residuals of R, the right size without an effect, power with one."""

import numpy as np
import pytest

from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.global_test import GlobalTest, global_test, martingale_residuals


def test_martingale_residuals_are_those_of_r(tied, tied_columns) -> None:
    (time_days, cause), columns = tied, tied_columns
    # R: residuals(coxph(Surv(T, C == 1) ~ x1 + x2), "martingale")[1:5], T and C of test_statistics.py.
    event = cause == 1
    sets = RiskSets.of(time_days, event)
    found = martingale_residuals(sets, event, columns @ fit_cox(sets, columns).coefficients)
    assert found[:5] == pytest.approx([-0.74037464044, 0.71465505086, 0.20657345904, 0.77911715049, -0.06595324114])
    assert found.sum() == pytest.approx(0, abs=1e-9)


def p_value(effect: float, seed: int, features: int, n: int = 100) -> float:
    random = np.random.default_rng(seed)
    base = random.normal(size=(n, 1))
    hidden = random.normal(size=n)
    columns = hidden[:, None] * random.normal(size=features) + 0.8 * base + random.normal(size=(n, features))
    time = random.exponential(1000, n) * np.exp(-0.8 * base[:, 0] - effect * hidden)
    event = random.random(n) < 0.7
    sets = RiskSets.of(time, event)
    found = global_test(sets, event, base, fit_cox(sets, base), columns, permutations=199, rng=random)
    assert found.columns == features
    return found.p


def test_the_test_keeps_its_level_and_finds_an_effect() -> None:
    # Of 100 cohorts without an effect beside the base 5 are expected below 0.05; more than 12 once in a thousand times.
    null = np.array([p_value(0.0, seed, 20) for seed in range(100)])
    assert np.count_nonzero(null <= 0.05) <= 12
    assert null.mean() == pytest.approx(0.5, abs=0.1)
    assert np.mean([p_value(0.6, seed, 20) <= 0.05 for seed in range(20)]) > 0.8


def test_more_columns_than_patients_are_tested_by_their_inner_products() -> None:
    assert p_value(1.2, 1, 300, n=60) <= 0.01


def test_columns_that_the_base_explains_say_nothing(tied, tied_columns) -> None:
    (time_days, cause), columns = tied, tied_columns
    event = cause == 1
    sets = RiskSets.of(time_days, event)
    fit = fit_cox(sets, columns)
    found = global_test(
        sets, event, columns, fit, columns @ np.array([[1.0], [2.0]]), permutations=9, rng=np.random.default_rng(0)
    )
    assert (found.p, found.columns) == (1.0, 0)


def test_permutations_are_drawn_again_near_a_level_only(tied, tied_columns) -> None:
    (time_days, cause), columns = tied, tied_columns
    event = cause == 1
    sets, base = RiskSets.of(time_days, event), columns[:, :1]
    features = np.random.default_rng(3).normal(size=(len(event), 4))

    def drawn(*levels: float) -> GlobalTest:
        return global_test(
            sets, event, base, fit_cox(sets, base), features, permutations=200, rng=np.random.default_rng(1),
            levels=levels,
        )  # fmt: skip

    plain = drawn()
    assert plain.permutations == 200
    assert drawn(1e-9, 1 - 1e-9) == plain  # Chance of 200 permutations decides on which side of these p lies.
    near = drawn(plain.p)
    assert 200 < near.permutations <= 2000
    assert near.p == pytest.approx(plain.p, abs=4 * (plain.p * (1 - plain.p) / 200) ** 0.5)
