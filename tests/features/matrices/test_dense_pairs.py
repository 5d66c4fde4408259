"""Matrices with all cells: four voxels in a row by hand, one direction of several empty, weights, no neighbours."""

import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from radpipe.features.inputs import EPSILON

from .made import dense


def test_pairs_of_two_levels_by_hand() -> None:
    # Levels 1 1 3 3: pairs 11, 13, 33, and back: counts [[2, 1], [1, 2]] of 6.
    found = dense([[[1, 1, 3, 3]]])
    assert found is not None
    np.testing.assert_allclose(found.p[:, :, 0], [[1 / 3, 1 / 6], [1 / 6, 1 / 3]])
    np.testing.assert_allclose(found.px, [[0.5], [0.5]])
    np.testing.assert_allclose([found.ux, found.uy], [[2], [2]])
    # i + j is 2, 4 or 6 of 2 to 6; |i - j| is 0 or 2 of 0 to 2.
    np.testing.assert_allclose(found.p_sum[:, 0], [1 / 3, 0, 1 / 3, 0, 1 / 3])
    np.testing.assert_allclose(found.p_difference[:, 0], [2 / 3, 0, 1 / 3])
    assert found.entropy == pytest.approx([-2 / 3 * math.log2(1 / 3) - 1 / 3 * math.log2(1 / 6)])
    assert found.highest == 3


def test_pairs_are_counted_one_way_when_asked() -> None:
    found = dense([[[1, 1, 3, 3]]], symmetrical_glcm=False)
    assert found is not None
    np.testing.assert_allclose(found.p[:, :, 0], [[1 / 3, 1 / 3], [0, 1 / 3]])
    np.testing.assert_allclose([found.ux, found.uy], [[5 / 3], [7 / 3]])


def test_a_direction_without_pairs_is_left_out() -> None:
    # A step: right of 1 stands 2, below 2 stands 3; of the four directions of a plane the diagonals hold 1 3 only.
    found = dense([[[1, 2], [0, 3]]])
    assert found is not None
    assert found.p.shape == (3, 3, 3)
    np.testing.assert_allclose(found.total(found.p), [1, 1, 1])


def test_weighted_directions_are_one_matrix() -> None:
    # Along x 1 2 (0.5 mm), along y 1 3 (1 mm): weights exp(-1/4) and exp(-1) of each pair and its way back.
    found = dense([[[1, 2], [3, 0]]], weighting_norm="infinity")
    assert found is not None
    x, y, diagonal = math.exp(-0.25), math.exp(-1), math.exp(-1)
    total = 2 * (x + y + diagonal)
    np.testing.assert_allclose(found.p[:, :, 0], np.array([[0, x, y], [x, 0, diagonal], [y, diagonal, 0]]) / total)


def test_voxels_that_do_not_touch_have_no_matrix() -> None:
    assert dense([[[1, 0, 2]]]) is None


@pytest.mark.parametrize(("third", "absent"), [(3, []), (4, [3]), (6, [3, 4, 5])])
@pytest.mark.parametrize("symmetrical", [True, False])
def test_cells_lie_in_memory_as_pyradiomics_leaves_them(third: int, absent: list[int], symmetrical: bool) -> None:
    # NumPy adds in this order. PyRadiomics 3.0.1 (glcm.py) deletes the gray levels that do not occur from all of them.
    found = dense([[[1, 2, third], [third, 1, 2], [2, third, 1]]], symmetrical_glcm=symmetrical)
    assert found is not None
    cells = np.zeros((1, third, third, found.p.shape[2]))
    for axis in (1, 2):
        cells = np.delete(cells, np.array(absent, dtype=int) - 1, axis)
    if symmetrical:
        cells += np.transpose(cells, (0, 2, 1, 3)).copy()
    expected = (cells / np.ones((1, 1, 1, found.p.shape[2])))[0]
    assert (found.p.shape, found.p.strides) == (expected.shape, expected.strides)


@pytest.mark.parametrize("highest", [9, 60, 300])
def test_sums_over_listed_cells_are_those_over_all_to_the_last_bit(highest: int) -> None:
    levels = np.random.default_rng(highest).integers(0, highest + 1, (4, 7, 8))
    found = dense(levels.tolist())
    assert found is not None
    assert found.occupied is not None
    assert found.occupied.size == np.count_nonzero(found.p.any(axis=2))
    logarithm = np.log2(found.px[:, None, :] * found.py[None, :, :] + EPSILON)
    assert_array_equal(found.entropy, -np.sum(found.p * np.log2(found.p + EPSILON), axis=(0, 1)))
    assert_array_equal(found.cross_entropy(), -np.sum(found.p * logarithm, axis=(0, 1)))
