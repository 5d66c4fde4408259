"""The gradient's magnitude by hand: of a slope, per mm and per voxel, in a box and at the border."""

import numpy as np
import pytest

from radpipe.features.filters.gradient import gradient_image
from radpipe.volume import Box

SPACING_ZYX_MM = (3.0, 2.0, 0.5)
SLOPE = np.indices((8, 9, 10)).astype(np.float32).transpose(1, 2, 3, 0) @ np.array([6, 4, 5], dtype=np.float32)
INSIDE: Box = (slice(2, 5), slice(3, 6), slice(4, 8))


def test_a_slope_per_millimetre() -> None:
    # 6 / 3, 4 / 2 and 5 / 0.5 a millimetre: sqrt(4 + 4 + 100).
    found = gradient_image(SLOPE, INSIDE, SPACING_ZYX_MM, use_spacing=True)
    assert found.shape == (3, 3, 4)
    assert found == pytest.approx(np.sqrt(108.0), rel=1e-6)


def test_a_slope_per_voxel() -> None:
    assert gradient_image(SLOPE, INSIDE, SPACING_ZYX_MM, use_spacing=False) == pytest.approx(np.sqrt(77.0), rel=1e-6)


def test_at_the_border_the_last_voxel_repeats() -> None:
    # The central difference along z is then half the slope: 3 / 3, 4 / 2, 5 / 0.5.
    box: Box = (slice(0, 1), slice(3, 6), slice(4, 8))
    found = gradient_image(SLOPE, box, SPACING_ZYX_MM, use_spacing=True)
    assert found == pytest.approx(np.sqrt(1.0 + 4.0 + 100.0), rel=1e-6)


def test_a_box_has_the_values_of_the_whole_image() -> None:
    random = np.random.default_rng(6).normal(size=(8, 9, 10)).astype(np.float32)
    whole: Box = (slice(0, 8), slice(0, 9), slice(0, 10))
    everything = gradient_image(random, whole, SPACING_ZYX_MM, use_spacing=True)
    np.testing.assert_array_equal(gradient_image(random, INSIDE, SPACING_ZYX_MM, use_spacing=True), everything[INSIDE])
