"""IBSI's interpolation grid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import ndimage

from radpipe.features.ibsi.grid import Axis, axes_of, interpolate, whole, window_of
from radpipe.volume import Box


def reader(image: np.ndarray):
    return lambda box: image[box]


def test_the_ct_phantom_at_2_mm_has_the_published_size() -> None:
    # IBSI's manual, table of the processing configurations: 100 x 99 x 90 voxels for C to E, 100 x 99 x 60 for B.
    spacing = (3.0, 0.9765625, 0.9765625)
    assert [axis.new for axis in axes_of((60, 201, 204), spacing, (2.0, 2.0, 2.0))] == [90, 99, 100]
    assert [axis.new for axis in axes_of((60, 201, 204), spacing, (None, 2.0, 2.0))] == [60, 99, 100]


@given(st.integers(1, 40), st.floats(0.3, 5.0), st.floats(0.3, 5.0))
def test_both_grids_have_one_centre(old: int, spacing: float, wanted: float) -> None:
    axis = axes_of((old, 1, 1), (spacing, 1.0, 1.0), (wanted, None, None))[0]
    centre = axis.first + axis.step * (axis.new - 1) / 2
    assert centre == pytest.approx((old - 1) / 2, abs=1e-9)
    assert axis.new * wanted >= old * spacing - 1e-6 > (axis.new - 1) * wanted - 2e-6


def test_a_size_that_is_whole_but_for_rounding_is_not_raised() -> None:
    assert axes_of((60, 1, 1), (3.0, 1.0, 1.0), (2.0, None, None))[0].new == 90
    assert axes_of((10, 1, 1), (0.1 + 0.2, 1.0, 1.0), (0.3, None, None))[0].new == 10


@pytest.mark.parametrize(("interpolation", "order"), [("linear", 1), ("spline", 3)])
def test_values_inside_are_those_of_scipy(interpolation: str, order: int) -> None:
    # scipy.ndimage.map_coordinates is an independent implementation of both interpolations.
    image = np.random.default_rng(3).normal(size=(40, 42, 44))
    axes = axes_of(image.shape, (3.0, 1.0, 1.5), (2.0, 1.7, 1.1))
    found = interpolate(reader(image), axes, whole(axes), interpolation)
    places = np.meshgrid(*(axis.places(slice(0, axis.new)) for axis in axes), indexing="ij")
    wanted = ndimage.map_coordinates(image, places, order=order, mode="mirror")
    assert_allclose(found, wanted, atol=1e-12)


@pytest.mark.parametrize("interpolation", ["linear", "spline"])
def test_a_window_has_the_values_of_the_whole_grid(interpolation: str) -> None:
    image = np.random.default_rng(4).normal(scale=100, size=(60, 50, 70))
    axes = axes_of(image.shape, (1.0, 1.0, 1.0), (0.8, 1.3, 2.0))
    box: Box = (slice(30, 36), slice(20, 29), slice(0, 9))
    window = window_of(axes, box, (0, 1, 2))
    everything = interpolate(reader(image), axes, whole(axes), interpolation)
    # A spline's coefficients reach 16 voxels: 1.32^-16 of a standard deviation of 100 is 1e-7.
    assert_allclose(interpolate(reader(image), axes, window, interpolation), everything[window], atol=1e-6)


def test_outside_the_image_the_value_of_the_edge_holds() -> None:
    image = np.arange(3.0)[:, None, None]
    axis = axes_of((3, 1, 1), (1.0, 1.0, 1.0), (0.4, None, None))
    values = interpolate(reader(image), axis, whole(axis), "linear")[:, 0, 0]
    assert values[0] == 0.0
    assert values[-1] == 2.0
    assert (np.diff(values) >= 0).all()


def test_an_axis_that_stays_is_not_touched() -> None:
    image = np.random.default_rng(5).normal(size=(4, 5, 6))
    axes = axes_of(image.shape, (1.0, 2.0, 3.0), (None, 2.0, None))
    assert axes[1] == Axis(5, 5, 2.0, 0.0, 1.0)
    assert np.array_equal(interpolate(reader(image), axes, whole(axes), "spline"), image)


def test_a_single_slice_is_repeated() -> None:
    image = np.full((1, 2, 2), 7.0)
    axes = axes_of((1, 2, 2), (3.0, 1.0, 1.0), (1.0, None, None))
    assert np.array_equal(interpolate(reader(image), axes, whole(axes), "spline"), np.full((3, 2, 2), 7.0))
