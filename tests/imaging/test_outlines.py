"""Contours as outlines of a grid: area by the shoelace, what the image cuts of one, and twins."""

import numpy as np
import pytest

from radpipe.geometry import Geometry
from radpipe.imaging.outlines import Contour, Outline, area_within, length, place_all, without_twins

GRID = Geometry((4, 10, 12), (3.0, 2.0, 0.5), origin_xyz_mm=(100.0, -50.0, 30.0))


def square(x: float, y: float, side: float, z: float = 1.0) -> Contour:
    """A square in voxel indices, as points in mm."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    return Contour(np.array([(100 + 0.5 * a, -50 + 2.0 * b, 30 + 3.0 * z) for a, b in corners]))


def test_a_square_has_its_area_in_pixels_and_its_slice() -> None:
    (outline,) = place_all([square(2, 3, 4)], GRID)
    assert outline.area == pytest.approx(16)
    assert (outline.z, outline.span) == pytest.approx((1.0, 0.0))
    assert outline.vertices_yx.tolist() == [[3, 2], [3, 6], [7, 6], [7, 2]]


def test_vertices_on_a_voxel_centre_stay_on_it() -> None:
    # 0.1 mm is no binary fraction: 3 steps of it miss 0.3 by a rounding error.
    grid = Geometry((2, 9, 9), (1.0, 0.1, 0.1))
    points = np.array([(0.1 * 3, 0.1 * 3, 0.0), (0.7, 0.3, 0.0), (0.7, 0.7, 0.0)])
    (outline,) = place_all([Contour(points)], grid)
    assert outline.vertices_yx.tolist() == [[3, 3], [3, 7], [7, 7]]


def test_no_contours_give_no_outlines() -> None:
    assert place_all([], GRID) == []


def test_what_lies_beyond_the_border_is_cut_off() -> None:
    # The image ends half a voxel beyond its outer centres: at -0.5 and at 11.5 in x.
    inside, left, right, outside = place_all(
        [square(2, 3, 4), square(-2, 3, 4), square(9, 3, 4), square(30, 3, 4)], GRID
    )
    assert area_within(inside, GRID) == pytest.approx(16)
    assert area_within(left, GRID) == pytest.approx(4 * 2.5)
    assert area_within(right, GRID) == pytest.approx(4 * 2.5)
    assert area_within(outside, GRID) == 0


def test_a_square_is_as_long_as_its_sides() -> None:
    (outline,) = place_all([square(2, 3, 4)], GRID)
    assert length(outline) == pytest.approx(16)


def turned(contour: Contour, places: int, *, backwards: bool = False, closed: bool = False) -> Contour:
    """The same ring from another corner, the other way round, or with its first corner once more at the end."""
    points = np.roll(contour.points_xyz_mm, places, axis=0)[:: -1 if backwards else 1]
    return Contour(np.concatenate([points, points[:1]]) if closed else points)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("closed", [False, True])
def test_a_ring_is_its_twin_wherever_it_begins_and_whichever_way_it_runs(backwards: bool, closed: bool) -> None:
    twin = turned(square(2, 3, 4), 2, backwards=backwards, closed=closed)
    kept, count = without_twins(place_all([square(2, 3, 4), twin], GRID))
    assert (len(kept), count) == (1, 1)


def test_rings_of_other_slices_places_or_shapes_are_no_twins() -> None:
    others = [square(2, 3, 4, z=2), square(2.01, 3, 4), square(2, 3, 4.01), square(2, 3, 4)]
    kept, count = without_twins(place_all(others, GRID))
    assert (len(kept), count) == (4, 0)
    assert all(isinstance(one, Outline) for one in kept)
