"""Laws' kernels and their energy against plain convolutions."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import ndimage

from radpipe.features.ibsi.filters import Laws

from .noise import SPACING, image


def test_a_constant_image_has_no_edges() -> None:
    assert_allclose(Laws(("L5", "E5", "E5"))(np.full((9, 9, 9), 5.0), SPACING), 0, atol=1e-10)


def test_energy_is_the_mean_of_absolute_responses() -> None:
    part = image(3, (1, 20, 20))
    plain = Laws(("L5", "E5"))(part, SPACING)
    energy = Laws(("L5", "E5"), energy_distance=3)(part, SPACING)
    assert energy[0, 10, 10] == pytest.approx(np.abs(plain[0, 7:14, 7:14]).mean())


def test_laws_without_rotations_is_one_separable_convolution() -> None:
    part = image(4)
    level = np.array([1.0, 4, 6, 4, 1]) / math.sqrt(70)
    edge = np.array([-1.0, -2, 0, 2, 1]) / math.sqrt(10)
    wanted = part
    for axis, kernel in ((2, level), (1, edge), (0, edge)):  # names are along x, y, z
        wanted = ndimage.convolve1d(wanted, kernel, axis, mode="reflect")
    assert_allclose(Laws(("L5", "E5", "E5"), rotation_invariant=False)(part, SPACING), wanted)
