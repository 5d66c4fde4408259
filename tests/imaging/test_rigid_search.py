"""The search of a rigid registration, in parts: levels, poses and their inverses, starts, windows, mirror images."""

import math

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.geometry import Geometry
from radpipe.imaging.rigid_search import (
    LEVELS_MM,
    SOFT_TISSUE_HU,
    candidates,
    descended,
    displaced,
    information,
    inverse_of,
    levels_of,
    mirrored,
    pose_at,
    rigid_of,
    window_of,
)
from radpipe.volume import Volume

GRID = Geometry((40, 48, 56), (1.5, 1.0, 1.0), (-20.0, 15.0, 100.0))
POINTS = np.array([[0.0, 0.0, 0.0], [30.0, -12.0, 140.0], [-5.0, 44.0, 90.0]])


@pytest.fixture(scope="module")
def volume() -> Volume:
    """A lump off the middle, and an air pocket at one side."""
    z, y, x = np.indices(GRID.size_zyx)
    values = 200 * np.exp(-(((z - 18) * 1.5) ** 2 + (y - 26) ** 2 + (x - 34) ** 2) / 160)
    values[:, :, :6] = -1000
    return Volume(np.rint(values).astype(np.int16), GRID, "HU")


def turned(angles: tuple[float, float, float], shift: tuple[float, float, float]) -> sitk.Euler3DTransform:
    pose = pose_at((8.0, 30.0, 130.0), shift)
    pose.SetRotation(*angles)
    return pose


def test_levels_are_coarse_to_fine_windowed_and_lie_in_the_same_place(volume: Volume) -> None:
    levels = levels_of(volume)
    for level, wanted in zip(levels, LEVELS_MM, strict=True):
        assert level.GetSpacing() == pytest.approx((wanted,) * 3, rel=0.25)
        # The lump's middle, at index 18, 26, 34 (z, y, x), stays where it is: within a voxel of the level.
        z, y, x = np.unravel_index(int(sitk.GetArrayViewFromImage(level).argmax()), level.GetSize()[::-1])
        place = level.TransformIndexToPhysicalPoint((int(x), int(y), int(z)))
        assert place == pytest.approx((-20 + 34, 15 + 26, 100 + 18 * 1.5), abs=wanted)
    finest = sitk.GetArrayViewFromImage(levels[-1])
    assert SOFT_TISSUE_HU[0] - 1 <= finest.min() < -100  # air is soft tissue's lower end
    assert finest.max() <= SOFT_TISSUE_HU[1]


def test_a_pose_as_a_value_moves_points_as_itk_does() -> None:
    pose = turned((0.1, -0.2, 0.3), (4.0, -5.0, 6.0))
    value = rigid_of(pose)
    expected = [pose.TransformPoint(tuple(point)) for point in POINTS]
    np.testing.assert_allclose(value.apply(POINTS), expected, atol=1e-9)
    assert rigid_of(pose_at((1.0, 2.0, 3.0), (0.0, 0.0, 0.0))).rotation_degrees == 0


def test_the_way_back_undoes_the_way_wherever_it_turns() -> None:
    pose = turned((0.1, -0.2, 0.3), (4.0, -5.0, 6.0))
    back = inverse_of(pose, np.array([500.0, -300.0, 40.0]))
    assert back.GetCenter() == (500.0, -300.0, 40.0)
    np.testing.assert_allclose(rigid_of(back).apply(rigid_of(pose).apply(POINTS)), POINTS, atol=1e-6)


def test_displaced_starts_are_26_mm_and_14_degrees_away_in_eight_directions() -> None:
    base = turned((0.0, 0.0, 0.0), (1.0, 2.0, 3.0))
    shifts = []
    for pose in displaced(base):
        shift = np.array(pose.GetTranslation()) - (1.0, 2.0, 3.0)
        assert np.linalg.norm(shift) == pytest.approx(15 * math.sqrt(3))
        assert rigid_of(pose).rotation_degrees == pytest.approx(math.degrees(0.14 * math.sqrt(3)), rel=0.05)
        shifts.append(tuple(np.sign(shift)))
    assert len(set(shifts)) == 8


def test_information_is_greatest_in_place_and_none_where_nothing_overlaps(volume: Volume) -> None:
    level = levels_of(volume)[1]
    here, aside = (information(level, level, pose_at((0, 0, 0), shift)) for shift in ((0, 0, 0), (12, 0, 0)))
    assert here > aside > 0
    assert information(level, level, pose_at((0, 0, 0), (5000.0, 0, 0))) == 0.0


def test_a_descent_comes_back_and_says_where_there_is_nothing_to_follow(volume: Volume) -> None:
    level = levels_of(volume)[1]
    found = descended(level, level, pose_at((8.0, 38.0, 130.0), (6.0, -4.0, 5.0)), 6.0)
    assert found is not None
    assert np.linalg.norm(found.GetTranslation()) < 1.5
    assert descended(level, level, pose_at((0, 0, 0), (5000.0, 0, 0)), 6.0) is None


def test_the_base_is_always_among_the_starts_and_better_ones_are_found(volume: Volume) -> None:
    level = levels_of(volume)[0]
    base = pose_at((8.0, 38.0, 130.0), (30.0, 0.0, 0.0))
    first, *others = candidates(level, level, base)
    assert first is base
    assert len(others) == 2
    assert information(level, level, others[0]) > information(level, level, base)
    assert information(level, level, others[0]) >= information(level, level, others[1])


def test_a_window_holds_the_second_field_and_its_margin(volume: Volume) -> None:
    image = sitk.GetImageFromArray(np.zeros((60, 60, 60), np.float32))
    image.SetSpacing((5.0, 5.0, 5.0))
    corners = np.array([[x, y, z] for x in (100.0, 150.0) for y in (100.0, 140.0) for z in (120.0, 160.0)])
    window = window_of(image, rigid_of(pose_at((0, 0, 0), (0, 0, 0))), corners)
    # 25 mm around x from 100 to 150 mm: 75 to 175 mm, which are voxels 15 to 35.
    assert window.GetOrigin() == (75.0, 75.0, 95.0)
    assert window.GetSize() == (21, 19, 19)
    moved = window_of(image, rigid_of(pose_at((0, 0, 0), (50.0, 0, 0))), corners)
    assert moved.GetOrigin() == (25.0, 75.0, 95.0)


@pytest.mark.parametrize(("direction", "axis"), [((1, 0, 0, 0, 1, 0, 0, 0, 1), 2), ((0, 1, 0, 1, 0, 0, 0, 0, -1), 1)])
def test_left_and_right_change_places_whatever_the_axes_are(direction: tuple[float, ...], axis: int) -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    image = sitk.GetImageFromArray(array)
    image.SetDirection(direction)
    found = mirrored(image)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(found), np.flip(array, axis))
    assert found.GetDirection() == image.GetDirection()
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mirrored(found)), array)
