"""What texture families share: slices that hold a voxel, ranks of the whole ROI, and how slices become one value."""

import math

import numpy as np
import pytest

from radpipe.features.ibsi.prepare import IbsiRoi
from radpipe.features.ibsi.record import IbsiFeature
from radpipe.features.ibsi.settings import Aggregation
from radpipe.features.ibsi.texture import by_direction, by_extent, counted, texture_of

MEAN = (IbsiFeature("x_value", "ABCD", "a number", "x", "", lambda number: number),)


def roi():
    """Three slices: levels 5 and 9, none, and level 9."""
    mask = np.zeros((3, 1, 2), dtype=bool)
    mask[0], mask[2, 0, 1] = True, True
    return texture_of(IbsiRoi(np.zeros(mask.shape), mask, mask, (1.0, 1.0, 1.0)), np.array([5, 9, 9]))


def test_slices_without_a_voxel_are_left_out_and_ranks_are_those_of_the_roi() -> None:
    first, last = roi().parts("2D")
    assert (first.plane, last.plane) == (0, 2)
    assert (first.voxels, last.voxels) == (2, 1)
    assert last.grid.slots[last.grid.slots > 0].tolist() == [2]  # 9 is the second level of the ROI
    assert len(first.offsets) == 4


def test_the_volume_is_one_part_with_thirteen_directions() -> None:
    (volume,) = roi().parts("3D")
    assert (volume.plane, volume.voxels, len(volume.offsets)) == (None, 3, 13)


def test_slices_are_counted_once_for_both_extents_that_need_them() -> None:
    seen: list[int | None] = []
    found = counted(roi(), ("2D", "2_5D", "3D"), lambda part: seen.append(part.plane) or part.voxels)
    assert found == {"2D": [2, 1], "2_5D": [2, 1], "3D": [3]}
    assert sorted(seen, key=str) == [0, 2, None]


def test_slices_are_averaged_or_added_before() -> None:
    found = by_extent(MEAN, {"2D": [2.0, 4.0], "2_5D": [2.0, 4.0], "3D": [7.0]}, ("2D", "2_5D", "3D"), sum, float)
    assert found == {"x_value_2D": 3.0, "x_value_2_5D": 6.0, "x_value_3D": 7.0}


def test_directions_are_averaged_in_their_slice_and_what_is_not_defined_is_left_out() -> None:
    def statistics(matrix: list[float], merged: bool) -> list[float]:
        return [sum(matrix)] if merged else matrix

    parts = {"2D": [[1.0, 3.0], [8.0, math.nan]], "2_5D": [[1.0, 3.0], [8.0, 2.0]]}

    def added(slices: list[list[float]]) -> list[float]:
        return [sum(values) for values in zip(*slices, strict=True)]

    wanted = (Aggregation.SLICES_AVERAGED, Aggregation.VOLUME_DIRECTIONS_AVERAGED, Aggregation.VOLUME_MERGED)
    found = by_direction(MEAN, parts, wanted, added, statistics)
    assert found["x_value_2D_avg"] == pytest.approx((2 + 8) / 2)
    assert found["x_value_2_5D_avg"] == pytest.approx((9 + 5) / 2)
    assert found["x_value_2_5D_comb"] == pytest.approx(14)


def test_what_is_defined_nowhere_is_nan() -> None:
    assert math.isnan(by_extent(MEAN, {"3D": [math.nan]}, ("3D",), sum, float)["x_value_3D"])
