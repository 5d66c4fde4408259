"""Dependences of four voxels in a row, by hand."""

from typing import Any

import pytest


def test_dependences_of_two_levels_by_hand(values_of: Any) -> None:
    # Levels 1 1 2 2: each voxel depends on one neighbour and on itself: four of size 2.
    found = values_of("gldm", [[[0, 0, 1, 1]]])
    assert found["LargeDependenceEmphasis"] == 4
    assert found["SmallDependenceEmphasis"] == pytest.approx(1 / 4)
    assert found["DependenceNonUniformity"] == 4
    assert found["GrayLevelNonUniformity"] == pytest.approx((4 + 4) / 4)


def test_neighbours_within_alpha_depend(values_of: Any) -> None:
    # With alpha 1 the inner two depend on both neighbours: sizes 2, 3, 3, 2.
    found = values_of("gldm", [[[0, 0, 1, 1]]], gldm_alpha=1)
    assert found["LargeDependenceEmphasis"] == pytest.approx((4 + 9 + 9 + 4) / 4)
