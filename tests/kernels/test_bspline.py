"""Coefficients of B-splines: those of another program, of the whole image in every region, compiled or not.

That they and the values are ITK's to the last bit is tested through images in tests/features/test_spline.py.
"""

import numpy as np
import pytest
from scipy.ndimage import spline_filter

from radpipe.kernels import bspline
from radpipe.kernels.bspline import spline_coefficients

SHAPE = (5, 33, 40)
WHOLE = tuple(slice(0, size) for size in SHAPE)


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    values = np.random.default_rng(5).normal(40, 100, SHAPE)
    values.setflags(write=False)
    return values


def test_coefficients_are_those_of_scipy(image):
    # SciPy sums a mirrored line to the end, ITK the first 18 voxels of it: 1e-10 of the values is left out.
    expected = spline_filter(image, order=3, mode="mirror")
    assert np.abs(spline_coefficients(image, WHOLE) - expected).max() < 1e-6


@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
def test_a_region_has_the_coefficients_of_the_whole_image(image, kind):
    whole = spline_coefficients(image.astype(kind), WHOLE)
    region = (slice(1, 4), slice(20, 33), slice(7, 12))
    assert np.array_equal(spline_coefficients(image.astype(kind), region), whole[region])


def test_an_axis_of_one_voxel_is_left_as_it_is(image):
    flat = image[2:3]
    expected = spline_filter(flat[0], order=3, mode="mirror")
    assert np.abs(spline_coefficients(flat, (slice(0, 1), *WHOLE[1:]))[0] - expected).max() < 1e-6


def test_kernels_uncompiled_give_the_same(image, monkeypatch):
    small = image[:4, :7, :20]
    region = (slice(0, 4), slice(0, 7), slice(3, 20))
    nodes = np.array([[0, 1], [1, 2], [2, 3], [1, 2]])
    weights = np.random.default_rng(1).random((4, 2))

    def computed():
        coefficients = spline_coefficients(small, region)
        grid = bspline.at_product(coefficients, nodes, nodes, nodes, weights, weights, weights)
        values = np.empty((2, 2, 2), dtype=np.int16)
        bspline.at_product_rounded(
            coefficients, nodes, nodes, nodes, weights, weights, weights, 5.0, (-99.0, 99.0), values
        )
        assert np.array_equal(values, np.clip(grid, -99, 99).astype(np.int16))
        return coefficients, grid

    compiled = computed()
    for name in (
        "_solve",
        "_start_near",
        "_start_whole",
        "_along_rows",
        "_along_columns",
        "sum_products",
        "at_product",
    ):
        monkeypatch.setattr(bspline, name, getattr(bspline, name).py_func)
    for one, other in zip(compiled, computed(), strict=True):
        assert np.array_equal(one, other)
