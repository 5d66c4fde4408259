"""ROIs whose planes leave slices out: told by W_GAP, and interpolated between planes where the policy says so."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contours import Contour, fill_contours
from radpipe.imaging.interpolation import Shape, between

FIX = Policy.parse(["W_GAP=fix"])
GRID = Geometry((40, 64, 64), (1.0, 1.0, 1.0), (-30.0, -30.0, -20.0))
CENTRE = 31.37
"""Off the voxel centres, so that no voxel lies on an edge."""


def circle(z: float, radius: float, grid: Geometry = GRID, centre: tuple[float, float] = (CENTRE, CENTRE)) -> Contour:
    """A circle of 200 vertices in voxel indices, as a contour in mm."""
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    y, x = centre[0] + radius * np.sin(angle), centre[1] + radius * np.cos(angle)
    return Contour(grid.index_to_mm(np.stack([np.full(200, float(z)), y, x], axis=1)))


def filled(contours: list[Contour], policy: Policy, grid: Geometry = GRID) -> tuple[npt.NDArray[np.bool_], list[Any]]:
    box, array, notes = fill_contours(contours, grid, policy)
    whole = np.zeros(grid.size_zyx, dtype=bool)
    whole[box] = array
    return whole, list(notes)


def gap_of(notes: list[Any]) -> str:
    (sentence,) = [note.sentence for note in notes if note.code == "W_GAP"]
    return str(sentence)


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


@pytest.mark.parametrize("start", [10, 11])
def test_a_cylinder_drawn_on_every_second_slice_has_its_whole_volume_again(start: int) -> None:
    whole, _ = filled([circle(z, 9) for z in range(10, 30)], Policy())
    bridged, notes = filled([circle(z, 9) for z in range(start, 30, 2)], FIX)
    assert bridged.sum() == whole.sum()  # 10 planes, 2 mm each: 20 slices of 1 mm
    assert "adds" in gap_of(notes)


def test_contours_at_3_27_mm_on_slices_of_1_09_mm_have_their_whole_volume() -> None:
    grid = Geometry((60, 64, 64), (1.09, 1.0, 1.0), (0.0, 0.0, 0.0))
    contours = [circle(3 * i + 4, 9, grid) for i in range(12)]
    thin, notes = filled(contours, Policy(), grid)
    disc = int(thin[4].sum())
    assert thin.sum() == 12 * disc  # a third of 12 planes of 3.27 mm
    assert "(65 %)" in gap_of(notes)  # 22 of 34 slices
    bridged, _ = filled(contours, FIX, grid)
    assert bridged.sum() == 36 * disc


@pytest.mark.parametrize("ratio", [1.2, 1.5, 2.5, 3.0 / 1.09])
def test_planes_that_are_no_multiple_of_the_slices_apart_have_their_volume_to_a_slice(ratio: float) -> None:
    contours = [circle(3.1 + ratio * i, 9) for i in range(12)]
    disc = int(filled([circle(5, 9)], Policy())[0].sum())
    bridged, notes = filled(contours, FIX)
    assert abs(bridged.sum() / disc - 12 * ratio) <= 1.0
    assert {note.code for note in notes} == {"W_OFF_SLICE", "W_GAP"}


@settings(max_examples=15, deadline=None)
@given(st.floats(12, 14), st.floats(18.0, 20.0), st.integers(2, 4))
def test_a_sphere_drawn_on_some_slices_has_its_volume_within_five_percent(
    radius: float, middle: float, step: int
) -> None:
    every = [
        circle(z, float(np.sqrt(radius**2 - (z - middle) ** 2))) for z in range(40) if abs(z - middle) < radius - 0.2
    ]
    whole, _ = filled(every, Policy())
    for start in range(step):
        bridged, _ = filled(every[start::step], FIX)
        assert bridged.sum() == pytest.approx(whole.sum(), rel=0.05)


def test_a_cone_drawn_on_every_third_slice_is_restored_between_its_planes() -> None:
    radius = {z: 22.0 - 0.7 * (z - 5) for z in range(5, 33)}
    whole, _ = filled([circle(z, r) for z, r in radius.items()], Policy())
    bridged, _ = filled([circle(z, radius[z]) for z in range(5, 33, 3)], FIX)
    assert_array_equal(bridged[5:33:3], whole[5:33:3])
    difference = np.count_nonzero(bridged[5:33] ^ whole[5:33]) / np.count_nonzero(whole[5:33])
    assert difference < 0.03
    assert np.count_nonzero(bridged[5:33]) == pytest.approx(np.count_nonzero(whole[5:33]), rel=0.015)


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


@pytest.mark.parametrize("centre", [(CENTRE, CENTRE), (10.3, 50.3)], ids=["above the ROI", "beside it"])
def test_a_click_left_on_a_far_slice_is_told_and_never_bridged(centre: tuple[float, float]) -> None:
    contours = [*(circle(z, 8) for z in range(5, 25)), circle(35, 1.2, centre=centre)]
    for policy in (Policy(), FIX):
        array, notes = filled(contours, policy)
        assert [note.code for note in notes] == ["W_STRAY_CONTOURS"]
        assert "1 contours with" in notes[0].sentence
        assert "% of the ROI's voxels lie apart from the rest, at z = 15 mm" in notes[0].sentence
        assert array[35].any()
        assert not array[25:35].any()


def test_a_small_last_plane_of_a_roi_drawn_on_every_third_slice_is_no_stray() -> None:
    contours = [circle(z, 9 if z < 26 else 1.2) for z in range(5, 28, 3)]
    assert [note.code for note in filled(contours, Policy())[1]] == ["W_GAP"]


def test_a_second_body_is_no_stray() -> None:
    contours = [circle(z, 8) for z in range(5, 20)] + [circle(z, 5, centre=(10.3, 10.3)) for z in range(30, 34)]
    assert filled(contours, Policy())[1] == []


def test_parts_of_other_places_or_sizes_are_no_gap() -> None:
    # One part ends at slice 15, another of a quarter of its size begins above it at 20; a body beside them goes on.
    contours = [circle(z, 6, centre=(15.3, 15.3)) for z in range(10, 16)]
    contours += [circle(z, 3, centre=(15.3, 15.3)) for z in range(20, 25)]
    contours += [circle(z, 6, centre=(45.3, 45.3)) for z in range(10, 30)]
    assert filled(contours, Policy())[1] == []


def test_holes_go_on_between_planes() -> None:
    ring = [circle(z, r) for z in range(10, 30, 2) for r in (12, 5)]
    bridged, _ = filled(ring, FIX)
    assert_array_equal(bridged[11], bridged[10])
    assert not bridged[11, 31, 31]


def shape(inside: npt.NDArray[np.bool_], z: float, contour: Contour, grid: Geometry = GRID) -> Shape:
    vertices = grid.mm_to_index(contour.points_xyz_mm)[:, 1:] * np.array(grid.spacing_zyx_mm[1:])
    return Shape(z, inside, vertices, np.array([0, len(vertices)]))


circles = st.tuples(st.floats(4, 9), st.floats(26, 36), st.floats(26, 36))


@settings(max_examples=40, deadline=None)
@given(circles, circles, st.integers(2, 9))
def test_interpolated_shapes_lie_between_what_both_planes_and_what_either_has(
    one: tuple[float, float, float], other: tuple[float, float, float], steps: int
) -> None:
    contours = [circle(3, r, centre=(y, x)) for r, y, x in (one, other)]
    below, above = (filled([contour], Policy())[0][3] for contour in contours)
    made = list(between(shape(below, 0, contours[0]), shape(above, steps, contours[1]), range(steps + 1), (1.0, 1.0)))
    assert_array_equal(made[0], below)
    assert_array_equal(made[-1], above)
    assert all((array >= (below & above)).all() and (array <= (below | above)).all() for array in made)


@settings(max_examples=40, deadline=None)
@given(circles, st.floats(0, 3), st.floats(0, 2 * np.pi), st.integers(2, 9))
def test_where_one_plane_lies_in_the_other_slices_grow_towards_the_larger(
    inner: tuple[float, float, float], room: float, towards: float, steps: int
) -> None:
    radius, y, x = inner
    centre = (y + 0.99 * room * np.sin(towards), x + 0.99 * room * np.cos(towards))
    contours = [circle(3, radius, centre=(y, x)), circle(3, radius + room, centre=centre)]
    below, above = (filled([contour], Policy())[0][3] for contour in contours)
    made = list(between(shape(below, 0, contours[0]), shape(above, steps, contours[1]), range(steps + 1), (1.0, 1.0)))
    assert all((low <= high).all() for low, high in pairwise(made))


def test_distances_are_in_mm_where_pixels_are_no_squares() -> None:
    # Half way between bars of 2 mm and 6 mm width lies one of 4 mm: 8 columns of 0.5 mm, in 4 rows of 4 mm.
    grid = Geometry((9, 12, 40), (1.0, 4.0, 0.5))

    def bar(z: float, half_height_mm: float, half_width_mm: float) -> Contour:
        y, x = half_height_mm / 4.0, half_width_mm / 0.5
        corners = [(-y, -x), (-y, x), (y, x), (y, -x)]
        return Contour(grid.index_to_mm([(z, 5.5 + dy, 19.5 + dx) for dy, dx in corners]))

    array, _ = filled([bar(2, 8, 1), bar(4, 8, 3)], FIX, grid)
    wanted = np.zeros((12, 40), dtype=bool)
    wanted[4:8, 16:24] = True
    assert_array_equal(array[3], wanted)


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[st.integers(-50, 50)] * 3), st.integers(2, 3), st.booleans())
def test_image_and_contours_moved_or_turned_together_give_the_same_voxels(
    shift: tuple[int, int, int], step: int, turned: bool
) -> None:
    contours = [circle(z, 7 + 0.2 * z) for z in range(9, 30, step)]
    here, notes = filled(contours, FIX)
    grid = Geometry(
        GRID.size_zyx, GRID.spacing_zyx_mm, tuple(a + b for a, b in zip(GRID.origin_xyz_mm, shift, strict=True))
    )
    if turned:  # stored from the other end: the same places, slices in reverse order
        x, y, z = grid.origin_xyz_mm
        grid = Geometry(grid.size_zyx, grid.spacing_zyx_mm, (x, y, z + 39.0), (1, 0, 0, 0, 1, 0, 0, 0, -1))
    moved = [Contour(contour.points_xyz_mm + np.array(shift, dtype=float)) for contour in contours]
    there, others = filled(moved, FIX, grid)
    assert_array_equal(there[::-1] if turned else there, here)
    assert [note.code for note in others] == [note.code for note in notes]
