"""Small volumes of ranks of gray levels, and how their voxels are looked at one by one."""

from itertools import product

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.features.inputs import Grid, padded
from radpipe.kernels.neighbours import half_offsets

Slots = npt.NDArray[np.uint32]
kinds = st.sampled_from([np.uint8, np.uint16, np.uint32])
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
