"""Splines are ITK's to the last bit: on PyRadiomics' grids, on oblique, shifted and turned ones."""

import math

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.resample import as_array, as_itk, one_thread
from radpipe.features.sampling import around_box, lines_between, wanted_spacing
from radpipe.features.spline import SplineImage, support
from radpipe.geometry import Geometry

sizes = st.tuples(*[st.sampled_from([1, 3, 4, 7, 18, 19, 33])] * 3).filter(lambda size: sum(n > 1 for n in size) > 1)
spacings = st.sampled_from([0.5, 0.9765625, 1.0, 2.0, 0.77, 3.0, 5.0])
origins = st.sampled_from([0.0, -249.51171875, 17.3, 1e3 / 3])
kinds = st.sampled_from([np.int16, np.uint8, np.int32, np.float32, np.float64])
STRAIGHT = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
FLIPPED = (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 1.0)
SAGITTAL = (0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0)


def turned(angle: float, direction: tuple[float, ...] = STRAIGHT) -> tuple[float, ...]:
    """Turn a grid about z, then a little about x."""
    a, b = (np.array([[math.cos(t), -math.sin(t)], [math.sin(t), math.cos(t)]]) for t in (angle, 0.3 * angle))
    about_z, about_x = np.eye(3), np.eye(3)
    about_z[:2, :2], about_x[1:, 1:] = a, b
    return tuple((about_z @ about_x @ np.array(direction).reshape(3, 3)).reshape(-1).tolist())


directions = st.sampled_from([STRAIGHT, FLIPPED, SAGITTAL, turned(0.3), turned(-1.1, SAGITTAL)])


def by_itk(image: np.ndarray, geometry: Geometry, grid: Geometry, interpolator: int) -> np.ndarray:
    method = sitk.ResampleImageFilter()
    method.SetOutputSpacing(grid.spacing_zyx_mm[::-1])
    method.SetOutputDirection(grid.direction)
    method.SetOutputOrigin(grid.origin_xyz_mm)
    method.SetSize(grid.size_zyx[::-1])
    method.SetInterpolator(interpolator)
    source = as_itk(image, geometry)
    method.SetOutputPixelType(source.GetPixelID())
    with one_thread():
        return as_array(method.Execute(source))


def made(size_zyx, kind, seed) -> np.ndarray:
    values = np.random.default_rng(seed).normal(60, 100, size_zyx)
    image = np.clip(values, 0, 255).astype(kind) if kind == np.uint8 else values.astype(kind)
    image.setflags(write=False)
    return image


@given(sizes, st.tuples(*[spacings] * 3), origins, directions, st.tuples(*[spacings] * 3), kinds, st.data())
@settings(max_examples=150)
def test_a_roi_is_resampled_to_the_voxels_of_itk(size, spacing, origin, direction, wanted, kind, data):
    geometry = Geometry(size, spacing, (origin, -origin, 3.7), direction)
    starts = [data.draw(st.integers(0, n - 1)) for n in size]
    z, y, x = (slice(a, data.draw(st.integers(a + 1, n))) for a, n in zip(starts, size, strict=True))
    new = wanted_spacing(geometry, (z, y, x), wanted)
    grid = around_box(geometry, (z, y, x), new, data.draw(st.integers(0, 5)))
    image = made(size, kind, data.draw(st.integers(0, 99)))
    expected = by_itk(image, geometry, grid, sitk.sitkBSpline)
    region = support([lines_between(geometry, grid)], size)
    found = SplineImage.of(image, geometry, region).on(grid)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected)
    assert np.array_equal(SplineImage.of(image, geometry).on(grid), expected)


@given(sizes, directions, st.floats(-3, 3), st.floats(-0.5, 0.5), kinds, st.integers(0, 99))
@settings(max_examples=60)
def test_a_shifted_and_turned_grid_has_the_voxels_of_itk(size, direction, shift, angle, kind, seed):
    geometry = Geometry(size, (2.0, 0.8, 0.77), (-100.0, 33.3, 7.1), direction)
    grid = Geometry((9, 8, 11), (1.0, 1.1, 0.9), (-100.0 + shift, 33.3, 7.1 - shift), turned(angle, direction))
    image = made(size, kind, seed)
    assert np.array_equal(SplineImage.of(image, geometry).on(grid), by_itk(image, geometry, grid, sitk.sitkBSpline))


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_where_values_lie_on_whole_numbers_they_round_as_in_itk(kind):
    # On a ramp most sums of 64 products are a whole number, or less by a rounding, and then cut off.
    image = np.broadcast_to(np.arange(24, dtype=kind) * 3 - 20, (20, 22, 24))
    geometry = Geometry(image.shape, (2.0, 1.0, 1.0))
    grid = Geometry((35, 15, 16), (1.0, 1.0, 1.0), (4.0, 3.0, 2.5))
    found = SplineImage.of(image, geometry).on(grid)
    assert np.array_equal(found, by_itk(image, geometry, grid, sitk.sitkBSpline))


def test_voxels_outside_are_zero_or_repeat_the_edge():
    image = np.full((5, 6, 7), 40, dtype=np.int16)
    geometry = Geometry((5, 6, 7), (1.0, 1.0, 1.0))
    spline = SplineImage.of(image, geometry)
    for direction in (STRAIGHT, turned(0.2)):
        far = Geometry((3, 4, 5), (2.0, 2.0, 2.0), (4.0, 3.0, 2.0), direction)
        assert (spline.on(far) == 0).any()
        assert np.abs(spline.on(far, repeat_edge=True) - 40).max() <= 1  # cut off towards 0


def test_a_grid_beyond_the_region_of_the_spline_is_refused():
    image = np.zeros((30, 30, 30), dtype=np.float32)
    geometry = Geometry((30, 30, 30), (1.0, 1.0, 1.0))
    spline = SplineImage.of(image, geometry, (slice(5, 15), slice(5, 15), slice(5, 15)))
    with pytest.raises(ValueError, match="the grid needs voxels"):
        spline.on(Geometry((9, 9, 9), (1.0, 1.0, 1.0), (10.0, 10.0, 10.0)))
