"""Concordance against R's survival::concordance, lifelines, and counts by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines.datasets import load_rossi
from lifelines.utils import concordance_index

from radpipe.survival.statistics.concordance import (
    PairTable,
    auc_pairs,
    censoring_survival,
    concordance_se,
    harrell_c,
    many_c,
    uno_c,
)


@pytest.fixture(scope="module")
def rossi():
    table = load_rossi()
    return table, table["week"].to_numpy(float), table["arrest"].to_numpy(bool)


# R, survival: k <- concordance(Surv(week, arrest) ~ age, data = rossi, reverse = TRUE); k$concordance; sqrt(k$var)
@pytest.mark.parametrize(
    ("column", "c", "se"),
    [("age", 0.3863604339862, 0.0271917760337), ("prio", 0.587936217181, 0.027595493773)],
)
def test_c_and_its_error_are_those_of_r(rossi, column, c, se):
    table, time_days, event = rossi
    risk = table[column].to_numpy(float)
    pairs = PairTable.of(time_days, event)
    assert harrell_c(time_days, event, risk) == pytest.approx(c, abs=1e-10)
    assert concordance_se(pairs, risk) == pytest.approx(se, abs=1e-10)
    # All of rossi are censored on the last day, so Uno's weights are 1: R, timewt = "n/G2", gives the same.
    assert uno_c(time_days, event, risk) == pytest.approx(c, abs=1e-10)


def test_many_risks_at_once_give_the_same(rossi):
    table, time_days, event = rossi
    columns = ["age", "prio", "fin"]
    c, se = many_c(time_days, event, table[columns].to_numpy(float))
    for number, column in enumerate(columns):
        risk = table[column].to_numpy(float)
        assert c[number] == pytest.approx(harrell_c(time_days, event, risk), abs=1e-12)
        assert se[number] == pytest.approx(concordance_se(PairTable.of(time_days, event), risk), abs=1e-12)


@given(st.integers(0, 2**32), st.integers(2, 30))
def test_c_is_that_of_lifelines_with_the_sign_turned(seed, n):
    random = np.random.default_rng(seed)
    time_days, event = random.integers(1, 9, n).astype(float), random.random(n) < 0.6
    risk = random.integers(0, 5, n).astype(float)
    try:
        expected = concordance_index(time_days, -risk, event)
    except ZeroDivisionError:
        assert np.isnan(harrell_c(time_days, event, risk))
        return
    assert harrell_c(time_days, event, risk) == pytest.approx(expected)


def test_pairs_of_one_group_only_by_hand():
    # Group 0: the pair (1, 2) concordant. Group 1: (3, 4) discordant. Across groups every pair would be concordant.
    time_days, event = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4, dtype=bool)
    risk = np.array([9.0, 8.0, 1.0, 2.0])
    assert harrell_c(time_days, event, risk, group=np.array([0, 0, 1, 1])) == 0.5
    assert harrell_c(time_days, event, risk) == pytest.approx(5 / 6)


def test_multiplicities_count_like_repeated_patients():
    random = np.random.default_rng(2)
    time_days, event, risk = random.exponential(1, 20), random.random(20) < 0.7, random.normal(size=20)
    rows = random.integers(0, 20, 20)
    repeated = PairTable.of(time_days[rows], event[rows]).c(risk[rows])
    counted = PairTable.of(time_days, event).c(risk, np.bincount(rows, minlength=20).astype(float))
    assert counted == pytest.approx(repeated)


def test_uno_weights_by_hand():
    # Events at 1 and 3, one censored at 2: G(1-) = 1, G(3-) = 1/2 (of two left at 2 one is censored).
    time_days, event = np.array([1.0, 2.0, 3.0, 4.0]), np.array([True, False, True, False])
    assert censoring_survival(time_days, event).tolist() == pytest.approx([1, 1, 2 / 3, 2 / 3])
    # Pairs (1, *) three of weight 1, all concordant; (3, 4) of weight 9/4, discordant.
    assert uno_c(time_days, event, np.array([9.0, 1.0, 2.0, 3.0])) == pytest.approx(3 / (3 + 9 / 4))
    assert uno_c(time_days, event, np.array([9.0, 1.0, 2.0, 3.0]), tau_days=2.5) == 1


def test_nobody_to_compare_is_nan():
    assert np.isnan(harrell_c(np.array([1.0, 1.0]), np.array([True, True]), np.array([1.0, 2.0])))


@pytest.mark.parametrize(
    ("horizon", "alone", "competing"),
    [(3.0, 0.602970676478, 0.604576080327), (6.0, 0.457439913909, 0.472724733971)],
)
def test_the_area_under_the_curve_is_that_of_r(
    tied: tuple[np.ndarray, np.ndarray], tied_columns: np.ndarray, horizon: float, alone: float, competing: float
) -> None:
    # riskRegression 2022.11.28: Score(list(m = plogis(x1 + 0.3 * x2)), Surv(T, C == 1) ~ 1, times = horizon, metrics =
    # "auc", cens.model = "km"), and with Hist(T, C) ~ 1, cause = 1.
    time, cause = tied
    risk = tied_columns @ np.array([1.0, 0.3])
    assert auc_pairs(time, cause == 1, horizon).c(risk) == pytest.approx(alone, abs=1e-11)
    both = auc_pairs(time, cause == 1, horizon, competing=cause == 2)
    assert both.c(risk) == pytest.approx(competing, abs=1e-11)
    home = np.arange(len(time)) % 3
    within = auc_pairs(time, cause == 1, horizon, group=home)
    assert np.array_equal(home[within.first], home[within.second])
