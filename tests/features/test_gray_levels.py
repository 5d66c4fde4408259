"""Bins are multiples of the width; the maximum on an edge has a bin of its own (PyRadiomics' docstring example)."""

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.gray_levels import bin_edges, gray_levels


def levels_of(values, *, width=25, count=None):
    values = np.asarray(values)
    return gray_levels(values, bin_edges(values, width=width, count=count, max_bins=1000)).tolist()


def test_a_maximum_on_an_edge_starts_a_bin():
    # Hand count: edges 50, 75, 100, 125; 100 belongs to [100, 125).
    assert levels_of([54, 74, 75, 100]) == [1, 1, 2, 3]


def test_negative_values_start_at_the_multiple_below():
    # Hand count: -60 lies in [-75, -50), 0 in [0, 25).
    assert levels_of([-60.0, 0.0]) == [1, 4]


def test_a_constant_roi_has_one_level():
    assert levels_of([50, 50, 50]) == [1, 1, 1]
    assert levels_of([7.5, 7.5]) == [1, 1]


def test_a_bin_count_divides_the_range_and_keeps_the_maximum():
    # Hand count: four bins over 0 .. 8 are 2 wide; 8 stays in the last.
    assert levels_of([0.0, 1.9, 2.0, 7.9, 8.0], width=None, count=4) == [1, 1, 2, 4, 4]


def test_far_too_small_a_width_is_refused_with_the_number_of_bins():
    with pytest.raises(InputError, match=r"E_TOO_MANY_BINS.*0\.001 .*gives 3000001 bins, more than 1000"):
        levels_of([0.0, 3000.0], width=0.001)
