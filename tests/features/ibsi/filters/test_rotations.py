"""Rotations by right angles, and what is pooled over them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import Laws, Wavelet
from radpipe.features.ibsi.filters.rotations import rotations

from .noise import SPACING, image


def test_there_are_24_rotations_in_space_and_4_in_a_slice() -> None:
    assert len(set(rotations(flat=False))) == 24
    assert len(set(rotations(flat=True))) == 4


@pytest.mark.parametrize(
    "used", [Laws(("L5", "E5", "S5"), energy_distance=2), Wavelet("db3", "LLH", 2), Laws(("L3", "E3", "E3"))]
)
def test_a_response_pooled_over_rotations_turns_with_the_image(used: Laws | Wavelet) -> None:
    part = image(2)
    turned = np.rot90(used(part, SPACING), axes=(0, 2))
    assert_allclose(used(np.rot90(part, axes=(0, 2)).copy(), SPACING), turned, atol=1e-10)
