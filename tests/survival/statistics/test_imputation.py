"""Gaps are drawn from what other patients tell: known values stay, relations too, and no row moves another."""

import numpy as np
import pytest

from radpipe.survival.procedure.imputing import nelson_aalen
from radpipe.survival.statistics.cox import RiskSets, fit_cox
from radpipe.survival.statistics.imputation import draw_missing, filler_of

FIRST, OTHERS = np.array([0]), np.array([1, 2])


def with_gaps(n: int, share: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Three columns, the first about 0.8 times the second; and the same with gaps in the first."""
    random = np.random.default_rng(seed)
    whole = random.normal(size=(n, 3))
    whole[:, 0] = 0.8 * whole[:, 1] + 0.6 * whole[:, 0]
    values = whole.copy()
    values[random.random(n) < share, 0] = np.nan
    return whole, values


def test_known_values_stay_and_each_gap_is_the_value_of_another_patient():
    _, values = with_gaps(80, 0.3)
    drawn = draw_missing(values, FIRST, OTHERS, np.zeros((80, 0)), count=4, rng=np.random.default_rng(2))
    gap = np.isnan(values[:, 0])
    assert np.array_equal(drawn[:, ~gap, 0], np.tile(values[~gap, 0], (4, 1)))
    apart = np.abs(drawn[:, gap, 0].ravel()[:, None] - values[~gap, 0]).min(axis=1)
    assert apart.max() < 1e-12
    assert np.ptp(drawn[:, gap, 0], axis=0).max() > 0


def test_draws_keep_correlation_and_spread_of_what_is_known():
    whole, values = with_gaps(2000, 0.4)
    drawn = draw_missing(values, FIRST, OTHERS, np.zeros((2000, 0)), count=3, rng=np.random.default_rng(3))
    for one in drawn[:, :, 0]:
        assert np.corrcoef(one, whole[:, 1])[0, 1] == pytest.approx(0.8, abs=0.02)
        assert one.std() == pytest.approx(1.0, abs=0.05)


def test_a_relation_without_chance_is_filled_exactly():
    random = np.random.default_rng(4)
    x = random.normal(size=50)
    values = np.column_stack([3 + 2 * x, x])
    values[::5, 0] = np.nan
    filler = filler_of(values, FIRST, np.array([1]), count=3, rng=random)
    inside = np.abs(x) < 1.5  # Nothing is filled beyond the known values.
    assert filler.filled(values)[inside, 0] == pytest.approx(3 + 2 * x[inside], abs=1e-3)
    assert filler.filled(values)[:, 0].max() <= np.nanmax(values[:, 0]) + 1e-12


def test_two_gaps_of_a_patient_are_filled_until_they_agree():
    # a = c and b = a + c without chance: with both unknown, a = c and b = 2 c.
    random = np.random.default_rng(5)
    c = random.normal(size=60)
    values = np.column_stack([c, 2 * c, c])
    values[[3, 9], 0] = np.nan
    values[[3, 20], 1] = np.nan
    found = filler_of(values, np.array([0, 1]), np.array([2]), count=2, rng=random).filled(values)
    assert found[3, :2] == pytest.approx([c[3], 2 * c[3]], abs=0.02)


def test_filling_a_patient_does_not_depend_on_the_others():
    _, values = with_gaps(60, 0.3)
    filler = filler_of(values, FIRST, OTHERS, count=5, rng=np.random.default_rng(6))
    rows = np.flatnonzero(np.isnan(values[:, 0]))
    assert np.array_equal(filler.filled(values)[rows[1]], filler.filled(values[[rows[1]]])[0])


def test_a_column_of_which_nothing_is_known_is_constant():
    values = np.column_stack([np.full(20, np.nan), np.arange(20.0)])
    drawn = draw_missing(values, FIRST, np.array([1]), np.zeros((20, 0)), count=2, rng=np.random.default_rng(7))
    filled = filler_of(values, FIRST, np.array([1]), count=2, rng=np.random.default_rng(7)).filled(values)
    assert np.ptp(drawn) == 0
    assert np.ptp(filled[:, 0]) == 0


def test_draws_that_know_the_outcome_keep_its_effect_and_draws_that_do_not_thin_it():
    # White and Royston 2009: without event and cumulative hazard among the predictors, effects are drawn towards 0.
    random = np.random.default_rng(8)
    n, effect = 1500, 0.7
    x = random.normal(size=(n, 1))
    days = random.exponential(1000, n) * np.exp(-effect * x[:, 0])
    event = days < 2000
    days = np.minimum(days, 2000)
    sets = RiskSets.of(days, event)
    values = x.copy()
    values[random.random(n) < 0.5, 0] = np.nan
    outcome = np.column_stack([event, nelson_aalen(days, event)])

    def found(told: np.ndarray) -> float:
        drawn = draw_missing(values, FIRST, np.zeros(0, dtype=int), told, count=5, rng=random)
        return float(np.mean([fit_cox(sets, one).coefficients[0] for one in drawn]))

    assert found(outcome) == pytest.approx(effect, abs=0.12)
    assert found(outcome[:, :0]) < 0.45
