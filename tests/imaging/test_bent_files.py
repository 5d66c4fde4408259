"""Files of deformations: written and read by us and by ITK, to the last bit."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.bent_files import read_way, way_text
from radpipe.imaging.deformation import Deformation, deformation_of
from radpipe.imaging.transforms import RigidTransform, transform_text

FIELD = Geometry((20, 20, 20), (5.0, 5.0, 5.0), (-47.5, -47.5, -47.5))
LATTICE = Geometry((9, 10, 11), (40.0, 35.0, 30.0), (-150.0, -157.5, -160.0))
WAY = RigidTransform((0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0), (1 / 3, -2.0, 5.0))
POINTS = np.random.default_rng(1).uniform(-45, 45, (50, 3))


def bent(order: int = 3) -> Deformation:
    numbers = np.random.default_rng(2).normal(0, 2, (*LATTICE.size_zyx, 3))
    return deformation_of((Bend(LATTICE, numbers, order), WAY), FIELD)


def test_what_was_written_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "way.tfm"
    path.write_text(way_text(bent()))
    way = read_way(str(path), FIELD)
    assert isinstance(way, Deformation)
    np.testing.assert_array_equal(way.apply(POINTS), bent().apply(POINTS))
    np.testing.assert_array_equal(way.apply_inverse(POINTS), bent().apply_inverse(POINTS))
    assert way.to_json() == bent().to_json()


def test_simpleitk_reads_our_file_and_moves_points_alike(tmp_path: Path) -> None:
    path = tmp_path / "way.tfm"
    path.write_text(way_text(bent()))
    stored = sitk.ReadTransform(str(path))
    moved = [stored.TransformPoint(tuple(float(one) for one in point)) for point in POINTS]
    np.testing.assert_allclose(bent().apply(POINTS), moved, atol=1e-9)


@pytest.mark.parametrize("ending", ["tfm", "h5"])
def test_a_composite_of_simpleitk_moves_points_alike(tmp_path: Path, ending: str) -> None:
    field = sitk.GetImageFromArray(np.random.default_rng(3).normal(0, 2, (*LATTICE.size_zyx, 3)), isVector=True)
    field.SetSpacing(LATTICE.spacing_zyx_mm[::-1])
    field.SetOrigin(LATTICE.origin_xyz_mm)
    composite = sitk.CompositeTransform(3)
    composite.AddTransform(sitk.Euler3DTransform((1.0, 2.0, 3.0), 0.1, 0.0, -0.1, (4.0, 5.0, 6.0)))
    composite.AddTransform(sitk.DisplacementFieldTransform(field))  # ITK does the last one first
    composite.AddTransform(sitk.TranslationTransform(3, (1.0, 0.0, -1.0)))
    path = str(tmp_path / f"way.{ending}")
    sitk.WriteTransform(composite, path)
    moved = [composite.TransformPoint(tuple(float(one) for one in point)) for point in POINTS]
    np.testing.assert_allclose(read_way(path, FIELD).apply(POINTS), moved, atol=1e-4)  # ITK's text has six digits


def test_a_rigid_file_is_rigid(tmp_path: Path) -> None:
    path = tmp_path / "way.tfm"
    path.write_text(transform_text(WAY))
    assert read_way(str(path), FIELD) == WAY


def test_a_part_that_stretches_is_refused(tmp_path: Path) -> None:
    composite = sitk.CompositeTransform(3)
    composite.AddTransform(sitk.ScaleTransform(3, (1.0, 1.0, 1.2)))
    spline = sitk.BSplineTransformInitializer(sitk.Image([9, 9, 9], sitk.sitkUInt8), [2, 2, 2], order=3)
    composite.AddTransform(spline)
    sitk.WriteTransform(composite, str(tmp_path / "way.tfm"))
    with pytest.raises(InputError, match=r"E_TRANSFORM.*scales, shears or mirrors"):
        read_way(str(tmp_path / "way.tfm"), FIELD)


def test_a_file_that_folds_is_named(tmp_path: Path) -> None:
    spline = bent().steps[0]
    assert isinstance(spline, Bend)
    numbers = spline.numbers_mm * 40.0
    image = sitk.Image([8, 7, 6], sitk.sitkUInt8)
    image.SetSpacing((30.0, 35.0, 40.0))
    image.SetOrigin((-130.0, -122.5, -110.0))
    folded = sitk.BSplineTransformInitializer(image, [8, 7, 6], order=3)
    folded.SetParameters([float(one) for one in np.moveaxis(numbers, -1, 0).ravel()])
    sitk.WriteTransform(folded, str(tmp_path / "folded.tfm"))
    with pytest.raises(InputError, match=r"E_DEFORMATION.*space folds"):
        read_way(str(tmp_path / "folded.tfm"), FIELD)


def test_displacements_are_not_written_as_text() -> None:
    with pytest.raises(ValueError, match="only splines"):
        way_text(bent(order=1))
