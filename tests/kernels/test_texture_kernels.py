"""Texture kernels against slow twins in plain Python, compiled and not, on read-only arrays, and hand counts."""

from collections import Counter
from itertools import product
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.features.inputs import Grid, padded
from radpipe.kernels import neighbours, runs, spans, zones
from radpipe.kernels.neighbours import count_dependences, half_offsets, pair_keys, sum_tone_differences, tone_pairs
from radpipe.kernels.runs import count_pairs_and_runs
from radpipe.kernels.spans import lay_out
from radpipe.kernels.zones import examination, zone_sizes

Slots = npt.NDArray[np.uint32]
kinds = st.sampled_from([np.uint16, np.uint32])
volumes = hnp.arrays(
    np.uint32, hnp.array_shapes(min_dims=3, max_dims=3, max_side=5), elements=st.integers(0, 3)
).filter(np.any)
flat_axes = st.sampled_from([None, 0, 1, 2])
distances = st.sampled_from([(1,), (2,), (1, 2)])


def grid_of(slots: Slots, reach: int = 1, kind: type = np.uint16) -> Grid:
    return padded(slots[slots > 0].astype(kind), slots > 0, reach)


def at(slots: Slots, place: tuple[int, ...]) -> int:
    inside = all(0 <= one < size for one, size in zip(place, slots.shape, strict=True))
    return int(slots[place]) if inside else 0


def moved(place: tuple[int, ...], offset: npt.NDArray[np.int64], times: int = 1) -> tuple[int, ...]:
    return tuple(int(a + times * b) for a, b in zip(place, offset, strict=True))


def places(slots: Slots) -> list[tuple[int, ...]]:
    return [place for place in product(*map(range, slots.shape)) if slots[place] > 0]


def offsets_of(slots: Slots, chosen: tuple[int, ...], flat_axis: int | None) -> npt.NDArray[np.int64]:
    nz, ny, nx = slots.shape
    return half_offsets(chosen, (nz, ny, nx), flat_axis)


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


def test_levels_and_places_that_leave_16_bits_are_counted_in_32() -> None:
    # 65,530 levels in a row, then the last of them eight times: one run of eight, all others of one.
    slots = np.concatenate([np.arange(1, 65531), np.full(7, 65530)]).astype(np.uint16).reshape(1, 1, -1)
    grid = grid_of(slots.astype(np.uint32))
    _, found = count_pairs_and_runs(grid.slots, grid.spans, np.array([1]), 65530, 10, with_pairs=False)
    assert np.array_equal(np.argwhere(found[0, -2:]), [[0, 0], [1, 7]])
    assert found.sum() == 65530


@given(volumes, flat_axes)
@settings(max_examples=120)
def test_zones_equal_flood_fill(slots: Slots, flat_axis: int | None) -> None:
    offsets = offsets_of(slots, (1,), flat_axis)
    expected: Counter[tuple[int, int]] = Counter()
    left = set(places(slots))
    while left:
        waiting, size = [left.pop()], 0
        slot = int(slots[waiting[0]])
        while waiting:
            place, size = waiting.pop(), size + 1
            for offset, times in product(offsets, (1, -1)):
                other = moved(place, offset, times)
                if other in left and slots[other] == slot:
                    left.remove(other)
                    waiting.append(other)
        expected[slot, size] += 1
    grid = grid_of(slots)
    order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
    steps = grid.layout.steps(offsets)
    nothing_spared = np.full(len(apart), 2 ** len(apart) - 1, dtype=np.uint32) ^ (
        1 << np.arange(len(apart), dtype=np.uint32)
    )
    for sparing, ordered in ((apart, steps[order]), (nothing_spared, steps)):
        found = zone_sizes(grid.slots, grid.spans, ordered, sparing, lowest)
        assert Counter(zip(*(one.tolist() for one in found), strict=True)) == expected


@pytest.mark.parametrize("module", [neighbours, runs, spans, zones])
def test_kernels_uncompiled_give_the_same(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = np.random.default_rng(5).integers(0, 4, (4, 5, 6)).astype(np.uint32)
    offsets = offsets_of(slots, (1,), None)
    grid = grid_of(slots)
    steps = grid.layout.steps(offsets)
    order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
    arguments = {
        "spans_of": (slots > 0, 1),
        "lay_out": (slots[slots > 0], grid.spans, grid.layout.cells),
        "count_dependences": (grid.slots, grid.slots, grid.spans, steps, 3, 0),
        "sum_tone_differences": (grid.slots, grid.slots, grid.spans, steps, 3),
        "pair_keys": (grid.slots, grid.spans, steps[0], 3),
        "tone_pairs": (np.array([1.0, 4.0]), np.array([0.25, 0.75]), np.array([2.0, 0.5])),
        "_count": (grid.slots, grid.spans, steps, 3, 6, True),
        "zone_sizes": (grid.slots, grid.spans, steps[order], apart, lowest),
        "zone_numbers": (grid.slots, grid.spans, steps[order], apart, lowest),
    }
    kernels = {name: one for name, one in vars(module).items() if hasattr(one, "py_func")}
    compiled = {name: kernels[name](*arguments[name]) for name in kernels if name in arguments}
    for name, kernel in kernels.items():
        monkeypatch.setattr(module, name, kernel.py_func)
    for name, expected in compiled.items():
        plain = getattr(module, name)(*arguments[name])
        for one, other in zip(plain, expected, strict=True):
            assert np.array_equal(one, other), name


def test_half_of_the_offsets_stand_for_all() -> None:
    assert half_offsets((1,), (1, 3, 3)).tolist() == [[0, 1, 1], [0, 1, 0], [0, 1, -1], [0, 0, 1]]
    assert len(half_offsets((1, 2), (9, 9, 9))) == (5**3 - 1) // 2
    assert len(half_offsets((1,), (5, 1, 1), flat_axis=0)) == 0


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
