"""Displacements on a lattice: point for point those of ITK's splines and displacement fields."""

import numpy as np
import numpy.typing as npt
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.bent_files import bend_of_itk

COS, SIN = float(np.cos(0.3)), float(np.sin(0.3))
TURNED = (COS, -SIN, 0.0, SIN, COS, 0.0, 0.0, 0.0, 1.0)


def points(seed: int, reach_mm: float) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(-reach_mm, reach_mm, (400, 3))


def itk_points(transform: sitk.Transform, at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.array([transform.TransformPoint(tuple(float(one) for one in point)) for point in at])


def test_a_spline_moves_points_as_itk_does_inside_and_beyond() -> None:
    domain = sitk.Image([20, 24, 16], sitk.sitkUInt8)
    domain.SetSpacing((5.0, 4.0, 6.0))
    domain.SetOrigin((-40.0, -50.0, -45.0))
    domain.SetDirection(TURNED)
    spline = sitk.BSplineTransformInitializer(domain, [3, 4, 2], order=3)
    numbers = np.random.default_rng(1).normal(0, 4, len(spline.GetParameters()))
    spline.SetParameters([float(one) for one in numbers])
    at = points(2, 80.0)
    moved = itk_points(spline, at)
    np.testing.assert_allclose(bend_of_itk(spline).apply(at), moved, atol=1e-9)
    assert 40 < np.count_nonzero((moved != at).any(axis=1)) < 360  # some lie inside, some beyond


def test_a_displacement_field_moves_points_as_itk_does() -> None:
    array = np.random.default_rng(3).normal(0, 4, (6, 7, 8, 3))
    image = sitk.GetImageFromArray(array, isVector=True)
    image.SetSpacing((9.0, 8.0, 10.0))
    image.SetOrigin((-30.0, -25.0, -20.0))
    image.SetDirection(TURNED)
    field = sitk.DisplacementFieldTransform(sitk.Image(image))
    bend = bend_of_itk(field)
    # Half a voxel beyond the outer centres ITK still repeats the border.
    at = points(4, 60.0)
    index = bend.lattice.mm_to_index(at)
    inner = ((index >= 0) & (index <= np.array([5, 6, 7]))).all(axis=1)
    assert np.count_nonzero(inner) > 20
    np.testing.assert_allclose(bend.apply(at[inner]), itk_points(field, at[inner]), atol=1e-9)


def test_splines_that_are_not_cubic_are_refused() -> None:
    linear = sitk.BSplineTransformInitializer(sitk.Image([9, 9, 9], sitk.sitkUInt8), [2, 2, 2], order=1)
    with pytest.raises(ValueError, match="its splines are not cubic"):
        bend_of_itk(linear)


@pytest.mark.parametrize(
    ("numbers", "order", "sentence"),
    [
        (np.zeros((4, 4, 4)), 3, "on a lattice of"),
        (np.zeros((4, 4, 4, 3)), 2, "order 2"),
        (np.full((4, 4, 4, 3), np.nan), 3, "not finite"),
    ],
)
def test_a_bend_is_whole_at_birth(numbers: npt.NDArray[np.float64], order: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Bend(Geometry((4, 4, 4), (9.0, 9.0, 9.0)), numbers, order)
