"""Tone differences of three voxels in a row, by hand."""

from typing import Any

import pytest


def test_tone_differences_of_three_levels_by_hand(values_of: Any) -> None:
    # Levels 1 2 4 in a row: neighbour means 2, 2.5, 2, so differences 1, 0.5, 2; p = 1/3 each.
    found = values_of("ngtdm", [[[0, 1, 3]]])
    assert found["Coarseness"] == pytest.approx(1 / ((1 + 0.5 + 2) / 3))
    # Contrast: mean over 3 * 2 pairs of squared gaps (1, 9, 4, twice) by 9, times the sum of differences by 3.
    assert found["Contrast"] == pytest.approx(2 * (1 + 9 + 4) / 9 / 6 * 3.5 / 3)
    # Busyness: sum of p s by the sum of |p i - p j| over ordered pairs: gaps 1, 3, 2 by 3, twice.
    assert found["Busyness"] == pytest.approx((3.5 / 3) / (2 * (1 + 3 + 2) / 3))
    assert found["Strength"] == pytest.approx(2 * (2 / 3) * (1 + 9 + 4) / 3.5)
