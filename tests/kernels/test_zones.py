"""Zones against flood fill, and such as grow together late against SciPy and by hand."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import ndimage

from radpipe.features.inputs import padded
from radpipe.kernels.neighbours import half_offsets
from radpipe.kernels.zones import examination, zone_numbers, zone_sizes

from .volumes import Slots, flat_axes, grid_of, moved, offsets_of, places, volumes


def zones(slots: Slots, flat_axis: int | None = None) -> Counter[tuple[int, int]]:
    grid = padded(slots[slots > 0].astype(np.uint16), slots > 0, 1)
    nz, ny, nx = slots.shape
    offsets = half_offsets((1,), (nz, ny, nx), flat_axis)
    order, apart, lowest = examination(tuple(map(tuple, offsets.tolist())))
    arguments = (grid.slots, grid.spans, grid.layout.steps(offsets)[order], apart, lowest)
    found = zone_sizes(*arguments)
    slot, zone = zone_numbers(*arguments)
    assert slot.tolist() == found[0].tolist()
    assert np.bincount(zone, minlength=slot.size).tolist() == found[1].tolist()
    assert np.array_equal(slot[zone], slots[slots > 0])
    return Counter(zip(*(one.tolist() for one in found), strict=True))


def labelled(slots: Slots, flat_axis: int | None = None) -> Counter[tuple[int, int]]:
    touching = np.ones((3, 3, 3), dtype=bool)
    if flat_axis is not None:
        others = np.delete(np.arange(3), 1)
        for side in others:
            touching[(slice(None),) * flat_axis + (side,)] = False
    found: Counter[tuple[int, int]] = Counter()
    for slot in np.unique(slots[slots > 0]):
        labels, _ = ndimage.label(slots == slot, touching)
        found.update((int(slot), int(size)) for size in np.bincount(labels.ravel())[1:])
    return found


@pytest.mark.parametrize("flat_axis", [None, 0, 1, 2])
@pytest.mark.parametrize("share", [0.06, 0.1, 0.2, 0.35, 0.6])
def test_zones_of_sparse_volumes_are_scipys(share: float, flat_axis: int | None) -> None:
    # At these densities zones are long threads, whose parts meet three and more at a voxel.
    random = np.random.default_rng(int(100 * share))
    slots = np.where(random.random((14, 17, 19)) < share, random.integers(1, 3, (14, 17, 19)), 0).astype(np.uint32)
    assert zones(slots, flat_axis) == labelled(slots, flat_axis)


def test_a_voxel_joins_every_part_that_it_touches() -> None:
    # Four voxels that do not touch each other, and one behind them that touches all: one zone of five.
    slots = np.zeros((2, 3, 3), dtype=np.uint32)
    slots[0, ::2, ::2] = 1
    slots[1, 1, 1] = 1
    assert zones(slots) == Counter({(1, 5): 1})
    slots[1, 1, 1] = 2
    assert zones(slots) == Counter({(1, 1): 4, (2, 1): 1})


def test_a_comb_is_one_zone_though_its_teeth_meet_last() -> None:
    slots = np.zeros((1, 5, 9), dtype=np.uint32)
    slots[0, :4, ::2] = 1
    assert zones(slots) == Counter({(1, 4): 5})
    slots[0, 4, :] = 1
    assert zones(slots) == Counter({(1, 29): 1})


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
