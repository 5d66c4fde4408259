"""ROIs whose planes leave slices out have their volume again where the policy says so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from radpipe.errors import Policy
from radpipe.geometry import Geometry
from radpipe.imaging.outlines import Contour

from .circles import FIX, GRID, circle, filled, gap_of


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


def test_holes_go_on_between_planes() -> None:
    ring = [circle(z, r) for z in range(10, 30, 2) for r in (12, 5)]
    bridged, _ = filled(ring, FIX)
    assert_array_equal(bridged[11], bridged[10])
    assert not bridged[11, 31, 31]


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
