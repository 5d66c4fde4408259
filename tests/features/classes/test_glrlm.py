"""Runs of six voxels in a row, by hand."""

from typing import Any

import pytest


def test_runs_of_two_levels_by_hand(values_of: Any) -> None:
    # Levels 1 1 1 2 2 1: runs (1, 3), (2, 2), (1, 1); three runs on six voxels.
    found = values_of("glrlm", [[[0, 0, 0, 1, 1, 0]]])
    assert found["ShortRunEmphasis"] == pytest.approx((1 / 9 + 1 / 4 + 1) / 3)
    assert found["LongRunEmphasis"] == pytest.approx((9 + 4 + 1) / 3)
    assert found["RunPercentage"] == pytest.approx(3 / 6)
    assert found["GrayLevelNonUniformity"] == pytest.approx((4 + 1) / 3)
    assert found["RunLengthNonUniformity"] == pytest.approx(3 / 3)
    assert found["RunVariance"] == pytest.approx((9 + 4 + 1) / 3 - 4)
    assert found["HighGrayLevelRunEmphasis"] == pytest.approx((1 + 4 + 1) / 3)
