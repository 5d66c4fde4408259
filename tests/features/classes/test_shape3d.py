"""Shape against PyRadiomics 3.0.1 on random masks, and of a ball."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.classes.shape3d import FEATURES, measure_shape3d, shape_of
from radpipe.features.inputs import RoiImage


@given(seed=st.integers(0, 2**32))
@settings(max_examples=250)
def test_random_masks_equal_pyradiomics(seed: int, roi_of_seed: Any, assert_shape_as_pyradiomics: Any) -> None:
    roi = roi_of_seed(seed)
    assert_shape_as_pyradiomics(roi, measure_shape3d(shape_of(roi), tuple(FEATURES)), "shape")


def test_a_ball_is_nearly_a_sphere() -> None:
    places = np.indices((41, 41, 41)) - 20
    ball = (places**2).sum(axis=0) <= 18**2
    found = measure_shape3d(shape_of(RoiImage(np.zeros(ball.shape), ball, (1.0, 1.0, 1.0))), tuple(FEATURES))
    assert found["MeshVolume"] == pytest.approx(4 / 3 * np.pi * 18**3, rel=0.01)
    assert found["Maximum3DDiameter"] == pytest.approx(37, abs=0.5)
    assert 0.9 < found["Sphericity"] < 1
    assert found["Compactness2"] == pytest.approx(found["Sphericity"] ** 3)
    assert found["Flatness"] == pytest.approx(1)
