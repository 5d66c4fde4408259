"""Random masks, what PyRadiomics 3.0.1 says of the shape of one, and images of a few voxels."""

import logging
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from radpipe.features.catalogue import features_of
from radpipe.features.classes.measure import measure_classes
from radpipe.features.comparison import compare_values
from radpipe.features.gray_levels import bin_edges, gray_levels
from radpipe.features.inputs import GrayLevels, RoiImage, TextureOptions
from radpipe.volume import bounding_box

SPACING_ZYX_MM = (2.2, 0.9765625, 0.5)


def random_roi(seed: int, flat_axis: int | None = None) -> RoiImage:
    """A mask of at least two voxels, cropped: points, lines, plates, holes, parts."""
    random = np.random.default_rng(seed)
    shape = [int(random.integers(1, most + 1)) for most in (6, 8, 10)]
    if flat_axis is not None:
        shape[flat_axis] = 1
    mask = random.random(shape) < random.choice([0.05, 0.3, 0.7, 1.0])
    mask.reshape(-1)[[0, -1]] = True
    if np.count_nonzero(mask) < 2:
        mask = np.ones((1, 1, 2) if flat_axis != 2 else (1, 2, 1), dtype=bool)
    mask = np.ascontiguousarray(mask[bounding_box(mask)])
    return RoiImage(np.zeros(mask.shape), mask, SPACING_ZYX_MM)


def pyradiomics_shape(mask: npt.NDArray[np.bool_], name: str, **options: Any) -> dict[str, float]:
    radiomics = pytest.importorskip("radiomics")
    sitk = pytest.importorskip("SimpleITK")
    radiomics.logger.setLevel(logging.CRITICAL + 1)
    pictures = [sitk.GetImageFromArray(array) for array in (np.zeros(mask.shape), mask.astype(np.uint8))]
    for picture in pictures:
        picture.SetSpacing(SPACING_ZYX_MM[::-1])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = radiomics.getFeatureClasses()[name](*pictures, **options)
        for feature in reference.featureNames:
            reference.enableFeatureByName(feature)
        return {feature: float(value) for feature, value in reference.execute().items()}


@pytest.fixture(scope="session")
def roi_of_seed() -> Callable[..., RoiImage]:
    """Make a random ROI, of one slice along an axis where one is given."""
    return random_roi


@pytest.fixture(scope="session")
def assert_shape_as_pyradiomics() -> Callable[..., None]:
    """Compare the features that were found of a ROI with those of PyRadiomics' class of a name."""

    def compare(roi: RoiImage, found: dict[str, float], name: str, **options: Any) -> None:
        compared = compare_values("roi", found, pyradiomics_shape(roi.mask, name, **options))
        assert compared
        assert not [value for value in compared if not value.accepted]

    return compare


@pytest.fixture(scope="session")
def values_of() -> Callable[..., dict[str, float]]:
    """Measure all features of a class of an image that the mask fills, voxels of 1 mm, bins of width 1."""

    def measure(name: str, image: list[Any], **options: Any) -> dict[str, float]:
        array = np.array(image, dtype=np.float64)
        gray = GrayLevels.of(gray_levels(array.ravel(), bin_edges(array.ravel(), width=1, count=None, max_bins=100)))
        roi = RoiImage(array, np.ones(array.shape, dtype=bool), (1.0, 1.0, 1.0))
        wanted = {name: tuple(feature.name for feature in features_of(name))}
        return dict(measure_classes(wanted, roi, gray, TextureOptions(**options))[name])

    return measure
