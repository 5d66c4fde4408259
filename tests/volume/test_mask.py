"""Masks are kept as the voxels of their box."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.volume import Mask

from .grids import BOX, GRID


def test_a_mask_counts_its_voxels_and_volume() -> None:
    array = np.zeros((2, 3, 4), dtype=bool)
    array[0, 0, :3] = True
    mask = Mask.of(array, GRID)
    assert (mask.voxel_count, mask.volume_mm3) == (3, 4.5)


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(InputError, match="E_EMPTY_ROI"):
        Mask.of(np.zeros((2, 3, 4), dtype=bool), GRID)


def test_a_mask_of_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="a mask is bool, not uint8"):
        Mask.of(np.ones((2, 3, 4), dtype=np.uint8), GRID)


def test_a_mask_keeps_the_smallest_box_and_its_voxels() -> None:
    array = np.zeros((2, 3, 4), dtype=bool)
    array[0, 1, 2] = array[0, 2, 3] = True
    mask = Mask.of(array, GRID)
    assert mask.box == BOX
    assert mask.crop.tolist() == [[[True, False], [False, True]]]
    with pytest.raises(ValueError, match="read-only"):
        mask.crop[0, 0, 0] = False


@given(hnp.arrays(np.bool_, (2, 3, 4)).filter(np.any))
def test_the_full_array_is_the_one_that_the_mask_was_made_of(array: np.ndarray) -> None:
    mask = Mask.of(array, GRID)
    assert np.array_equal(mask.full_array(), array)
    again = Mask(mask.box, mask.crop, GRID)
    assert np.array_equal(again.full_array(), array)


@given(
    hnp.arrays(np.bool_, (2, 3, 4)).filter(np.any),
    hnp.arrays(np.bool_, (2, 3, 4)).filter(np.any),
    st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)),
)
def test_parts_and_common_voxels_are_those_of_the_full_arrays(
    one: np.ndarray, other: np.ndarray, low: tuple[int, int, int]
) -> None:
    box = tuple(slice(a, n) for a, n in zip(low, (2, 3, 4), strict=True))
    assert np.array_equal(Mask.of(one, GRID).part(box), one[box])
    assert Mask.of(one, GRID).common_voxels(Mask.of(other, GRID)) == np.count_nonzero(one & other)


def test_a_mask_does_not_keep_the_array_that_it_was_made_of() -> None:
    grid = Geometry((64, 256, 256), (1.0, 1.0, 1.0))
    tracemalloc.start()
    try:
        array = np.zeros(grid.size_zyx, dtype=bool)
        array[30:34, 100:110, 100:110] = True
        mask = Mask.of(array, grid)
        del array
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert mask.voxel_count == 400
    assert kept < 20_000  # the whole array has 4 MB


@pytest.mark.parametrize(
    ("box", "shape", "message"),
    [
        ((slice(0, 1), slice(1, 3), slice(2, 5)), (1, 2, 3), r"box 0:1, 1:3, 2:5 leaves a grid of size \(2, 3, 4\)"),
        ((slice(-1, 1), slice(1, 3), slice(2, 4)), (2, 2, 2), r"box -1:1, 1:3, 2:4 leaves a grid"),
        (BOX, (1, 2, 3), r"voxels of shape \(1, 2, 3\) in a box of shape \(1, 2, 2\)"),
    ],
)
def test_a_box_that_does_not_fit_is_refused(box: tuple[slice, slice, slice], shape: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Mask(box, np.ones(shape, dtype=bool), GRID)


def test_a_box_that_is_not_the_smallest_is_refused_and_narrowed_by_within() -> None:
    crop = np.array([[[True, False], [False, False]]])
    with pytest.raises(ValueError, match="box 0:1, 1:3, 2:4 is not the smallest around its voxels"):
        Mask(BOX, crop, GRID)
    assert Mask.within(BOX, crop, GRID).box == (slice(0, 1), slice(1, 2), slice(2, 3))


def test_masks_of_other_grids_have_nothing_in_common() -> None:
    mask = Mask.of(np.ones((2, 3, 4), dtype=bool), GRID)
    other = Mask.of(np.ones((2, 3, 4), dtype=bool), Geometry((2, 3, 4), (3.0, 1.0, 1.0)))
    with pytest.raises(ValueError, match="masks on different grids"):
        mask.common_voxels(other)
