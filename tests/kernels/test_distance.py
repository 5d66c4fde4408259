"""Distances to the nearest voxel beyond a region: SciPy's, compiled or not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from radpipe.kernels import distance
from radpipe.kernels.distance import squared_distances

sizes = st.tuples(*[st.integers(1, 9)] * 3)
spacings = st.tuples(*[st.sampled_from([0.5, 0.9765625, 1.0, 2.5, 3.0])] * 3)


@given(sizes, spacings, st.floats(0.02, 0.98), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_distances_are_scipys(size, spacing, share, seed):
    region = np.random.default_rng(seed).random(size) < share
    region[0, 0, 0] = False  # SciPy does not say what it gives where nothing lies beyond
    region.setflags(write=False)
    expected = distance_transform_edt(region, sampling=spacing)
    np.testing.assert_allclose(np.sqrt(squared_distances(region, spacing)), expected, rtol=1e-12, atol=1e-12)


def test_by_hand():
    region = np.array([[[True, True, False], [True, True, True]]])
    # Two steps of 1 mm along x; two along x and one of 3 mm along y; ...
    expected = [[[4.0, 1.0, 0.0], [13.0, 10.0, 9.0]]]
    assert squared_distances(region, (5.0, 3.0, 1.0)).tolist() == expected


def test_a_region_without_end_is_infinitely_deep():
    assert np.isinf(squared_distances(np.ones((2, 3, 4), dtype=bool), (1.0, 1.0, 1.0))).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_kernels_uncompiled_give_the_same(seed, monkeypatch):
    region = np.random.default_rng(seed).random((4, 6, 5)) < 0.8
    compiled = squared_distances(region, (3.0, 1.0, 0.7))
    for name in ("_along_row", "_envelope", "squared_distances"):
        monkeypatch.setattr(distance, name, getattr(distance, name).py_func)
    assert np.array_equal(distance.squared_distances(region, (3.0, 1.0, 0.7)), compiled)
