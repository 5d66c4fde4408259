"""The polygon kernel against an exact crossing count in fractions, and its rule for centres on an edge."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from numpy.testing import assert_array_equal

from radpipe.kernels import polygon
from radpipe.kernels.polygon import distance_to_edges, fill_even_odd

SIZE = (9, 11)


def exact_fill(polygons: list[list[tuple[float, float]]], size: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Count, in fractions, the edges that a ray to greater x crosses; an edge owns its end of smaller y."""
    inside = np.zeros(size, dtype=bool)
    for row in range(size[0]):
        for column in range(size[1]):
            for vertices in polygons:
                for (ya, xa), (yb, xb) in zip(vertices, vertices[1:] + vertices[:1], strict=True):
                    (y0, x0), (y1, x1) = sorted([(Fraction(ya), Fraction(xa)), (Fraction(yb), Fraction(xb))])
                    if y0 <= row < y1 and x0 + (row - y0) * (x1 - x0) / (y1 - y0) <= column:
                        inside[row, column] ^= True
    return inside


def fill(polygons: list[list[tuple[float, float]]], size: tuple[int, int] = SIZE) -> npt.NDArray[np.bool_]:
    starts = np.cumsum([0, *map(len, polygons)])
    return fill_even_odd(np.array([v for one in polygons for v in one], dtype=float).reshape(-1, 2), starts, size)


quarters = st.integers(-12, 52).map(lambda n: n / 4)
vertices = st.lists(st.tuples(quarters, quarters), min_size=1, max_size=9)


@given(st.lists(vertices, min_size=1, max_size=3))
@settings(max_examples=150)
def test_the_kernel_equals_the_exact_crossing_count_even_on_edges(polygons: list[list[tuple[float, float]]]) -> None:
    assert_array_equal(fill(polygons), exact_fill(polygons, SIZE))


@given(st.lists(vertices, min_size=1, max_size=2))
@settings(max_examples=25)
def test_the_kernel_uncompiled_gives_the_same(polygons: list[list[tuple[float, float]]]) -> None:
    plain = np.zeros(SIZE, dtype=bool)
    points = np.array([v for one in polygons for v in one], dtype=float).reshape(-1, 2)
    polygon._toggle.py_func(points, np.cumsum([0, *map(len, polygons)]), plain, 0, 0)  # type: ignore[attr-defined]
    assert_array_equal(fill(polygons), plain)


@given(st.floats(1.0, 14.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(3, 60))
@settings(max_examples=60)
def test_star_shapes_equal_matplotlib(radius: float, dy: float, dx: float, n: int) -> None:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    points = np.stack([16 + dy + radius * np.sin(angle), 15 + dx + radius * np.cos(angle)], axis=1)
    y, x = np.mgrid[:32, :32]
    centres = np.stack([y.ravel(), x.ravel()], axis=1)
    outline = Outline(points)
    wanted = outline.contains_points(centres)
    clear = outline.contains_points(centres, radius=1e-6) == outline.contains_points(centres, radius=-1e-6)
    found = fill_even_odd(points, np.array([0, n]), (32, 32)).ravel()
    assert_array_equal(found[clear], wanted[clear])


@given(st.integers(0, 3), st.integers(0, 3), st.integers(1, 5), st.integers(1, 5))
def test_a_box_between_voxel_centres_holds_as_many_voxels_as_its_area(y: int, x: int, h: int, w: int) -> None:
    box = [(float(y), float(x)), (float(y), float(x + w)), (float(y + h), float(x + w)), (float(y + h), float(x))]
    wanted = np.zeros(SIZE, dtype=bool)
    wanted[y : y + h, x : x + w] = True
    assert_array_equal(fill([box]), wanted)
    assert_array_equal(fill([box[::-1]]), wanted)
    assert_array_equal(fill([[*box, box[0]]]), wanted)


def test_polygons_that_share_an_edge_share_no_voxel_and_leave_none_out() -> None:
    left = [(0.0, 0.0), (0.0, 3.0), (8.0, 6.0), (8.0, 0.0)]
    right = [(0.0, 3.0), (0.0, 10.0), (8.0, 10.0), (8.0, 6.0)]
    whole = [(0.0, 0.0), (0.0, 10.0), (8.0, 10.0), (8.0, 0.0)]
    assert not (fill([left]) & fill([right])).any()
    assert_array_equal(fill([left]) | fill([right]), fill([whole]))


@given(
    st.lists(st.tuples(st.floats(-3, 12), st.floats(-3, 14)), min_size=3, max_size=8),
    st.tuples(st.integers(0, 7), st.integers(0, 9)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_a_part_of_the_grid_holds_the_voxels_of_the_whole(
    points: list[tuple[float, float]], first: tuple[int, int], size: tuple[int, int]
) -> None:
    vertices, starts = np.array(points), np.array([0, len(points)])
    whole = fill_even_odd(vertices, starts, (12, 14))
    part = fill_even_odd(vertices, starts, size, first)
    assert_array_equal(part, whole[first[0] : first[0] + size[0], first[1] : first[1] + size[1]])


def test_read_only_arrays_are_taken() -> None:
    points = np.array([[0.5, 0.5], [0.5, 3.5], [3.5, 3.5], [3.5, 0.5]])
    points.flags.writeable = False
    assert fill_even_odd(points, np.array([0, 4]), (5, 5)).sum() == 9


def test_no_polygon_is_no_voxel() -> None:
    assert not fill_even_odd(np.empty((0, 2)), np.array([0]), (3, 3)).any()


@pytest.mark.parametrize(
    ("points", "starts", "match"),
    [([[0.0, np.nan]] * 3, [0, 3], "finite"), ([[0.0, 0.0]] * 3, [0, 2], "starts"), ([[0.0, 0.0]], [1, 1], "starts")],
)
def test_wrong_arguments_are_refused(points: list[list[float]], starts: list[int], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        fill_even_odd(np.array(points), np.array(starts), (4, 4))


@given(
    st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=6),
    st.lists(st.tuples(st.floats(-12, 12), st.floats(-12, 12)), min_size=1, max_size=5),
)
def test_distances_to_edges_are_those_of_points_sampled_along_them(
    vertices: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    polygon_points, asked = np.array(vertices), np.array(points)
    share = np.linspace(0, 1, 401)[:, None, None]
    edges = polygon_points + share * (np.roll(polygon_points, -1, axis=0) - polygon_points)  # samples of every edge
    nearest = np.sqrt(((asked[:, None, None] - edges) ** 2).sum(axis=-1)).min(axis=(1, 2))
    found = distance_to_edges(asked, polygon_points, np.array([0, len(vertices)]))
    longest = np.sqrt(((np.roll(polygon_points, -1, axis=0) - polygon_points) ** 2).sum(axis=1)).max()
    assert (found <= nearest + 1e-9).all()
    assert (found >= nearest - longest / 800 - 1e-9).all()


def test_distances_uncompiled_are_the_same_and_without_polygon_infinite() -> None:
    square, points = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]]), np.array([[1.0, 2.0], [7.0, 8.0]])
    plain = np.full(2, np.inf)
    polygon._nearest_edge.py_func(points, square, np.array([0, 4]), plain)  # type: ignore[attr-defined]
    assert plain.tolist() == [1.0, 25.0]
    assert np.isinf(distance_to_edges(points, np.empty((0, 2)), np.array([0]))).all()
