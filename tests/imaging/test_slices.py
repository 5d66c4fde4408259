"""A slice whose header is no geometry."""

from typing import Any

import pytest

from radpipe.errors import InputError
from radpipe.imaging.slices import Slice

from .stacked import series


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("ImageOrientationPatient", [1, 0, 0, 1, 0, 0]),
        ("ImageOrientationPatient", [2, 0, 0, 0, 2, 0]),
        ("PixelSpacing", [0, 1]),
        ("PixelSpacing", [1, -1]),
    ],
)
def test_a_header_that_is_no_geometry_is_refused(make: Any, tag: str, value: list[float]) -> None:
    (data,) = series(make, [0.0])
    setattr(data, tag, value)
    with pytest.raises(InputError, match="E_UNREADABLE"):
        Slice.of(data, "one.dcm")
