"""Reductions of run length, size zone and dependence matrices against their formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.features.matrices.emphases import emphases_of


@given(seed=st.integers(0, 2**32 - 1), directions=st.integers(1, 4), n=st.integers(1, 9), sizes=st.integers(1, 9))
def test_numbers_follow_their_formulas(seed: int, directions: int, n: int, sizes: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.poisson(0.7, (directions, n, sizes)).astype(np.float64)
    counts[:, 0, 0] += 1
    level = np.sort(random.choice(50, n, replace=False) + 1.0)
    size = np.sort(random.choice(50, sizes, replace=False) + 1.0)
    found = emphases_of(counts, level, size)
    total = counts.sum(axis=(1, 2))
    p = counts / total[:, None, None]
    i, j = level[:, None], size[None, :]

    def mean(weight: np.ndarray) -> np.ndarray:
        return np.asarray(np.sum(p * weight, axis=(1, 2)))

    one = np.ones((n, sizes))
    mean_i, mean_j = mean(i * one), mean(j * one)
    expected = {
        "total": total,
        "small": mean(1 / j**2 * one),
        "large": mean(j**2 * one),
        "low": mean(1 / i**2 * one),
        "high": mean(i**2 * one),
        "small_low": mean(1 / (i * j) ** 2),
        "small_high": mean((i / j) ** 2),
        "large_low": mean((j / i) ** 2),
        "large_high": mean((i * j) ** 2),
        "level_squares": (counts.sum(axis=2) ** 2).sum(axis=1),
        "size_squares": (counts.sum(axis=1) ** 2).sum(axis=1),
        "level_variance": mean(i**2 * one) - mean_i**2,
        "size_variance": mean(j**2 * one) - mean_j**2,
        "entropy": -np.sum(np.where(p > 0, p * np.log2(np.where(p > 0, p, 1)), 0), axis=(1, 2)),
        "level_mean": mean_i,
        "size_mean": mean_j,
    }
    for name, value in expected.items():
        assert getattr(found, name) == pytest.approx(value, rel=1e-9, abs=1e-9), name
