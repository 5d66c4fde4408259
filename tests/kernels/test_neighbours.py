"""Dependences, tone differences and pairs against counting voxel by voxel, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.kernels.neighbours import count_dependences, half_offsets, pair_keys, sum_tone_differences, tone_pairs
from radpipe.kernels.runs import count_pairs_and_runs
from radpipe.kernels.spans import lay_out

from .volumes import Slots, at, distances, flat_axes, grid_of, kinds, moved, offsets_of, places, volumes


@given(volumes, distances, flat_axes, st.sampled_from([0, 1, 4, 10**6]), kinds)
@settings(max_examples=80)
def test_neighbourhood_equals_counting_voxel_by_voxel(
    slots: Slots, chosen: tuple[int, ...], flat_axis: int | None, alpha: int, kind: type
) -> None:
    offsets = offsets_of(slots, chosen, flat_axis)
    level = np.array([0, 2, 3, 7])
    pairs = np.zeros((len(offsets), 4, 4))
    dependence = np.zeros((3, 2 * len(offsets) + 1))
    difference, surrounded = np.zeros(3), np.zeros(3)
    for place in places(slots):
        own = int(level[slots[place]])
        near = []
        for a, offset in enumerate(offsets):
            pairs[a, slots[place], at(slots, moved(place, offset))] += 1
            near += [level[at(slots, moved(place, offset, times))] for times in (1, -1)]
        inside = [int(one) for one in near if one > 0]
        dependence[slots[place] - 1, sum(abs(one - own) <= alpha for one in inside)] += 1
        surrounded[slots[place] - 1] += bool(inside)
        difference[slots[place] - 1] += abs(own - sum(inside) / len(inside)) if inside else 0
    grid = grid_of(slots, max(chosen), kind)
    levels = lay_out(level[slots[slots > 0]].astype(kind), grid.spans, grid.layout.cells)
    for one in (grid.slots, levels):
        one.setflags(write=False)
    steps = grid.layout.steps(offsets)
    found = count_pairs_and_runs(grid.slots, grid.spans, steps, 3, 0, with_pairs=True)
    assert np.array_equal(found[0], pairs[:, 1:, 1:])
    assert np.array_equal(count_dependences(grid.slots, levels, grid.spans, steps, 3, alpha), dependence)
    sums, voxels = sum_tone_differences(grid.slots, levels, grid.spans, steps, 3)
    assert sums == pytest.approx(difference)
    assert np.array_equal(voxels, surrounded)
    for a, step in enumerate(steps):
        keys = pair_keys(grid.slots, grid.spans, step, 3)
        assert np.array_equal(np.bincount(keys, minlength=9).reshape(3, 3), pairs[a, 1:, 1:])


def test_half_of_the_offsets_stand_for_all() -> None:
    assert half_offsets((1,), (1, 3, 3)).tolist() == [[0, 1, 1], [0, 1, 0], [0, 1, -1], [0, 0, 1]]
    assert len(half_offsets((1, 2), (9, 9, 9))) == (5**3 - 1) // 2
    assert len(half_offsets((1,), (5, 1, 1), flat_axis=0)) == 0
    assert half_offsets((1,), (9, 9, 9), flat_axis=1).tolist() == [[1, 0, 1], [1, 0, 0], [1, 0, -1], [0, 0, 1]]


def test_tone_differences_of_three_voxels_by_hand() -> None:
    # Levels 1, 2, 4 in a row: neighbour means 2, 2.5 and 2, so differences 1, 0.5 and 2.
    grid = grid_of(np.array([[[1, 2, 3]]], dtype=np.uint32))
    steps = grid.layout.steps(half_offsets((1,), (1, 1, 3)))
    levels = lay_out(np.array([1, 2, 4], dtype=np.uint16), grid.spans, grid.layout.cells)
    dependence = count_dependences(grid.slots, levels, grid.spans, steps, 3, 0)
    difference, _ = sum_tone_differences(grid.slots, levels, grid.spans, steps, 3)
    assert difference.tolist() == [1, 0.5, 2]
    assert dependence.tolist() == [[1, 0, 0]] * 3


def test_tone_pairs_of_two_levels_by_hand() -> None:
    # p = 1/4, 3/4, gap 3: contrast 2 * 3/16 * 9; busyness 2 * |1/4 - 3|; complexity 2 * 3 * (2/4 + 3/8); strength 18.
    found = tone_pairs(np.array([1.0, 4.0]), np.array([0.25, 0.75]), np.array([2.0, 0.5]))
    assert found == pytest.approx((3.375, 5.5, 5.25, 18.0))
