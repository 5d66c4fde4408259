"""Restricted cubic splines: straight outside the knots, smooth inside."""

import numpy as np
import pytest

from radpipe.survival.statistics.spline import knots_of, restricted_cubic_spline


def test_the_curve_is_straight_at_both_ends_and_smooth() -> None:
    x = np.linspace(-2, 6, 8001)
    knots = np.array([0.0, 1.0, 3.0])
    curve = restricted_cubic_spline(x, knots)
    assert not curve[x <= 0].any()
    second = np.diff(curve, 2) / (x[1] - x[0]) ** 2
    assert second[x[1:-1] > 3.01] == pytest.approx(0, abs=1e-4)
    assert np.abs(np.diff(second)).max() < 0.01  # No jump of the second derivative.
    assert second.max() > 0.3


def test_knots_are_quantiles_and_equal_ones_give_no_curve() -> None:
    assert knots_of(np.arange(101.0)).tolist() == [10, 50, 90]
    assert not restricted_cubic_spline(np.arange(5.0), np.ones(3)).any()
