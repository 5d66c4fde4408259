"""Geometry: index to patient space and back, and when two grids are the same."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from radpipe.geometry import Geometry

length = st.floats(0.1, 10.0)
place = st.floats(-500.0, 500.0)


@st.composite
def geometries(draw: st.DrawFn) -> Geometry:
    angles = draw(st.tuples(*[st.floats(-180.0, 180.0)] * 3))
    direction = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    if draw(st.booleans()):
        direction = direction @ np.diag([1.0, 1.0, -1.0])
    return Geometry(
        draw(st.tuples(*[st.integers(1, 40)] * 3)),
        draw(st.tuples(length, length, length)),
        draw(st.tuples(place, place, place)),
        tuple(direction.ravel().tolist()),
    )


@given(geometries(), st.tuples(place, place, place))
def test_patient_space_and_index_are_inverse(grid: Geometry, point: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(grid.index_to_mm(grid.mm_to_index(point)), point, atol=1e-8)


@given(geometries())
def test_a_grid_is_itself_after_json(grid: Geometry) -> None:
    assert Geometry.from_json(json.loads(json.dumps(grid.to_json()))) == grid


def test_axial_index_by_hand() -> None:
    # Slices upward, rows to posterior (+y), columns to left (+x): z 2 of 3 mm, y 1 of 0.5 mm, x 3 of 0.25 mm.
    grid = Geometry((5, 5, 5), (3.0, 0.5, 0.25), (10.0, 20.0, 30.0))
    np.testing.assert_allclose(grid.index_to_mm([2, 1, 3]), [10.75, 20.5, 36.0])


def test_sagittal_index_by_hand() -> None:
    # Columns run along patient y, rows along -z, slices along x.
    direction = (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0)
    grid = Geometry((4, 4, 4), (2.0, 1.0, 1.0), (0.0, 0.0, 0.0), direction)
    np.testing.assert_allclose(grid.index_to_mm([1, 2, 3]), [2.0, 3.0, -2.0])


@given(geometries(), st.floats(0.02, 3.0))
def test_a_shift_beyond_the_tolerance_is_another_grid(grid: Geometry, voxels: float) -> None:
    origin = grid.index_to_mm([0.0, 0.0, voxels])
    moved = Geometry(grid.size_zyx, grid.spacing_zyx_mm, tuple(origin.tolist()), grid.direction)
    assert not grid.same_grid(moved)
    assert grid.difference(moved)


@given(geometries(), st.floats(-0.009, 0.009))
def test_a_shift_within_the_tolerance_is_the_same_grid(grid: Geometry, voxels: float) -> None:
    origin = grid.index_to_mm([0.0, voxels, 0.0])
    moved = Geometry(grid.size_zyx, grid.spacing_zyx_mm, tuple(origin.tolist()), grid.direction)
    assert grid.same_grid(moved)
    assert grid.difference(moved) == ""


def test_a_difference_says_both_values() -> None:
    one = Geometry((4, 4, 4), (3.0, 1.0, 1.0))
    assert one.difference(Geometry((4, 4, 4), (2.0, 1.0, 1.0))) == "spacing z, y, x 3 x 1 x 1 and 2 x 1 x 1 mm"
    assert one.difference(Geometry((4, 4, 4), (3.0, 1.0, 1.0), (0.0, 3.0, 4.0))) == "origins 5 mm apart"


@pytest.mark.parametrize(
    ("size", "spacing", "direction", "complaint"),
    [
        ((0, 1, 1), (1.0, 1.0, 1.0), np.eye(3), "size_zyx must be three positive"),
        ((1, 1, 1), (1.0, -1.0, 1.0), np.eye(3), "spacing_zyx_mm must be three positive"),
        ((1, 1, 1), (1.0, float("nan"), 1.0), np.eye(3), "spacing_zyx_mm must be three positive"),
        ((1, 1, 1), (1.0, 1.0, 1.0), np.diag([1.0, 1.0, 1.1]), "direction must be orthonormal"),
    ],
)
def test_an_impossible_grid_is_refused(
    size: tuple[int, int, int], spacing: tuple[float, float, float], direction: np.ndarray, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Geometry(size, spacing, direction=tuple(direction.ravel().tolist()))
