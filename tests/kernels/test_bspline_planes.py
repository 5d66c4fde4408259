"""A grid that is turned within the planes: the values of the grid of any direction, compiled or not."""

import math

import numpy as np
import pytest

from radpipe.features.spline import SplineImage
from radpipe.geometry import Geometry
from radpipe.kernels import bspline, bspline_planes

GEOMETRY = Geometry((9, 24, 22), (3.0, 1.0, 1.0), (-11.0, 7.5, 100.0))
REGION = tuple(slice(0, size) for size in GEOMETRY.size_zyx)


def grid(angle: float, tilt: float = 0.0) -> Geometry:
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1.0]])
    lean = np.array([[1.0, 0, 0], [0, math.cos(tilt), -math.sin(tilt)], [0, math.sin(tilt), math.cos(tilt)]])
    direction = tuple((turn @ lean).reshape(-1).tolist())
    return Geometry((7, 30, 30), (2.0, 0.9, 0.9), (-14.0, 4.0, 97.0), direction)


@pytest.mark.parametrize("kind", [np.int16, np.int32, np.float32])
@pytest.mark.parametrize("repeat_edge", [True, False])
@pytest.mark.parametrize("angle", [0.1, -0.17, 1.0])
def test_values_are_those_of_lines_of_any_direction(kind, angle, repeat_edge, monkeypatch):
    # A constant part, where each rounding decides; the grid reaches beyond the image.
    image = np.random.default_rng(3).normal(40, 100, GEOMETRY.size_zyx).astype(kind)
    image[:, 12:] = -1000
    spline = SplineImage.of(image, GEOMETRY)
    found = spline.on(grid(angle), repeat_edge=repeat_edge)
    monkeypatch.setattr("radpipe.features.sampling.Lines.planes", lambda _lines: None)
    assert np.array_equal(found, spline.on(grid(angle), repeat_edge=repeat_edge))
    assert repeat_edge or (found == 0).any()


def test_a_grid_that_leans_is_not_taken_for_one_that_is_turned(monkeypatch):
    image = np.random.default_rng(3).normal(40, 100, GEOMETRY.size_zyx).astype(np.int16)
    spline = SplineImage.of(image, GEOMETRY)
    found = spline.on(grid(0.1, tilt=0.05), repeat_edge=True)
    monkeypatch.setattr("radpipe.features.sampling.Lines.planes", lambda _lines: None)
    assert np.array_equal(found, spline.on(grid(0.1, tilt=0.05), repeat_edge=True))


def test_kernels_uncompiled_give_the_same(monkeypatch):
    rng = np.random.default_rng(8)
    coefficients = bspline.spline_coefficients(rng.normal(0, 50, (5, 6, 7)), (slice(0, 5), slice(0, 6), slice(0, 7)))
    nodes = [np.sort(rng.integers(0, 5, (count, 4)), axis=1) for count in (3, 10, 10)]
    weights = [rng.dirichlet(np.ones(4), count) for count in (3, 10, 10)]

    def computed(error: float) -> np.ndarray:
        values = np.empty((3, 10), dtype=np.int16)
        bspline_planes.at_planes(coefficients, *nodes, *weights, error, (-40.0, 40.0), values)
        return values

    compiled = computed(1e-9), computed(5.0)  # nearly all of the latter are added in ITK's order
    assert np.array_equal(*compiled)
    for module, name in ((bspline_planes, "at_planes"), *((bspline_planes, n) for n in ("combine", "settle"))):
        monkeypatch.setattr(module, name, getattr(module, name).py_func)
    monkeypatch.setattr(bspline_planes, "sum_products", bspline.sum_products.py_func)
    for error, expected in zip((1e-9, 5.0), compiled, strict=True):
        assert np.array_equal(computed(error), expected)
