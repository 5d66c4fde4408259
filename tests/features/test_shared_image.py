"""What variants of one image share: made once, grown where more is asked, and without any effect on a value."""

from unittest import mock

import numpy as np
import pytest

from radpipe.features.native import NativeEngine
from radpipe.features.params import Params
from radpipe.features.params_file import parse_params
from radpipe.features.shared_image import SharedImage
from radpipe.features.spline import SplineImage
from radpipe.features.variant import Control, State, Variant
from radpipe.features.variants import measure_variant
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

GEOMETRY = Geometry((20, 60, 60), (2.5, 1.0, 1.0))
PARAMS = parse_params(
    {
        "imageType": {"Original": {}, "LoG": {"sigma": [2.0]}},
        "featureClass": {"shape": None, "firstorder": None, "glcm": None},
        "setting": {"binWidth": 25, "padDistance": 3, "resampledPixelSpacing": [1.5, 1.5, 2.0]},
    }
)


def scene() -> tuple[Volume, dict[str, Mask]]:
    volume = Volume(np.random.default_rng(4).normal(0, 60, GEOMETRY.size_zyx).astype(np.int16), GEOMETRY, "HU")
    masks = {}
    for name, x in (("near", 10), ("far", 36)):
        box = (slice(6, 13), slice(20, 33), slice(x, x + 12))
        masks[name] = Mask.within(box, np.random.default_rng(x).random((7, 13, 12)) < 0.95, GEOMETRY)
    return volume, masks


def values(found: object) -> np.ndarray:
    assert isinstance(found, FeatureVector)
    return found.values


@pytest.mark.parametrize(
    "variant",
    [None, *(State(letters, 2, 3) for letters in ("N", "V", "C", "T", "R", "NTRVC")), Control("shuffled_roi")],
    ids=str,
)
def test_shared_or_not_a_variant_has_the_same_bytes(variant: Variant | None) -> None:
    volume, masks = scene()
    shared = SharedImage(volume)
    engine, params = NativeEngine(), PARAMS if variant is None else PARAMS.with_variant(variant)
    measure_variant(engine, volume, masks, PARAMS, shared)  # something lies there already
    among = measure_variant(engine, volume, masks, params, shared)
    for name, mask in masks.items():
        alone = measure_variant(engine, volume, {name: mask}, params)[name]
        assert values(alone).tobytes() == values(among[name]).tobytes(), name
        assert isinstance(among[name], FeatureVector)
        assert isinstance(alone, FeatureVector)
        assert alone.diagnostics == among[name].diagnostics


def test_a_spline_is_made_once_for_contours_and_places_of_a_roi() -> None:
    volume, masks = scene()
    shared = SharedImage(volume)
    with mock.patch.object(SplineImage, "of", side_effect=SplineImage.of) as made:
        for state in (State("V", 1, 3), State("C", 1, 3), State("V", 2, 3), State("T", 1, 3)):
            measure_variant(NativeEngine(), volume, {"near": masks["near"]}, PARAMS.with_variant(state), shared)
    assert made.call_count == 1


def test_a_spline_grows_to_another_roi_and_then_serves_both() -> None:
    volume, masks = scene()
    shared = SharedImage(volume)
    with mock.patch.object(SplineImage, "of", side_effect=SplineImage.of) as made:
        for name in ("near", "far", "near", "far"):
            params = PARAMS.with_variant(State("V", 1, 3))
            measure_variant(NativeEngine(), volume, {name: masks[name]}, params, shared)
    assert made.call_count == 2


def test_a_spline_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.features.shared_image.MOST_VOXELS", 1000)
    volume, masks = scene()
    shared = SharedImage(volume)
    with mock.patch.object(SplineImage, "of", side_effect=SplineImage.of) as made:
        for _ in range(2):
            measure_variant(NativeEngine(), volume, {"near": masks["near"]}, PARAMS, shared)
    assert made.call_count == 2


def test_other_settings_see_no_voxels_of_the_first() -> None:
    volume, masks = scene()
    normal: Params = parse_params(
        {
            "imageType": {"Original": {}},
            "featureClass": {"firstorder": None},
            "setting": {"binWidth": 0.1, "normalize": True, "resampledPixelSpacing": [1.5, 1.5, 2.0]},
        }
    )
    shared = SharedImage(volume)
    measure_variant(NativeEngine(), volume, masks, PARAMS, shared)
    among = measure_variant(NativeEngine(), volume, masks, normal, shared)
    alone = measure_variant(NativeEngine(), volume, masks, normal)
    assert all(np.array_equal(values(among[name]), values(alone[name])) for name in masks)


def test_noise_is_estimated_once_for_a_roi() -> None:
    volume, masks = scene()
    shared = SharedImage(volume)
    with mock.patch("radpipe.features.shared_image.noise_sd", return_value=5.0) as estimated:
        found = [shared.noise_sd(masks[name]) for name in ("near", "far", "near")]
    assert (found, estimated.call_count) == ([5.0, 5.0, 5.0], 2)
