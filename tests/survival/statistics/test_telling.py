"""Telling batches by features: areas by hand, Kruskal and Wallis as scipy has it, and made shifts."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, kruskal

from radpipe.survival.statistics.telling import differing_share, mean_auc, telling_scores


def test_the_area_counts_pairs_and_ties_half():
    # a: 3, 1; others 2, 1: pairs 3>2, 3>1, 1<2, 1=1 -> 2.5 of 4
    assert mean_auc(np.array([[3.0], [1.0], [2.0], [1.0]]), list("aabb"), ["a"]) == 0.625
    assert np.isnan(mean_auc(np.array([[1.0], [2.0]]), ["a", "a"], ["a"]))


def test_a_shift_is_told_in_patients_not_seen_and_nothing_is_told_without():
    random = np.random.default_rng(2)
    batch = np.array(list("abc") * 60)
    values = random.normal(size=(180, 50))
    inside, held = np.arange(120), np.arange(120, 180)
    for shift, low, high in ((0.8, 0.95, 1.0), (0.0, 0.35, 0.65)):
        moved = values + shift * (np.arange(50) % 3 == np.arange(180)[:, None] % 3)  # each batch in its own features
        scores = telling_scores(moved[inside], batch[inside].tolist(), moved[held])
        assert scores.shape == (60, 3)
        assert low <= mean_auc(scores, batch[held].tolist(), list("abc")) <= high


def test_the_share_of_differing_features_is_that_of_kruskal_and_wallis_and_of_benjamini_and_hochberg():
    random = np.random.default_rng(3)
    batch = list("aab" * 20)
    values = random.normal(size=(60, 12)).round(1)  # with ties
    values[:, :5] += 0.7 * (np.array(batch) == "b")[:, None]
    values[:, 11] = 4.0  # of one value: scipy has no answer, here it does not differ
    groups = [values[np.array(batch) == name] for name in "ab"]
    p = [kruskal(*(group[:, place] for group in groups)).pvalue for place in range(11)] + [1.0]
    expected = (false_discovery_control(p) <= 0.05).mean()
    assert 0 < expected < 1
    assert differing_share(values, batch) == pytest.approx(expected)
    assert differing_share(values[:, :0], batch) == 0
