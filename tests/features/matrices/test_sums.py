"""Sums over cells: which order of memory they take, and to which place each cell is added."""

import numpy as np

from radpipe.features.matrices.sums import by_direction, gathered, in_memory_order


def test_the_order_of_memory_is_told_with_the_axis_that_is_first() -> None:
    plain = np.zeros((3, 3, 2))
    found = in_memory_order(plain)
    assert found is not None
    assert found[1] is False
    turned = in_memory_order(plain.transpose(1, 0, 2))
    assert turned is not None
    assert turned[1] is True
    assert turned[0].flags.c_contiguous


def test_one_direction_and_directions_outside_are_left_to_numpy() -> None:
    assert in_memory_order(np.zeros((3, 3, 1))) is None
    assert in_memory_order(np.zeros((2, 3, 3)).transpose(1, 2, 0)) is None


def test_cells_are_added_to_their_direction_and_a_direction_without_cells_is_0() -> None:
    assert by_direction(np.array([0, 2, 0]), np.array([0.5, 1.0, 0.25]), 4).tolist() == [0.75, 0, 1, 0]


def test_probabilities_that_share_a_place_are_one() -> None:
    # Places are value * directions + direction: values 0, 0 and 2 of direction 1, of two directions.
    place = np.array([[0 * 2 + 1, 0 * 2 + 1], [2 * 2 + 1, 0 * 2 + 0]])
    table = gathered(place, np.array([[0.1, 0.2], [0.3, 0.4]]), 3, 2)
    np.testing.assert_allclose(table, [[0.4, 0.3], [0, 0], [0, 0.3]])
