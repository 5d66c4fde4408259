"""Planes: the patient's right is on the left of the screen, the front above, the head above, however a file lies."""

from itertools import permutations, product

import numpy as np
import pytest

from radpipe.drawing.planes import planes_of
from radpipe.geometry import Geometry
from radpipe.volume import Mask

SIZE_ZYX = (4, 5, 6)


def every_orientation() -> list[Geometry]:
    """Grids whose x, y and z axes run along any patient axes, in any sense."""
    grids = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            matrix = np.zeros((3, 3))
            for column, (axis, sign) in enumerate(zip(order, signs, strict=True)):
                matrix[axis, column] = sign
            grids.append(Geometry(SIZE_ZYX, (3.0, 2.0, 1.0), (0.0, 0.0, 0.0), tuple(matrix.ravel())))
    return grids


@pytest.mark.parametrize("grid", every_orientation())
def test_left_right_and_above_are_where_a_radiologist_expects_them(grid: Geometry) -> None:
    coordinates = np.stack(np.meshgrid(*map(np.arange, SIZE_ZYX), indexing="ij"), axis=-1)
    patient = grid.index_to_mm(coordinates)
    wanted = {"axial": ("x", "y", 1), "coronal": ("x", "z", -1), "sagittal": ("y", "z", -1)}
    for plane in planes_of(grid):
        across, down, sense = wanted[plane.name]
        shown = np.stack([plane.shown(patient[..., i], 0) for i in range(3)], axis=-1)
        assert shown.shape[:2] == plane.size_xy[::-1]
        assert (np.diff(shown[:, :, "xyz".index(across)], axis=1) > 0).all()
        assert (np.diff(shown[:, :, "xyz".index(down)], axis=0) * sense > 0).all()
        assert np.allclose(np.diff(shown[:, :, "xyz".index(across)], axis=1), plane.pixel_xy_mm[0])


def test_letters_of_the_three_planes() -> None:
    letters = [plane.letters for plane in planes_of(Geometry(SIZE_ZYX, (3.0, 1.0, 1.0)))]
    assert letters == [("R", "L", "A", "P"), ("R", "L", "S", "I"), ("A", "P", "S", "I")]


@pytest.mark.parametrize("grid", every_orientation())
def test_the_region_of_a_mask_lies_where_the_whole_array_would_be_shown(grid: Geometry) -> None:
    array = np.zeros(SIZE_ZYX, dtype=bool)
    array[1:3, 2:5, 1] = True
    array[2, 3, 2:4] = True
    mask = Mask.of(array, grid)
    for plane in planes_of(grid):
        for index in range(SIZE_ZYX[plane.axis]):
            whole = plane.shown(array, index)
            region = plane.region(mask, index)
            placed = np.zeros_like(whole)
            if region is not None:
                flat, (x, y) = region
                placed[y : y + flat.shape[0], x : x + flat.shape[1]] = flat
            np.testing.assert_array_equal(placed, whole)


def test_an_oblique_image_is_named_by_the_nearest_plane() -> None:
    turn = np.deg2rad(20)
    matrix = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    names = [plane.name for plane in planes_of(Geometry(SIZE_ZYX, (3.0, 1.0, 1.0), (0, 0, 0), tuple(matrix.ravel())))]
    assert names == ["axial", "coronal", "sagittal"]
