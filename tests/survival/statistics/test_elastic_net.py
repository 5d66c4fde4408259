"""The elastic net meets its own conditions of optimality: no step in any direction would do better."""

import numpy as np
import pytest

from radpipe.survival.statistics.cox import RiskSets
from radpipe.survival.statistics.elastic_net import elastic_net_path
from radpipe.survival.statistics.ridge import expected_events


def test_coefficients_meet_the_conditions_of_optimality() -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(120, 10))
    time = random.exponential(1000, 120) * np.exp(-0.8 * x[:, 0] - 0.6 * x[:, 3])
    sets = RiskSets.of(time, random.random(120) < 0.8)
    shares = np.array([0.99, 0.5, 0.2])
    path = elastic_net_path(sets, x[:, :1], x[:, 1:], shares)
    ordered = x[sets.order]
    none = elastic_net_path(sets, x[:, :1], x[:, 1:], np.array([1.001]))[:, 0]
    assert not none[1:].any()

    def score(beta: np.ndarray) -> np.ndarray:
        _, expected = expected_events(sets, (ordered @ beta)[:, None])
        return ordered[sets.died].sum(axis=0) - expected[:, 0] @ ordered

    strongest = np.abs(score(none)[1:]).max() / 0.5
    for share, beta in zip(shares, path.T, strict=True):
        penalty, pull = share * strongest, score(beta)
        assert pull[0] == pytest.approx(0, abs=0.05)  # Free.
        left = pull[1:] - 0.5 * penalty * beta[1:]
        inside = beta[1:] != 0
        assert left[inside] == pytest.approx(0.5 * penalty * np.sign(beta[1:][inside]), abs=0.05)
        assert (np.abs(left[~inside]) <= 0.5 * penalty + 0.05).all()
    assert (path[1:, 0] != 0).sum() == 1
    assert path[3, 2] > 0.2
