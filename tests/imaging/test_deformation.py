"""Deformations: there and back, volumes and folds, by hand and by formula."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.ndimage import spline_filter
from scipy.spatial.transform import Rotation

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.deformation import Step, deformation_of
from radpipe.imaging.transforms import RigidTransform

FIELD = Geometry((24, 30, 30), (5.0, 4.0, 4.0), (-58.0, -58.0, -57.5))
LATTICE = Geometry((17, 17, 17), (15.0, 15.0, 15.0), (-120.0, -120.0, -120.0))

TURN = Rotation.from_rotvec((0.05, -0.04, 0.1)).as_matrix()
WAY = RigidTransform(tuple(float(one) for one in TURN.ravel()), (6.0, -4.0, 3.0))


def places(grid: Geometry) -> npt.NDArray[np.float64]:
    return grid.index_to_mm(np.stack(np.meshgrid(*map(np.arange, grid.size_zyx), indexing="ij"), axis=-1))


def splines(displacements: npt.NDArray[np.float64]) -> Bend:
    """The cubic splines through displacements on ``LATTICE``."""
    parts = [spline_filter(displacements[..., axis], order=3, mode="nearest") for axis in range(3)]
    return Bend(LATTICE, np.stack(parts, axis=-1), 3)


def wave(largest_mm: float) -> Bend:
    """y is displaced by a cosine of z, 240 mm long."""
    at = places(LATTICE)
    displacements = np.zeros(at.shape)
    displacements[..., 1] = largest_mm * np.cos(2 * np.pi * at[..., 2] / 240)
    return splines(displacements)


def swollen(share: float) -> Bend:
    """All lengths grow by a share about the origin."""
    return splines(share * places(LATTICE))


@pytest.mark.parametrize("steps", [(wave(12.0), WAY), (WAY, wave(12.0)), (WAY, wave(6.0), WAY, wave(6.0))])
def test_the_way_back_leads_to_where_points_were(steps: tuple[Step, ...]) -> None:
    deformation = deformation_of(steps, FIELD)
    at = np.random.default_rng(1).uniform(-50, 50, (500, 3))
    there = deformation.apply(deformation.apply_inverse(at))
    np.testing.assert_allclose(there, at, atol=0.02)
    assert deformation.inverse_mm < 0.05


def test_a_wave_moves_points_by_its_height_and_keeps_volumes() -> None:
    deformation = deformation_of((wave(12.0), WAY), FIELD)
    # At z = 0 the cosine is 1; the shear of y along z has determinant 1.
    np.testing.assert_allclose(deformation.apply([[3.0, 5.0, 0.0]]), WAY.apply([[3.0, 17.0, 0.0]]), atol=0.01)
    assert deformation.largest_mm == pytest.approx(12.0, abs=0.1)
    assert deformation.jacobian_range == pytest.approx((1.0, 1.0), abs=0.02)
    assert deformation.rigid == WAY


def test_what_swells_by_a_tenth_has_a_third_more_volume() -> None:
    deformation = deformation_of((swollen(0.1), WAY), FIELD)
    inner = np.random.default_rng(2).uniform(-40, 40, (100, 3))
    assert deformation.volume_ratio(inner) == pytest.approx(1.1**3, abs=1e-3)
    assert deformation.jacobian_range == pytest.approx((1.331, 1.331), abs=0.01)


def test_space_that_folds_is_refused() -> None:
    at = places(LATTICE)
    displacements = np.zeros(at.shape)
    # Along x, 1 + derivative = 1 - 2 pi 25 / 120 < 0 where the sine falls.
    displacements[..., 0] = 25.0 * np.sin(2 * np.pi * at[..., 0] / 120)
    with pytest.raises(InputError, match=r"E_DEFORMATION.*space folds: the Jacobian's determinant falls to -0\.[23]"):
        deformation_of((splines(displacements), WAY), FIELD)


def test_a_fold_of_one_voxel_is_found() -> None:
    grid = Geometry((41, 41, 41), (3.0, 3.0, 3.0), (-60.0, -60.0, -60.0))
    numbers = np.zeros((*grid.size_zyx, 3))
    numbers[20, 20, 20, 0] = 8.0  # farther than the next voxel, which stays
    with pytest.raises(InputError, match=r"E_DEFORMATION.*space folds"):
        deformation_of((Bend(grid, numbers, 1),), FIELD)


def test_a_bend_whose_lattice_ends_inside_is_judged_within_it_only() -> None:
    small = Geometry((9, 17, 17), (15.0, 15.0, 15.0), (-120.0, -120.0, -60.0))
    numbers = np.zeros((*small.size_zyx, 3))
    numbers[..., 1] = 10.0  # beyond the lattice nothing is displaced: space tears there, as it does in ITK
    deformation = deformation_of((Bend(small, numbers, 3),), FIELD)
    assert deformation.jacobian_range == pytest.approx((1.0, 1.0), abs=1e-6)
    np.testing.assert_allclose(deformation.apply_inverse([[0.0, 0.0, 0.0]]), [[0.0, -10.0, 0.0]], atol=0.02)
