"""Size, place and content of a mask: each expected number is counted by hand."""

import numpy as np
import pytest

from .blocks import BLOCK, GRID, block, of


def test_size_and_place_of_a_block():
    metrics = of(BLOCK)
    assert metrics.voxels == 4 * 6 * 8
    assert metrics.volume_ml == pytest.approx(192 * 6 / 1000)
    assert (metrics.first_slice, metrics.last_slice, metrics.slices) == (2, 5, 10)
    # Middle of the voxels: x 13.5 - 15, y 7.5 * 2 - 20, z 3.5 * 3 + 100.
    assert (metrics.centre_x_mm, metrics.centre_y_mm, metrics.centre_z_mm) == pytest.approx((-1.5, -5.0, 110.5))


def test_content_and_the_shares_of_air_and_bone():
    image = np.zeros(GRID.size_zyx, dtype=np.int16)
    image[2, 5, 10:16] = (-1000, -301, -300, 700, 701, 3000)
    metrics = of(block((2, 3), (5, 6), (10, 16)), image)
    assert metrics.mean == pytest.approx(2800 / 6)
    assert metrics.median == 200
    assert (metrics.air_share, metrics.bone_share) == pytest.approx((2 / 6, 2 / 6))


def test_air_and_bone_are_no_question_outside_of_ct():
    metrics = of(BLOCK, unit="SUVbw")
    assert (metrics.air_share, metrics.bone_share, metrics.body_x_mm) == (None, None, None)
