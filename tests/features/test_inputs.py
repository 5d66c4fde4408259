"""What a feature class is given: ranks of the gray levels that occur, and where voxels lie on a padded grid."""

import numpy as np
import pytest

from radpipe.features.inputs import GrayLevels, Layout, padded
from radpipe.features.tally import Tally
from radpipe.kernels.neighbours import half_offsets


def test_levels_that_occur_are_ranked_and_counted() -> None:
    gray = GrayLevels.of(np.array([7, 2, 2, 40, 7, 2]))
    assert gray.slots.tolist() == [2, 1, 1, 3, 2, 1]
    assert gray.present.tolist() == [2, 7, 40]
    assert gray.voxels.tolist() == [3, 2, 1]
    assert gray.highest == 40


@pytest.mark.parametrize(
    ("highest", "kind"),
    [(2**8 - 2, np.uint8), (2**8 - 1, np.uint16), (2**16 - 2, np.uint16), (2**16 - 1, np.uint32)],
)
def test_ranks_take_8_or_16_bits_while_all_levels_fit(highest: int, kind: type) -> None:
    assert GrayLevels.of(np.array([1, highest])).slots.dtype == kind


def test_levels_of_a_tally_are_those_of_the_voxels() -> None:
    values = np.array([-4, 9, 9, 0, 3, 9, -4], dtype=np.int16)
    tally = Tally.of(np.tile(values, 20))
    assert tally is not None
    table = np.floor((tally.numbers + 4) / 4).astype(np.uint8) + 1
    found = GrayLevels.of_tally(np.tile(values, 20), tally, table)
    expected = GrayLevels.of(np.tile((values + 4) // 4 + 1, 20))
    assert found.slots.dtype == expected.slots.dtype
    assert found.slots.tolist() == expected.slots.tolist()
    assert found.level.tolist() == expected.level.tolist() == [0, 1, 2, 4]
    assert found.voxels.tolist() == expected.voxels.tolist()


def test_a_step_to_a_neighbour_never_leaves_the_grid() -> None:
    mask = np.ones((2, 3, 4), dtype=bool)
    layout = Layout.of(mask, 2)
    assert layout.cells == 6 * 7 * 8
    assert layout.voxels == 24
    assert layout.steps(np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, -1, 2]])).tolist() == [1, 8, 56, 50]
    starts, stops, _ = layout.spans
    farthest = int(layout.steps(half_offsets((2,), (9, 9, 9))).max())
    assert starts.min() - farthest >= 0
    assert stops.max() - 1 + farthest < layout.cells


def test_levels_stand_in_the_place_of_their_ranks() -> None:
    gray = GrayLevels.of(np.array([5, 9]))
    grid = padded(gray.slots, np.array([[[True, False, True]]]), 1)
    assert grid.levels(gray)[grid.slots > 0].tolist() == [5, 9]
    assert grid.levels(gray)[grid.slots == 0].tolist() == [0] * (grid.layout.cells - 2)


def test_where_every_level_occurs_ranks_are_levels() -> None:
    gray = GrayLevels.of(np.array([1, 2, 2]))
    grid = padded(gray.slots, np.array([[[True, True, True]]]), 1)
    assert grid.levels(gray) is grid.slots
