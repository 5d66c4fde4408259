"""Which slices are drawn, and how much around the ROI."""

import numpy as np
import numpy.typing as npt
import pytest

from radpipe.drawing.choice import centre_of, crop_of, slices_of
from radpipe.drawing.planes import planes_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask

GRID = Geometry((60, 100, 100), (3.0, 1.0, 1.0))


def mask(*, without: int | None = None) -> Mask:
    array = block()
    if without is not None:
        array[without] = False
    return Mask.of(array, GRID)


def block() -> npt.NDArray[np.bool_]:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[10:31, 40:60, 40:60] = True
    array[22, 38:62, 40:60] = True
    return array


def test_an_organ_is_drawn_at_its_ends_its_tenths_and_its_largest_area() -> None:
    needed, wanted = slices_of(mask(), target=False)
    assert [one.index for one in needed] == [10, 12, 22, 28, 30]
    assert needed[2].reason == "largest area"
    assert wanted == ()


def test_a_target_is_wanted_on_every_slice_and_two_beyond_and_the_first_of_them_lie_apart() -> None:
    needed, wanted = slices_of(mask(), target=True)
    assert sorted(one.index for one in (*needed, *wanted)) == list(range(8, 33))
    assert wanted[0].index == 17  # the middle of the longest way, from 12 to 22
    assert {one.index for one in wanted if one.reason} == {8, 9, 31, 32}


def test_a_forgotten_slice_a_stray_part_and_a_hole_are_drawn_with_their_reason() -> None:
    gap = {one.index: one.reason for one in slices_of(mask(without=15), target=False)[0]}
    assert gap[15] == "empty between others"
    array = block()
    array[20, 45:55, 45:55] = False
    array[31, 5, 5] = array[31, 5, 6] = array[33, 90, 90] = True
    reasons = {one.index: one.reason for one in slices_of(Mask.of(array, GRID), target=False)[0]}
    assert reasons[31] == "90 % of the extent, a part that lies apart"
    assert reasons[20] == "largest hole"


def test_an_outline_beside_its_neighbours_is_drawn() -> None:
    array = block()
    array[17] = np.roll(array[17], 15, axis=1)
    reasons = {one.index: one.reason for one in slices_of(Mask.of(array, GRID), target=False)[0]}
    assert reasons[17] == "beside its neighbours"


def test_a_small_roi_is_drawn_on_every_slice() -> None:
    array = np.zeros(GRID.size_zyx, dtype=bool)
    array[10:15, 50:60, 50:60] = True
    assert [one.index for one in slices_of(Mask.of(array, GRID), target=False)[0]] == [10, 11, 12, 13, 14]


def test_the_centre_is_that_of_the_largest_part() -> None:
    array = block()
    array[50, 5, 5] = True
    assert centre_of(Mask.of(array, GRID)) == pytest.approx((20, 49.5, 49.5), abs=0.5)  # rows 40 to 59


def test_a_crop_holds_20_mm_around_and_at_least_60_mm_within_the_image() -> None:
    axial, coronal, _ = planes_of(GRID)
    assert crop_of(axial, mask()) == (20, 18, 60, 64)  # rows 38 to 61 and 20 mm on both sides
    small = np.zeros(GRID.size_zyx, dtype=bool)
    small[20, 50, 2] = True
    x, y, width, height = crop_of(axial, Mask.of(small, GRID))
    assert (x, y, height) == (0, 20, 61)
    assert width == 33  # cut at the image's edge
    # Coronal, on the screen from the head down: slices 10 to 30 of 3 mm, 7 slices (21 mm) on both sides.
    assert crop_of(coronal, mask())[1::2] == (60 - 38, 35)
