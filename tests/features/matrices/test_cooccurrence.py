"""What co-occurrence features share: moments of i and j about their means by hand, for both ways to hold cells."""

from typing import Any

import numpy as np
import pytest

from .made import dense, sparse


@pytest.mark.parametrize("make", [dense, sparse])
def test_moments_of_four_voxels_by_hand(make: Any) -> None:
    # Levels 1 1 3 3: p(1,1) = p(3,3) = 1/3, p(1,3) = p(3,1) = 1/6; both means 2, so i - ux and j - uy are -1 or 1.
    found = make([[[1, 1, 3, 3]]]).moments
    assert found.product == pytest.approx([1 / 3 + 9 / 3 + 2 * 3 / 6])
    assert found.squared_gap == pytest.approx([2 * 4 / 6])
    assert found.energy == pytest.approx([2 / 9 + 2 / 36])
    assert (found.xx, found.yy, found.xy) == (pytest.approx([1]), pytest.approx([1]), pytest.approx([2 / 3 - 1 / 3]))
    # i + j - 4 is -2, 0 or 2 with 1/3 each.
    assert found.second == pytest.approx([8 / 3])
    assert found.third == pytest.approx([0], abs=1e-15)
    assert found.fourth == pytest.approx([32 / 3])
    assert found.largest == pytest.approx([1 / 3])


@pytest.mark.parametrize("make", [dense, sparse])
def test_powers_are_about_the_sum_of_both_means(make: Any) -> None:
    powers = make([[[1, 1, 3, 3]]]).powers()
    np.testing.assert_allclose(powers[:, :, 0], [[4, 1, 0, 1, 4], [-8, -1, 0, 1, 8], [16, 1, 0, 1, 16]])


@pytest.mark.parametrize("make", [dense, sparse])
def test_the_entropy_of_independent_margins_is_twice_that_of_one(make: Any) -> None:
    # Both margins are 1/2, 1/2: one bit each.
    assert make([[[1, 1, 3, 3]]]).entropy_of_product() == pytest.approx([2])
