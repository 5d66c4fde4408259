"""Separable wavelets against a hand calculation."""

import numpy as np
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import Wavelet

from .noise import SPACING


def test_a_constant_image_has_no_detail() -> None:
    assert_allclose(Wavelet("db3", "LLH")(np.full((9, 9, 9), 5.0), SPACING), 0, atol=1e-10)


def test_the_second_level_of_a_point_has_kernels_with_holes() -> None:
    # Haar along x: (1 1) / sqrt 2, then (-1 0 1 0) / sqrt 2 makes (-1 -1 1 1) / 2; along y a row that is its own
    # mirror image is summed twice by sqrt 2.
    point = np.zeros((1, 1, 16))
    point[0, 0, 8] = 1.0
    response = Wavelet("haar", "HL", level=2, rotation_invariant=False)(point, SPACING)[0, 0]
    around = np.flatnonzero(np.abs(response) > 1e-12)
    assert np.diff(around).tolist() == [1, 1, 1]
    assert_allclose(response[around], [-1, -1, 1, 1])
