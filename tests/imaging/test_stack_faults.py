"""Faults of a stack, at the ends of their tolerances."""

from typing import Any

import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack

from .stacked import series


@pytest.mark.parametrize(
    ("off_mm", "regular"), [(0.059, True), (0.061, False)], ids=["within 0.06 mm", "beyond 0.06 mm"]
)
def test_a_gap_of_thin_slices_may_differ_by_six_hundredths(make: Any, off_mm: float, regular: bool) -> None:
    # 2 % of 1 mm is less than 0.06 mm, which then counts.
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 1.0, 2.0 + off_mm, 3.0 + off_mm])]
    if regular:
        assert stack(slices, Policy()).notes == ()
    else:
        with pytest.raises(InputError, match="E_IRREGULAR_SPACING"):
            stack(slices, Policy())


@pytest.mark.parametrize(("off_mm", "regular"), [(0.098, True), (0.102, False)], ids=["within 2 %", "beyond 2 %"])
def test_a_gap_of_thick_slices_may_differ_by_two_percent(make: Any, off_mm: float, regular: bool) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 5.0, 10.0 + off_mm, 15.0 + off_mm])]
    if regular:
        assert stack(slices, Policy()).notes == ()
    else:
        with pytest.raises(InputError, match="E_IRREGULAR_SPACING"):
            stack(slices, Policy())


def test_two_missing_slices_in_a_row_leave_two_places(make: Any) -> None:
    slices = [Slice.of(data, "x") for data in series(make, [0.0, 2.0, 8.0, 10.0])]
    found = stack(slices, Policy.parse(["E_MISSING_SLICE=warn"]))
    assert [one is None for one in found.slices] == [False, False, True, True, False, False]
    assert "6 mm after" in found.notes[0].sentence
