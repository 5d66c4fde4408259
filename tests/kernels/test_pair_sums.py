"""Kernels of co-occurrence against NumPy's sums, bit for bit: the order of additions decides some features."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radpipe.kernels.pair_sums import margins, moments, shares


@given(
    seed=st.integers(0, 2**32 - 1),
    level=st.lists(st.integers(1, 40), min_size=1, max_size=12, unique=True).map(sorted),
    directions=st.integers(2, 13),
    swapped=st.booleans(),
    filled=st.sampled_from([0.05, 0.3, 0.7]),
)
def test_sums_are_numpys_to_the_last_bit(
    seed: int, level: list[int], directions: int, *, swapped: bool, filled: float
) -> None:
    random = np.random.default_rng(seed)
    n, levels = len(level), np.array(level, dtype=np.int64)
    memory = random.random((n, n, directions)) * (random.random((n, n, directions)) < filled)
    p = memory.transpose(1, 0, 2) if swapped else memory
    i, j = levels[:, None, None].astype(np.float64), levels[None, :, None].astype(np.float64)
    px, py, ux, uy, by_sum, by_gap = margins(memory, levels, swapped)
    assert np.array_equal(px, p.sum(axis=1))
    assert np.array_equal(py, p.sum(axis=0))
    assert np.array_equal(ux, np.sum(i * p, axis=(0, 1)))
    assert np.array_equal(uy, np.sum(j * p, axis=(0, 1)))
    for k in range(2, 2 * level[-1] + 1):
        on = (levels[:, None] + levels) == k
        assert np.array_equal(by_sum[k - 2], np.add.accumulate(p[on], axis=0)[-1] if on.any() else np.zeros(directions))
    for k in range(level[-1]):
        on = np.abs(levels[:, None] - levels) == k
        assert np.array_equal(by_gap[k], np.add.accumulate(p[on], axis=0)[-1] if on.any() else np.zeros(directions))

    away = np.arange(2, 2 * level[-1] + 1, dtype=np.float64)[:, None] - ux - uy
    powers = np.stack([away**2, away**3, away**4])
    found = moments(memory, levels, ux, uy, powers, swapped)
    x, y = i - ux, j - uy
    place = levels[:, None] + levels - 2
    terms = [p * (i * j), p * np.abs(i - j) ** 2, p**2, p * x**2, p * y**2, p * x * y]
    terms += [p * power[place] for power in powers]
    assert np.array_equal(found[9], p.max(axis=(0, 1)))
    for row, term in zip(found[:9], terms, strict=True):
        assert np.array_equal(row, np.sum(term, axis=(0, 1)))


@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 30),
    directions=st.integers(1, 13),
    filled=st.sampled_from([0.02, 0.3, 1.0]),
)
def test_shares_are_counts_both_ways_by_their_sum(seed: int, n: int, directions: int, filled: float) -> None:
    random = np.random.default_rng(seed)
    pairs = (random.integers(1, 9, (directions, n, n)) * (random.random((directions, n, n)) < filled)).astype(np.int32)
    pairs[:, random.integers(n), random.integers(n)] += 1
    both = pairs.transpose(1, 2, 0) + pairs.transpose(2, 1, 0)
    p, occupied = shares(pairs, pairs.sum(axis=(1, 2), dtype=np.int64))
    assert np.array_equal(p, both / both.sum(axis=(0, 1)))
    assert occupied.tolist() == np.flatnonzero(both.any(axis=2)).tolist()
