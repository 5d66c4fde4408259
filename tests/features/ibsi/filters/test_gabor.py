"""Gabor filters against the closed form of a wave."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import Gabor

from .noise import SPACING, image


def test_gabor_answers_to_its_wave_and_not_to_another() -> None:
    x = np.arange(81.0)
    wave = np.broadcast_to(np.cos(2 * math.pi * x / 8), (1, 81, 81))
    along = Gabor(4.0, 8.0, 1.0)(wave.copy(), SPACING)[0, 40, 40]
    across = Gabor(4.0, 8.0, 1.0)(wave.transpose(0, 2, 1).copy(), SPACING)[0, 40, 40]
    # The modulus at the wave is half the envelope's sum: pi sigma^2 for gamma 1.
    assert along == pytest.approx(math.pi * 16, rel=1e-3)
    assert across < 1e-3 * along


def test_gabor_over_three_planes_is_the_mean_of_the_planes() -> None:
    part = image(5, (9, 10, 11))
    one = Gabor(1.0, 3.0, 1.5)
    planes = [np.moveaxis(one(np.moveaxis(part, axis, 0).copy(), SPACING), 0, axis) for axis in range(3)]
    assert_allclose(Gabor(1.0, 3.0, 1.5, planes="orthogonal")(part, SPACING), np.mean(planes, axis=0), atol=1e-10)
