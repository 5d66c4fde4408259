"""Jumps of a CT's values from slice to slice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.errors import InputError, Policy
from radpipe.imaging.open import open_image

from .patients import patient


def test_two_acquisitions_that_no_tag_tells_apart_are_refused_by_their_values(tmp_path: Path, make: Any) -> None:
    mixed = [*patient(make, range(0, 30, 3)), *patient(make, np.arange(1.5, 30, 3), 200.0)]
    with pytest.raises(InputError, match=r"E_VALUE_JUMP.*9 pairs .* by -(199|20[01]) HU after 1\.50 mm"):
        open_image(make.series(tmp_path, mixed))


def test_an_acquisition_on_top_of_another_is_refused_by_its_values(tmp_path: Path, make: Any) -> None:
    stacked = [*patient(make, range(0, 18, 3)), *patient(make, range(18, 30, 3), 500.0)]
    ref = make.series(tmp_path, stacked)
    with pytest.raises(InputError, match=r"E_VALUE_JUMP.*1 pairs .* by (499|50[01]) HU after 15\.00 mm"):
        open_image(ref)
    assert [n.code for n in open_image(ref, Policy.parse(["E_VALUE_JUMP=warn"])).notes] == ["E_VALUE_JUMP"]


def test_the_end_of_the_body_is_no_jump(tmp_path: Path, make: Any) -> None:
    # Above the crown a slice is air; its disc of 314 of 1,024 pixels is gone from one slice to the next.
    air = make.slice_of(np.full((32, 32), 24, dtype=np.uint16), (0.0, 0.0, 30.0), 99)
    assert open_image(make.series(tmp_path, [*patient(make, range(0, 30, 3)), air])).notes == ()
