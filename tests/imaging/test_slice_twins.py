"""Two slices at one position."""

from typing import Any

import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack

from .stacked import series


def test_a_slice_that_is_there_twice_is_used_once_and_told(make: Any) -> None:
    (one,) = series(make, [3.0])
    others = series(make, [0.0, 6.0])
    found = stack([Slice.of(data, str(i)) for i, data in enumerate([others[0], one, one, others[1]])], Policy())
    assert [each.path for each in found.slices if each is not None] == ["0", "1", "3"]
    assert [note.code for note in found.notes] == ["W_DUPLICATE_SLICE"]


@pytest.mark.parametrize(("apart_mm", "clash"), [(0.009, True), (1.5, False)])
def test_two_different_slices_at_one_position_are_refused(make: Any, apart_mm: float, clash: bool) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 1.5, 1.5 + apart_mm])]
    if clash:
        with pytest.raises(InputError, match=r"E_DUPLICATE_POSITION"):
            stack(slices, Policy())
    else:
        assert len(stack(slices, Policy()).slices) == 3
