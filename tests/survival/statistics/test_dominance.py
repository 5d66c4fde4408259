"""Counting by sorting gives what a list of all pairs gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.survival.statistics.concordance import PairTable, influence, many_c
from radpipe.survival.statistics.dominance import concordance_by_sorting


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_concordance_and_influence_are_those_of_a_list_of_pairs(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    time, event = random.integers(1, 12, n).astype(float), random.random(n) < 0.6
    risk = random.integers(0, 6, n).astype(float)
    pairs = PairTable.of(time, event)
    c, moved = concordance_by_sorting(time, event, risk)
    assert c == pytest.approx(pairs.c(risk), nan_ok=True)
    assert moved == pytest.approx(influence(pairs, pairs.scores(risk[:, None]))[:, 0], abs=1e-12)


def test_many_risks_of_a_large_cohort_are_counted_by_sorting() -> None:
    random = np.random.default_rng(1)
    n = 900
    time, event, values = random.exponential(1000, n), random.random(n) < 0.5, random.normal(size=(n, 3))
    c, se = many_c(time, event, values)
    pairs = PairTable.of(time, event)
    assert c == pytest.approx([pairs.c(risk) for risk in values.T])
    assert se == pytest.approx(np.sqrt((influence(pairs, pairs.scores(values)) ** 2).sum(axis=0)))
