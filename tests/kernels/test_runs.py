"""Runs against walking each line, in 8, 16 and 32 bits."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.kernels.runs import count_pairs_and_runs

from .volumes import Slots, at, flat_axes, grid_of, kinds, moved, offsets_of, places, volumes


@given(volumes, flat_axes, kinds, st.booleans())
@settings(max_examples=80)
def test_runs_equal_walking_each_line(slots: Slots, flat_axis: int | None, kind: type, with_pairs: bool) -> None:
    offsets = offsets_of(slots, (1,), flat_axis)
    expected = np.zeros((len(offsets), 3, max(slots.shape)))
    for (a, offset), place in product(enumerate(offsets), places(slots)):
        if at(slots, moved(place, offset, -1)) != slots[place]:
            length = 1
            while at(slots, moved(place, offset, length)) == slots[place]:
                length += 1
            expected[a, slots[place] - 1, length - 1] += 1
    grid = grid_of(slots, kind=kind)
    steps = grid.layout.steps(offsets)
    _, found = count_pairs_and_runs(grid.slots, grid.spans, steps, 3, max(slots.shape), with_pairs=with_pairs)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("length", [254, 255, 256, 600])
@pytest.mark.parametrize("axis", [1, 2])
def test_a_run_longer_than_8_bits_can_say_is_counted_whole(length: int, axis: int) -> None:
    # Level 2 in each line, broken once by level 1 after seven voxels.
    line = np.full(length + 8, 2, dtype=np.uint32)
    line[7] = 1
    slots = np.stack([line, line])[None] if axis == 2 else np.stack([line, line], axis=1)[None]
    grid = grid_of(slots, kind=np.uint8)
    steps = grid.layout.steps(np.array([[0, 1, 0] if axis == 1 else [0, 0, 1]]))
    pairs, found = count_pairs_and_runs(grid.slots, grid.spans, steps, 2, length + 8, with_pairs=True)
    assert [(*place, found[0][tuple(place)]) for place in np.argwhere(found[0])] == [
        (0, 0, 2),
        (1, 6, 2),
        (1, length - 1, 2),
    ]
    assert pairs[0].tolist() == [[0, 2], [2, 2 * (length + 5)]]


def test_levels_and_places_that_leave_16_bits_are_counted_in_32() -> None:
    # 65,530 levels in a row, then the last of them eight times: one run of eight, all others of one.
    slots = np.concatenate([np.arange(1, 65531), np.full(7, 65530)]).astype(np.uint16).reshape(1, 1, -1)
    grid = grid_of(slots.astype(np.uint32))
    _, found = count_pairs_and_runs(grid.slots, grid.spans, np.array([1]), 65530, 10, with_pairs=False)
    assert np.array_equal(np.argwhere(found[0, -2:]), [[0, 0], [1, 7]])
    assert found.sum() == 65530


def test_a_run_longer_than_16_bits_can_say_is_counted_in_32() -> None:
    grid = grid_of(np.ones((1, 1, 70_000), dtype=np.uint32))
    assert grid.slots.dtype == np.uint16
    _, found = count_pairs_and_runs(grid.slots, grid.spans, np.array([1]), 1, 70_000, with_pairs=False)
    assert np.argwhere(found[0]).tolist() == [[0, 69_999]]
