"""Another contour: overlaps as simulated apart, and the voxels of a plain twin by SciPy."""

import math

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

from radpipe.features.other_contour import with_other_contour
from radpipe.geometry import Geometry
from radpipe.volume import Mask


def ball(radius_mm: float = 12.0) -> Mask:
    grid = Geometry((21, 51, 51), (3.0, 1.0, 1.0))
    z, y, x = np.indices(grid.size_zyx)
    inside = (3.0 * (z - 10)) ** 2 + (y - 25.0) ** 2 + (x - 25.0) ** 2 <= radius_mm**2
    return Mask.of(inside, grid)


@pytest.mark.parametrize(("rms_mm", "dice"), [(1.0, 0.91), (2.0, 0.81)])
def test_a_moved_contour_overlaps_as_much_as_simulations_say(rms_mm: float, dice: float) -> None:
    # Simulated apart with another program: Dice 0.91 at 1 mm and 0.81 at 2 mm, on average.
    whole = ball()
    found = []
    for seed in range(20):
        other = with_other_contour(whole, rms_mm, np.random.default_rng(seed))
        found.append(2 * whole.common_voxels(other) / (whole.voxel_count + other.voxel_count))
    assert np.mean(found) == pytest.approx(dice, abs=0.04)


def by_scipy(mask: Mask, rms_mm: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth, interpolate and warp by SciPy; the window around the ROI is wide enough not to matter."""
    margins = [math.ceil(4 * rms_mm / spacing) + 1 for spacing in mask.geometry.spacing_zyx_mm]
    z, y, x = (slice(span.start - m, span.stop + m) for span, m in zip(mask.box, margins, strict=True))
    inside = mask.full_array()[z, y, x].astype(float)
    places = np.indices(inside.shape).astype(float)
    steps = [places[axis] * mask.geometry.spacing_zyx_mm[axis] / 2.5 + 8.0 for axis in range(3)]
    shape = [math.ceil(step.max() + 8.0) + 2 for step in steps]
    for axis in range(3):
        field = gaussian_filter(rng.uniform(-1.0, 1.0, shape), 4.0, mode="wrap")
        field *= rms_mm / math.sqrt(np.mean(field**2))
        places[axis] += map_coordinates(field, steps, order=1) / mask.geometry.spacing_zyx_mm[axis]
    moved = np.zeros(mask.geometry.size_zyx, dtype=bool)
    moved[z, y, x] = map_coordinates(inside, places, order=1, mode="constant") >= 0.5
    return moved


@pytest.mark.parametrize(("seed", "rms_mm"), [(1, 0.5), (2, 1.0), (3, 2.0)])
def test_the_voxels_are_those_of_scipy(seed: int, rms_mm: float) -> None:
    whole = ball(9.0)
    expected = by_scipy(whole, rms_mm, np.random.default_rng(seed))
    assert np.array_equal(with_other_contour(whole, rms_mm, np.random.default_rng(seed)).full_array(), expected)


def test_the_image_ends_where_it_ends() -> None:
    grid = Geometry((6, 20, 20), (3.0, 1.0, 1.0))
    whole = Mask.of(np.ones(grid.size_zyx, dtype=bool), grid)
    moved = with_other_contour(whole, 2.0, np.random.default_rng(1)).full_array()
    # What comes from beyond the image is not of the ROI: only where the field points outwards.
    assert moved[2:4, 8:12, 8:12].all()
    assert not moved.all()
