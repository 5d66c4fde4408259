"""Zones of a small plane, by hand."""

from typing import Any

import pytest


def test_zones_of_two_levels_by_hand(values_of: Any) -> None:
    # 1 1 2 / 2 2 1: (0, 1) and (1, 2) of level 1 touch by a corner, as do (0, 2)
    # and (1, 1) of level 2: two zones of 3.
    found = values_of("glszm", [[[0, 0, 1], [1, 1, 0]]])
    assert found["SmallAreaEmphasis"] == pytest.approx(1 / 9)
    assert found["LargeAreaEmphasis"] == pytest.approx(9)
    assert found["ZonePercentage"] == pytest.approx(2 / 6)
    assert found["ZoneVariance"] == pytest.approx(0)
    assert found["SizeZoneNonUniformity"] == pytest.approx(2)


def test_zones_apart_are_counted_apart(values_of: Any) -> None:
    # 1 2 1 1: zones (1, 1), (2, 1), (1, 2).
    found = values_of("glszm", [[[0, 1, 0, 0]]])
    assert found["LargeAreaEmphasis"] == pytest.approx((1 + 1 + 4) / 3)
    assert found["GrayLevelNonUniformity"] == pytest.approx((4 + 1) / 3)
