"""Arrays of voxels: frozen for the one who keeps them, and boxed."""

import numpy as np
import pytest

from radpipe.volume import bounding_box
from radpipe.volume.arrays import frozen, read_only

from .grids import GRID


def test_a_frozen_array_is_in_c_order_and_the_callers_own_stays_writeable() -> None:
    own = np.asfortranarray(np.zeros(GRID.size_zyx))
    kept = frozen(own, GRID)
    assert (kept.flags.c_contiguous, kept.flags.writeable, own.flags.writeable) == (True, False, True)
    with pytest.raises(ValueError, match=r"\(2, 3, 5\).*\(2, 3, 4\)"):
        frozen(np.zeros((2, 3, 5)), GRID)


def test_what_is_read_only_already_is_not_copied() -> None:
    array = np.zeros((2, 3))
    array.setflags(write=False)
    assert np.shares_memory(read_only(array), array)


def test_a_box_holds_all_that_is_set() -> None:
    array = np.zeros((4, 5, 6), dtype=bool)
    array[1, 2, 5] = array[3, 4, 0] = True
    assert bounding_box(array) == (slice(1, 4), slice(2, 5), slice(0, 6))
