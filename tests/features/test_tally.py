"""What is counted of whole numbers says the same as the numbers themselves."""

import numpy as np
import pytest

from radpipe.features.tally import Tally


def test_values_that_are_too_wide_or_of_another_type_are_not_counted() -> None:
    assert Tally.of(np.array([0, 2] * 8, dtype=np.int16)) is None
    assert Tally.of(np.array([0, 0] * 8, dtype=np.int32)) is None
    assert Tally.of(np.array([0, 1] * 8, dtype=np.int16)) is not None


def test_order_statistics_are_those_of_a_sort() -> None:
    values = np.random.default_rng(7).integers(-20, 20, 500).astype(np.int16)
    tally = Tally.of(values)
    assert tally is not None
    ranks = np.array([0, 1, 250, 499])
    assert tally.order_statistics(ranks).tolist() == np.sort(values)[ranks].tolist()
    assert (tally.lowest, tally.size) == (int(values.min()), 500)
    assert tally.sum(tally.numbers) == int(values.sum(dtype=np.int64))


@pytest.mark.parametrize(("shift", "exact"), [(0.0, True), (1000.0, True), (0.5, False), (1e9, False)])
def test_sums_are_exact_of_whole_terms_below_2_to_the_53(shift: float, exact: bool) -> None:
    tally = Tally.of(np.array([3, 4, 4, 5] * 8, dtype=np.int16))
    assert tally is not None
    assert tally.sum_is_exact((tally.numbers + shift) ** 2) is exact
