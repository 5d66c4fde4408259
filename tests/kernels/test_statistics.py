"""Sums over values against NumPy's."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.kernels.statistics import central_moments, energy_and_range, inner_deviation

values = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e4, 1e4))


@given(values, st.floats(-2000, 2000))
def test_sums_are_numpys(some: npt.NDArray[np.float64], shift: float) -> None:
    energy, low, high = energy_and_range(some, shift)
    assert (low, high) == (some.min(), some.max())
    assert energy == pytest.approx(np.sum((some + shift) ** 2), rel=1e-12)
    mean = float(np.mean(some))
    off = some - mean
    second, third, fourth, size = central_moments(some, mean)
    reach = float(np.abs(off).max())
    assert second == pytest.approx(np.mean(off**2), rel=1e-12)
    assert third == pytest.approx(np.mean(off**3), rel=1e-12, abs=1e-12 * reach**3)  # positive and negative terms
    assert fourth == pytest.approx(np.mean(off**4), rel=1e-12)
    assert size == pytest.approx(np.mean(np.abs(off)), rel=1e-12)


@given(values, st.floats(-1e4, 1e4), st.floats(0, 1e4))
def test_the_inner_deviation_is_of_values_in_the_range_with_its_ends(
    some: npt.NDArray[np.float64], low: float, width: float
) -> None:
    inner = some[(some >= low) & (some <= low + width)]
    found = inner_deviation(some, low, low + width)
    if inner.size:
        assert found == pytest.approx(np.mean(np.abs(inner - np.mean(inner))), rel=1e-9, abs=1e-9)
    else:
        assert math.isnan(found)


def test_both_ends_belong_to_the_range() -> None:
    assert inner_deviation(np.array([0.0, 1.0, 3.0, 9.0]), 1.0, 3.0) == 1.0


def test_many_values_far_from_zero_lose_nothing() -> None:
    some = 1e5 + np.random.default_rng(3).gamma(2, 1, 200_000)
    low, high = np.percentile(some, [10, 90])
    inner = some[(some >= low) & (some <= high)] - 1e5
    mean = math.fsum(inner) / len(inner)
    expected = math.fsum(np.abs(inner - mean)) / len(inner)
    assert inner_deviation(some, float(low), float(high)) == pytest.approx(expected, rel=1e-11)
