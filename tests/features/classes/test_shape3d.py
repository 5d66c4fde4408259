"""Shape against PyRadiomics 3.0.1 on random masks, and of a ball."""

import logging
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radpipe.features.classes.inputs import RoiImage
from radpipe.features.classes.shape3d import FEATURES as FEATURES_3D
from radpipe.features.classes.shape3d import measure_shape3d, shape_of
from radpipe.features.comparison import compare_values
from radpipe.volume import bounding_box

BoolArray = npt.NDArray[np.bool_]


SPACING_ZYX_MM = (2.2, 0.9765625, 0.5)


def roi_of(mask: BoolArray) -> RoiImage:
    return RoiImage(np.zeros(mask.shape), mask, SPACING_ZYX_MM)


def theirs(mask: BoolArray, name: str, **options: Any) -> dict[str, float]:
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    pictures = [sitk.GetImageFromArray(one) for one in (np.zeros(mask.shape), mask.astype(np.uint8))]
    for picture in pictures:
        picture.SetSpacing(SPACING_ZYX_MM[::-1])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = radiomics.getFeatureClasses()[name](*pictures, **options)
        for feature in reference.featureNames:
            reference.enableFeatureByName(feature)
        return {feature: float(value) for feature, value in reference.execute().items()}


@st.composite
def masks(draw: st.DrawFn, flat_axis: int | None = None) -> BoolArray:
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = [draw(st.integers(1, most)) for most in (6, 8, 10)]
    if flat_axis is not None:
        shape[flat_axis] = 1
    mask = random.random(shape) < draw(st.sampled_from([0.05, 0.3, 0.7, 1.0]))
    mask.reshape(-1)[[0, -1]] = True
    if np.count_nonzero(mask) < 2:
        mask = np.ones((1, 1, 2) if flat_axis != 2 else (1, 2, 1), dtype=bool)
    return np.ascontiguousarray(mask[bounding_box(mask)])


@given(masks())
@settings(max_examples=250)
def test_random_masks_equal_pyradiomics(mask: BoolArray) -> None:
    expected = theirs(mask, "shape")
    found = measure_shape3d(shape_of(roi_of(mask)), tuple(FEATURES_3D))
    assert not [one for one in compare_values("roi", found, expected) if not one.accepted]


def test_a_ball_is_nearly_a_sphere() -> None:
    places = np.indices((41, 41, 41)) - 20
    ball = (places**2).sum(axis=0) <= 18**2
    found = measure_shape3d(shape_of(RoiImage(np.zeros(ball.shape), ball, (1.0, 1.0, 1.0))), tuple(FEATURES_3D))
    assert found["MeshVolume"] == pytest.approx(4 / 3 * np.pi * 18**3, rel=0.01)
    assert found["Maximum3DDiameter"] == pytest.approx(37, abs=0.5)
    assert 0.9 < found["Sphericity"] < 1
    assert found["Compactness2"] == pytest.approx(found["Sphericity"] ** 3)
    assert found["Flatness"] == pytest.approx(1)
