"""Shapes between two planes."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from radpipe.errors import Policy
from radpipe.geometry import Geometry
from radpipe.imaging.outlines import Contour
from radpipe.imaging.plane_shapes import Shape, between

from .circles import FIX, GRID, circle, filled


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
