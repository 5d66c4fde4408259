"""Rigid transforms: their points, files, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import InputError
from radpipe.imaging.transforms import Backwards, RigidTransform, read_transform, transform_text

QUARTER = (0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
"""A quarter turn about z: x goes to y."""


def test_a_point_is_turned_then_shifted_and_comes_back() -> None:
    way = RigidTransform(QUARTER, (10.0, 0.0, 5.0))
    np.testing.assert_allclose(way.apply([1.0, 2.0, 3.0]), [8.0, 1.0, 8.0])  # (-2, 1, 3) + (10, 0, 5)
    np.testing.assert_allclose(way.apply_inverse([8.0, 1.0, 8.0]), [1.0, 2.0, 3.0])
    assert way.rotation_degrees == pytest.approx(90.0)


@pytest.mark.parametrize("bad", [(2.0, 0, 0, 0, 2.0, 0, 0, 0, 2.0), (-1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0)])
def test_what_scales_or_mirrors_is_no_rigid_transform(bad: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="scales, shears or mirrors"):
        RigidTransform(bad)


def test_a_file_gives_every_digit_back(tmp_path: Path) -> None:
    angle = 0.1234567890123
    turn = (np.cos(angle), -np.sin(angle), 0.0, np.sin(angle), np.cos(angle), 0.0, 0.0, 0.0, 1.0)
    way = RigidTransform(tuple(map(float, turn)), (1 / 3, -700.1, 2e-17))
    path = tmp_path / "way.tfm"
    path.write_text(transform_text(way))
    assert read_transform(str(path)) == way


def test_a_euler_transform_of_simpleitk_maps_points_as_there(tmp_path: Path) -> None:
    euler = sitk.Euler3DTransform((10.0, -20.0, 30.0), 0.1, -0.2, 0.3, (4.0, 5.0, 6.0))
    path = tmp_path / "euler.tfm"
    sitk.WriteTransform(euler, str(path))
    point = (7.0, 8.0, 9.0)
    np.testing.assert_allclose(read_transform(str(path)).apply(point), euler.TransformPoint(point), atol=1e-9)


def test_a_stretching_transform_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "scale.tfm"
    sitk.WriteTransform(sitk.ScaleTransform(3, (1.0, 1.0, 1.1)), str(path))
    with pytest.raises(InputError, match=r"E_TRANSFORM.*scales, shears or mirrors"):
        read_transform(str(path))


def test_a_file_that_is_no_transform_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.tfm"
    path.write_text("nothing\n")
    with pytest.raises(InputError, match=r"E_TRANSFORM.*cannot read it"):
        read_transform(str(path))


def test_backwards_goes_the_other_way() -> None:
    way = RigidTransform(QUARTER, (10.0, 0.0, 5.0))
    points = [[1.0, 2.0, 3.0]]
    np.testing.assert_allclose(Backwards(way).apply(way.apply(points)), points, atol=1e-12)
    np.testing.assert_allclose(Backwards(way).apply_inverse(points), way.apply(points))
    assert Backwards(way).volume_ratio(points) == 1.0
    assert not Backwards(way).is_identity
