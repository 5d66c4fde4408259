"""Counts of whole numbers are NumPy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radpipe.kernels.tally import add_keys, replaced, tally

numbers = st.lists(st.integers(-300, 300), min_size=1, max_size=60)


@given(numbers, st.sampled_from([np.int16, np.int64]))
def test_counts_are_those_of_bincount(some: list[int], kind: type) -> None:
    values = np.array(some, dtype=kind)
    low, high = min(some), max(some)
    assert np.array_equal(tally(values, low, high - low + 1), np.bincount(values - low))


@given(numbers)
def test_values_are_looked_up(some: list[int]) -> None:
    table = np.arange(601, dtype=np.uint16)[::-1].copy()
    assert replaced(np.array(some, dtype=np.int16), -300, table).tolist() == [300 - value for value in some]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(0, 40), st.booleans())
def test_keys_of_spans_are_counted_in_one_table_or_two(some: list[int], cut: int, two: bool) -> None:
    keys = np.array([9, *some, 9], dtype=np.uint16)
    cut = min(cut, len(some))
    starts, stops = np.array([1, 1 + cut]), np.array([1 + cut, 1 + len(some)])
    even = np.zeros(10, dtype=np.int32)
    odd = np.zeros(10, dtype=np.int32) if two else even
    add_keys(keys, starts, stops, even, odd)
    assert np.array_equal(even + odd if two else even, np.bincount(some, minlength=10))
