"""Order statistics are those of a full sort, whatever the values' spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.kernels import selection
from radpipe.kernels.selection import order_statistics


@given(st.integers(0, 2**32), st.sampled_from([1e-300, 1e-3, 1.0, 1e12]), st.booleans())
def test_ranks_are_those_of_a_full_sort(seed: int, scale: float, rounded: bool) -> None:
    random = np.random.default_rng(seed)
    values = random.standard_cauchy(6000) * scale
    if rounded:
        values = np.round(values / scale) * scale
    values.setflags(write=False)
    ranks = np.concatenate([random.integers(0, 6000, 10), [0, 5999]])
    assert np.array_equal(order_statistics(values, ranks), np.sort(values)[ranks])


def test_equal_values_and_few_values() -> None:
    assert order_statistics(np.full(5000, 7.5), np.array([0, 4999])).tolist() == [7.5, 7.5]
    assert order_statistics(np.array([3.0, 1.0]), np.array([1, 0])).tolist() == [3.0, 1.0]


def test_kernels_uncompiled_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(3).normal(size=5000)
    ranks = np.array([10, 2500, 4990])
    compiled = order_statistics(values, ranks)
    for name in ("_histogram", "_gather"):
        monkeypatch.setattr(selection, name, getattr(selection, name).py_func)
    assert np.array_equal(order_statistics(values, ranks), compiled)
