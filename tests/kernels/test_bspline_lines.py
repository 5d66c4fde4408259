"""Values of B-splines along lines: those of another program, compiled or not."""

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from radpipe.kernels import bspline_lines
from radpipe.kernels.bspline import spline_coefficients, sum_products
from radpipe.kernels.bspline_lines import at_lines

SHAPE = (5, 33, 40)
WHOLE = tuple(slice(0, size) for size in SHAPE)


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    values = np.random.default_rng(5).normal(40, 100, SHAPE)
    values.setflags(write=False)
    return values


def test_values_along_lines_are_those_of_scipy(image):
    start, stop = np.array([[1.5, 2.2, 0.3], [38.0, 30.0, 3.9]]), np.array([[30.5, 20.2, 3.3], [2.0, 1.0, 0.1]])
    share = np.arange(12) / 12
    places = start[:, None] + (stop - start)[:, None] * share[:, None]
    expected = map_coordinates(image, np.moveaxis(places[..., ::-1], -1, 0), order=3, mode="mirror")
    size = np.array(SHAPE)
    found = at_lines(spline_coefficients(image, WHOLE), np.zeros(3, np.int64), size, start, stop, 12, False)
    assert np.abs(found - expected).max() < 1e-6


def test_kernels_uncompiled_give_the_same(image, monkeypatch):
    small = image[:4, :7, :20]
    coefficients = spline_coefficients(small, (slice(0, 4), slice(0, 7), slice(3, 20)))
    places = (np.array([[3.2, 1.1, 1.0]]), np.array([[9.9, 5.5, 2.5]]))
    ends = np.array([0, 0, 3]), np.array(small.shape)
    compiled = at_lines(coefficients, *ends, *places, 3, True)
    for name in ("_reach", "at_lines"):
        monkeypatch.setattr(bspline_lines, name, getattr(bspline_lines, name).py_func)
    monkeypatch.setattr(bspline_lines, "sum_products", sum_products.py_func)
    assert np.array_equal(compiled, bspline_lines.at_lines(coefficients, *ends, *places, 3, True))
