"""Parts that do not touch, and those that lie astray, counted by hand."""

import numpy as np
import pytest

from .blocks import BLOCK, of


def test_a_stray_voxel_is_told_with_its_distance_volume_and_slice():
    array = BLOCK.copy()
    array[9, 18, 28] = True
    metrics = of(array)
    assert (metrics.parts, metrics.stray_slice) == (2, 9)
    assert metrics.largest_share == pytest.approx(192 / 193)
    assert metrics.stray_ml == pytest.approx(0.006)
    assert metrics.stray_mm == pytest.approx(np.sqrt((4 * 3) ** 2 + (8 * 2) ** 2 + 11**2))


def test_parts_that_touch_at_a_corner_are_one_and_a_near_part_is_not_stray():
    array = BLOCK.copy()
    array[6, 11, 18] = True
    assert of(array).parts == 1
    array = BLOCK.copy()
    array[3, 7, 20] = True
    assert (of(array).parts, of(array).stray_mm) == (2, 0.0)
