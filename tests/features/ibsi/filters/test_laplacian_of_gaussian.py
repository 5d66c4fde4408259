"""The Laplacian of a Gaussian against closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import LoG

from .noise import SPACING, image


def test_the_laplacian_of_a_paraboloid_is_its_curvature() -> None:
    # f = x^2 + 2 y^2 + 3 z^2 has the Laplacian 12; smoothing does not change it. Sampling and cutting off leave 0.1 %.
    z, y, x = np.mgrid[-20:21, -20:21, -20:21].astype(float)
    response = LoG(2.0, cutoff=6)(x**2 + 2 * y**2 + 3 * z**2, SPACING)
    assert response[20, 20, 20] == pytest.approx(12.0, rel=1e-3)


def test_spacing_scales_the_laplacian_of_a_gaussian() -> None:
    part = image(1, (1, 31, 31))
    assert_allclose(LoG(3.0, flat=True)(part, (1.0, 2.0, 2.0)), LoG(1.5, flat=True)(part, SPACING))
