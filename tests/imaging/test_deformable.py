"""Deformable registration: a known bend is found, an image that is not bent stays, and doubts are told."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy.ndimage import map_coordinates

from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.deformable import Bending, bend_doubts, register_deformable
from radpipe.imaging.deformation import Deformation, deformation_of
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Volume

GRID = Geometry((44, 44, 44), (4.5, 5.0, 5.0), (-107.5, -107.5, -96.75))
FIELD = Geometry((42, 50, 50), (4.0, 3.6, 3.6), (-88.2, -88.2, -82.0))


def points_of(grid: Geometry) -> npt.NDArray[np.float64]:
    return grid.index_to_mm(np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1))


def bow(points: npt.NDArray[np.float64], largest_mm: float) -> npt.NDArray[np.float64]:
    """y is displaced by a parabola of z that is 0 in the mean: the bow of a neck; known, since z and x stay."""
    displaced = points.copy()
    displaced[..., 1] += largest_mm * (1.5 * (points[..., 2] / 80) ** 2 - 0.5)
    return displaced


def head() -> Volume:
    """A CT-like column of soft tissue with bone, fat and air at places of chance."""
    rng = np.random.default_rng(1)
    points = points_of(GRID)
    hu = np.where(((points[..., :2] / (80, 95)) ** 2).sum(axis=-1) < 1, 40.0, -1000.0)
    for _ in range(70):
        blob = (((points - rng.uniform((-60, -75, -90), (60, 75, 90))) / rng.uniform(8, 16, 3)) ** 2).sum(axis=-1) < 1
        hu[blob & (hu > -999)] = rng.choice([-900.0, -90.0, 110.0, 250.0, 600.0])
    return Volume(hu.astype(np.int16), GRID, "HU")


def magnetic(ct: Volume, largest_mm: float) -> Volume:
    """An MR-like image of the same head, bowed: fat bright, bone and air dark, with noise."""
    values = np.interp(ct.array, [-1000, -900, -90, 40, 110, 250, 600], [0, 5, 900, 400, 500, 620, 60])
    places = np.moveaxis(GRID.mm_to_index(bow(points_of(FIELD), largest_mm)), -1, 0)
    noise = np.random.default_rng(2).normal(0, 15, FIELD.size_zyx)
    return Volume((map_coordinates(values, places, order=1, mode="nearest") + noise).astype(np.float32), FIELD)


@pytest.fixture(scope="module")
def bent() -> Bending:
    return register_deformable(head(), magnetic(head(), 8.0), RigidTransform())


def test_a_known_bow_is_found_and_told(bent: Bending) -> None:
    way = bent.way
    assert isinstance(way, Deformation)
    there = np.random.default_rng(3).uniform((-50, -55, -60), (50, 55, 60), (300, 3))
    truth = bow(there, 8.0)
    before = np.linalg.norm(truth - there, axis=1)
    after = np.linalg.norm(way.apply_inverse(there) - truth, axis=1)
    assert after.mean() < 0.5 * before.mean()
    assert bent.told == ""
    assert bend_doubts(bent) == ()
    low, high = way.jacobian_range
    assert 0.8 < low < 1.0 < high < 1.25  # the true bow shears, and keeps volumes
    figures = bent.to_json()
    assert figures["bent"] is True
    assert figures["bend_gain"] == bent.gain > 2.0
    assert 4.0 < figures["largest_mm"] < 14.0


def test_the_same_images_give_the_same_deformation_to_the_last_bit(bent: Bending) -> None:
    again = register_deformable(head(), magnetic(head(), 8.0), RigidTransform())
    assert isinstance(bent.way, Deformation)
    assert isinstance(again.way, Deformation)
    first, second = bent.way.steps[0], again.way.steps[0]
    assert isinstance(first, Bend)
    assert isinstance(second, Bend)
    np.testing.assert_array_equal(first.numbers_mm, second.numbers_mm)


@pytest.mark.slow_ci
def test_an_image_that_is_not_bent_keeps_the_rigid_transform() -> None:
    bending = register_deformable(head(), magnetic(head(), 0.0), RigidTransform())
    assert bending.way == RigidTransform()
    assert "the rigid transform is kept: by the deformation" in bending.told
    assert bending.to_json() == {"bent": False, "bend_gain": bending.gain}
    assert bend_doubts(bending) == ()


def test_images_that_hardly_overlap_keep_the_rigid_transform() -> None:
    far = RigidTransform(offset_xyz_mm=(0.0, 0.0, 900.0))
    assert register_deformable(head(), magnetic(head(), 0.0), far) == Bending(far, 0.0, 0)


def test_volumes_that_change_much_are_doubted() -> None:
    lattice = Geometry((9, 9, 9), (40.0, 40.0, 40.0), (-160.0, -160.0, -160.0))
    way = deformation_of((Bend(lattice, np.zeros((9, 9, 9, 3)), 3),), FIELD)
    bending = Bending(replace(way, jacobian_range=(0.55, 1.2)), 9.0, 40)
    assert bend_doubts(bending) == ("volumes are multiplied by 0.55 to 1.20, outside 0.6 to 1.6",)
    assert bend_doubts(Bending(replace(way, jacobian_range=(0.61, 1.59)), 9.0, 40)) == ()
