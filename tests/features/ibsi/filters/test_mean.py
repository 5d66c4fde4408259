"""The mean filter, and the boundaries by name."""

import numpy as np
from numpy.testing import assert_allclose

from radpipe.features.ibsi.filters import Mean

from .noise import SPACING, image


def test_boundaries_differ_by_name_only_near_the_edge() -> None:
    part = image(6, (15, 15, 15))
    responses = [Mean(5, boundary=boundary)(part, SPACING) for boundary in ("zero", "nearest", "periodic", "mirror")]
    for response in responses[1:]:
        assert_allclose(response[2:-2, 2:-2, 2:-2], responses[0][2:-2, 2:-2, 2:-2])
        assert not np.allclose(response, responses[0])


def test_a_constant_image_is_its_own_mean() -> None:
    constant = np.full((9, 9, 9), 5.0)
    assert_allclose(Mean(3)(constant, SPACING), constant)
