"""Simoncelli's wavelet against the waves that it passes."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import Simoncelli

from .noise import SPACING


def test_simoncelli_passes_half_the_nyquist_frequency_at_level_1_and_a_quarter_at_level_2() -> None:
    x = np.arange(64)
    for level, period in ((1, 4), (2, 8)):
        wave = np.broadcast_to(np.cos(2 * math.pi * x / period), (1, 64, 64)).copy()
        assert_allclose(Simoncelli(level, flat=True)(wave, SPACING), wave, atol=1e-12)
        other = Simoncelli(3 - level, flat=True)(wave, SPACING)
        assert np.abs(other).max() < 1e-12


@pytest.mark.parametrize("wavelet", [Simoncelli(1), Simoncelli(2, boundary="mirror")])
def test_a_constant_image_has_no_detail(wavelet: Simoncelli) -> None:
    assert_allclose(wavelet(np.full((9, 9, 9), 5.0), SPACING), 0, atol=1e-10)
