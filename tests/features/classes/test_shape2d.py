"""Shape2D against PyRadiomics 3.0.1 on random slices."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.classes.shape2d import FEATURES, measure_shape2d


@pytest.mark.parametrize("axis", [0, 1, 2])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_random_slices_equal_pyradiomics(
    axis: int, seed: int, roi_of_seed: Any, assert_shape_as_pyradiomics: Any
) -> None:
    roi = roi_of_seed(seed, axis)
    found = measure_shape2d(roi, tuple(FEATURES), axis)
    assert_shape_as_pyradiomics(roi, found, "shape2D", force2D=True, force2Ddimension=axis)
