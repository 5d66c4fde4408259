"""Volumes are read-only, finite, and of their grid's size."""

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.volume import Volume

from .grids import GRID


def test_a_volume_is_read_only_and_in_c_order() -> None:
    volume = Volume(np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)), GRID, "HU")
    assert volume.array.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        volume.array[0, 0, 0] = 1


def test_the_callers_array_stays_writeable() -> None:
    array = np.zeros((2, 3, 4))
    Volume(array, GRID)
    array[0, 0, 0] = 1
    assert array.flags.writeable


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_voxel_that_is_not_finite_is_refused_with_its_count(bad: float) -> None:
    array = np.zeros((2, 3, 4), dtype=np.float32)
    array[1, 1, :2] = bad
    with pytest.raises(InputError, match="E_NONFINITE  2 voxels are NaN or infinite"):
        Volume(array, GRID)


def test_infinities_of_both_signs_are_seen() -> None:
    array = np.zeros((2, 3, 4))
    array[0, 0, :2] = np.inf, -np.inf
    with pytest.raises(InputError, match="E_NONFINITE  2 voxels"):
        Volume(array, GRID)


def test_huge_finite_voxels_are_taken() -> None:
    array = np.full((2, 3, 4), np.finfo(np.float64).max)
    assert Volume(array, GRID).array.max() == np.finfo(np.float64).max


def test_array_and_grid_of_other_size_are_refused() -> None:
    with pytest.raises(ValueError, match=r"array of shape \(2, 3, 5\) on a grid of size \(2, 3, 4\)"):
        Volume(np.zeros((2, 3, 5)), GRID)
