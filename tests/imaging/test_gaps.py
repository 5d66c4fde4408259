"""Gaps of a ROI are told by W_GAP with planes and share, and what is none is not."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.imaging.outlines import Contour

from .circles import FIX, circle, filled, gap_of


def test_contours_on_every_second_slice_are_told_with_planes_and_share() -> None:
    array, notes = filled([circle(z, 8) for z in range(10, 30, 2)], Policy())
    assert [note.code for note in notes] == ["W_GAP"]
    assert "is not drawn on 9 of the slices that it crosses (47 %)" in gap_of(notes)
    assert (
        "1 between z = -10 and -8 mm, 1 between z = -8 and -6 mm, 1 between z = -6 and -4 mm, and in 6 more gaps"
        in (gap_of(notes))
    )
    assert "they are empty in the mask" in gap_of(notes)
    assert set(np.flatnonzero(array.any(axis=(1, 2)))) == set(range(10, 30, 2))


def test_six_planes_missing_in_the_middle_are_told_and_refused_where_the_policy_says_so() -> None:
    contours = [circle(z, 8) for z in range(8, 30) if z not in range(15, 21)]
    _, notes = filled(contours, Policy())
    assert "is not drawn on 6 of the slices that it crosses (27 %): 6 between z = -6 and 1 mm" in gap_of(notes)
    with pytest.raises(InputError, match=r"W_GAP.*6 between z = -6 and 1 mm.*they are empty"):
        filled(contours, Policy.parse(["W_GAP=error"]))
    whole, _ = filled([circle(z, 8) for z in range(8, 30)], Policy())
    bridged, notes = filled(contours, FIX)
    assert_array_equal(bridged, whole)
    # By hand: 197 voxels of a disc of radius 8 around (31.37, 31.37) or so; six of them, of sixteen drawn.
    disc = int(whole[15].sum())
    assert f"6 slices were interpolated from the planes beside them, which adds {6 * disc} mm3 (38 %" in gap_of(notes)


def test_a_roi_on_every_slice_has_no_gap() -> None:
    _, notes = filled([circle(z, 8) for z in range(10, 30)], Policy())
    assert notes == []


def test_two_bodies_with_nothing_between_them_have_no_gap() -> None:
    apart = [circle(z, 6, centre=(15.3, 15.3)) for z in range(5, 10)]
    apart += [circle(z, 6, centre=(45.3, 45.3)) for z in range(20, 25)]
    array, notes = filled(apart, FIX)
    assert notes == []
    assert not array[10:20].any()


def two_parts(missing: range) -> list[Contour]:
    left = [circle(z, 6, centre=(15.3, 15.3)) for z in range(10, 30) if z not in missing]
    return left + [circle(z, 6, centre=(45.3, 45.3)) for z in range(10, 30)]


def test_a_part_that_is_missing_while_another_goes_on_is_told_and_interpolated() -> None:
    whole, notes = filled(two_parts(range(0)), Policy())
    assert notes == []
    array, notes = filled(two_parts(range(18, 22)), Policy())
    assert "a part of it, is not drawn on 4 of the slices that it crosses (20 %): 4 between z = -3 and 2 mm" in gap_of(
        notes
    )
    assert not array[18:22, :31, :31].any()
    bridged, _ = filled(two_parts(range(18, 22)), FIX)
    assert_array_equal(bridged, whole)


def test_a_plane_that_was_replaced_by_a_click_is_a_gap() -> None:
    contours = [circle(z, 8 if z != 20 else 0.9) for z in range(10, 30)]
    _, notes = filled(contours, Policy())
    assert "is not drawn on 1 of the slices that it crosses (5 %): 1 between z = -1 and 1 mm" in gap_of(notes)
    assert_array_equal(filled(contours, FIX)[0], filled([circle(z, 8) for z in range(10, 30)], Policy())[0])


def test_parts_of_other_places_or_sizes_are_no_gap() -> None:
    # One part ends at slice 15, another of a quarter of its size begins above it at 20; a body beside them goes on.
    contours = [circle(z, 6, centre=(15.3, 15.3)) for z in range(10, 16)]
    contours += [circle(z, 3, centre=(15.3, 15.3)) for z in range(20, 25)]
    contours += [circle(z, 6, centre=(45.3, 45.3)) for z in range(10, 30)]
    assert filled(contours, Policy())[1] == []
