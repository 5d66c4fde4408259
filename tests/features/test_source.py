"""An image that is measured many times is normalised and splined once, and has the same values."""

import numpy as np
import pytest

from radpipe.features import source as sources
from radpipe.features import spline as splines
from radpipe.features.native import NativeEngine
from radpipe.features.params_file import parse_params
from radpipe.features.source import ImageSource
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

GEOMETRY = Geometry((12, 24, 26), (2.5, 1.0, 1.2), (-30.0, 12.5, 100.0))
PARAMS = parse_params(
    {
        "imageType": {"Original": {}, "LoG": {"sigma": [2.0]}},
        "featureClass": {"firstorder": None, "glcm": None},
        "setting": {"resampledPixelSpacing": [1, 1, 1], "normalize": True, "normalizeScale": 100, "binWidth": 10},
    }
)


@pytest.fixture(scope="module")
def volume() -> Volume:
    values = np.random.default_rng(3).normal(40, 100, GEOMETRY.size_zyx)
    return Volume(np.rint(values).astype(np.int16), GEOMETRY, "HU")


def mask_at(z: int, y: int, x: int) -> Mask:
    box = (slice(z, z + 4), slice(y, y + 8), slice(x, x + 9))
    return Mask.within(box, np.random.default_rng(z).random((4, 8, 9)) < 0.9, GEOMETRY)


def values_of(volume: Volume, mask: Mask, source: ImageSource | None = None) -> np.ndarray:
    found = NativeEngine().measure(volume, {"GTV": mask}, PARAMS, source)["GTV"]
    assert isinstance(found, FeatureVector)
    return found.values


def test_a_source_is_normalised_and_splined_once_for_many_masks(volume, monkeypatch):
    masks = [mask_at(2, 3, 4), mask_at(5, 12, 10), mask_at(8, 16, 17)]
    alone = [values_of(volume, mask) for mask in masks]
    source = ImageSource.of(volume, PARAMS)

    def refused(*_arguments, **_options):
        pytest.fail("made again")

    monkeypatch.setattr(splines, "spline_coefficients", refused)
    monkeypatch.setattr(sources, "normalize", refused)
    for mask, expected in zip(masks, alone, strict=True):
        assert np.array_equal(values_of(volume, mask, source), expected)


def test_a_roi_that_needs_more_than_the_region_of_the_source_has_the_same_values(volume):
    near = ImageSource.of(volume, PARAMS, (slice(0, 6), slice(0, 12), slice(0, 12)))
    assert np.array_equal(values_of(volume, mask_at(8, 16, 17), near), values_of(volume, mask_at(8, 16, 17)))


def test_a_source_without_resampling_has_no_spline(volume):
    plain = parse_params({"imageType": {"Original": {}}, "featureClass": {"firstorder": None}, "setting": {}})
    assert ImageSource.of(volume, plain).spline is None


def test_a_source_stands_for_its_own_volume_only(volume):
    other = Volume(volume.array, GEOMETRY, "HU")
    with pytest.raises(ValueError, match="made of another volume"):
        values_of(other, mask_at(2, 3, 4), ImageSource.of(volume, PARAMS))
