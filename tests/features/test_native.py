"""The native engine against PyRadiomics 3.0.1, through the same seam: settings, image types, several ROIs, refusals."""

import tracemalloc
from typing import Any, NoReturn

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.comparison import compare_engines, compare_values
from radpipe.features.engine import choose_engine
from radpipe.features.native import NativeEngine
from radpipe.features.params_file import load_params, parse_params, preset_names
from radpipe.geometry import Geometry
from radpipe.outcome import FeatureVector
from radpipe.volume import Mask, Volume

CLASSES = dict.fromkeys(("shape", "firstorder", "glcm", "glrlm", "glszm", "gldm", "ngtdm"))
ALL_TYPES = {
    "Original": {},
    "Wavelet": {},
    "LoG": {"sigma": [1.0, 3.0]},
    "Square": {},
    "SquareRoot": {},
    "Logarithm": {},
    "Exponential": {},
    "Gradient": {},
}


def scene(dtype: type = np.int16) -> tuple[Volume, dict[str, Mask]]:
    """A smooth image with noise, and three ROIs: a lump, one that touches three borders, two parts with a hole."""
    random = np.random.default_rng(2014)
    geometry = Geometry((14, 24, 26), (2.5, 1.0, 1.2), (-30.0, 12.5, 100.0))
    z, y, x = np.indices(geometry.size_zyx)
    image = 60 * np.sin(x / 4) + 40 * np.cos(y / 3 + z) + random.normal(0, 25, geometry.size_zyx)
    lump = (z - 7) ** 2 * 4 + (y - 12) ** 2 + (x - 13) ** 2 < 60
    corner = (z < 4) & (y < 9) & (x < 8)
    parts = ((z - 9) ** 2 + (y - 5) ** 2 + (x - 20) ** 2 < 14) | ((z == 3) & (y > 15) & (x > 15) & (x < 22))
    parts[9, 5, 20] = False
    masks = {"lump": lump, "corner": corner, "parts": parts}
    volume = Volume(np.rint(image).astype(dtype), geometry, "HU")
    return volume, {name: Mask.of(mask, geometry) for name, mask in masks.items()}


def params(setting: dict[str, Any], types: dict[str, Any] | None = None, classes: dict[str, Any] | None = None) -> Any:
    return parse_params(
        {"setting": setting, "imageType": types or {"Original": {}}, "featureClass": classes or CLASSES}
    )


def assert_engines_agree(chosen: Any, dtype: type = np.int16) -> None:
    pytest.importorskip("radiomics")
    table = compare_engines(NativeEngine(), choose_engine("pyradiomics"), *scene(dtype), chosen)
    assert len(table) > 90
    assert not [one for one in table if not one.accepted]


@pytest.mark.parametrize(
    "setting",
    [
        {"binWidth": 25},
        {"binWidth": 0.5, "normalize": True, "removeOutliers": 2},
        {"binCount": 16},
        {"binWidth": 20, "resampledPixelSpacing": [2, 2, 2]},
        {"binWidth": 20, "resampledPixelSpacing": [0, 0.7, 0], "interpolator": "sitkLinear", "padDistance": 2},
        {"binWidth": 20, "resampledPixelSpacing": [1, 1, 3], "interpolator": "sitkNearestNeighbor"},
        {"binWidth": 20, "resampledPixelSpacing": [1, 1, 3], "interpolator": "sitkLanczosWindowedSinc"},
        {"binWidth": 20, "resampledPixelSpacing": [1, 1, 3], "interpolator": "sitkGaussian"},
        {"binWidth": 25, "resegmentRange": [-50, 90], "resegmentShape": True},
        {"binWidth": 25, "resegmentRange": [-1, 1.5], "resegmentMode": "sigma"},
        {"binWidth": 25, "resegmentRange": [0.1, 0.9], "resegmentMode": "relative"},
        {"binWidth": 25, "force2D": True},
        {"binWidth": 25, "force2D": True, "force2Ddimension": 1},
        {"binWidth": 25, "distances": [1, 2]},
        {"binWidth": 25, "weightingNorm": "euclidean"},
        {"binWidth": 25, "weightingNorm": "manhattan"},
        {"binWidth": 25, "weightingNorm": "infinity"},
        {"binWidth": 25, "weightingNorm": "no_weighting"},
        {"binWidth": 25, "symmetricalGLCM": False, "gldm_a": 1, "voxelArrayShift": 1000},
        {"binWidth": 25, "preCrop": True, "padDistance": 3},
    ],
    ids=lambda setting: "-".join(f"{name}={value}" for name, value in setting.items() if name != "binWidth") or "plain",
)
def test_every_setting_gives_pyradiomics_values(setting: dict[str, Any]) -> None:
    assert_engines_agree(params(setting))


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
@pytest.mark.parametrize("extra", [{}, {"preCrop": True}, {"resampledPixelSpacing": [1.5, 1.5, 2]}])
def test_every_image_type_gives_pyradiomics_values(extra: dict[str, Any], dtype: type) -> None:
    assert_engines_agree(params({"binWidth": 20, **extra}, ALL_TYPES), dtype)


@pytest.mark.parametrize(
    "name", [name for name in preset_names() if name != "xray_2d" and not name.startswith("ibsi_")]
)
def test_every_preset_gives_pyradiomics_values(name: str) -> None:
    pytest.importorskip("radiomics")
    volume, masks = scene(np.float32 if name == "pet" else np.int16)
    if name == "pet":
        volume = Volume(np.abs(volume.array) / 20, volume.geometry, "SUVbw")
    table = compare_engines(NativeEngine(), choose_engine("pyradiomics"), volume, masks, load_params(name))
    assert not [one for one in table if not one.accepted]


def test_a_slice_gives_pyradiomics_values() -> None:
    pytest.importorskip("radiomics")
    volume, masks = scene()
    geometry = Geometry((1, 24, 26), (1.0, 0.8, 0.7))
    flat = Volume(volume.array[7:8], geometry, "arbitrary")
    slices = {"lump": Mask.of(masks["lump"].full_array()[7:8], geometry)}
    table = compare_engines(NativeEngine(), choose_engine("pyradiomics"), flat, slices, load_params("xray_2d"))
    assert len(table) > 90
    assert not [one for one in table if not one.accepted]


def test_features_named_in_the_file_come_in_its_order_deprecated_ones_too() -> None:
    pytest.importorskip("radiomics")
    chosen = params(
        {"binWidth": 25},
        classes={
            "firstorder": ["Variance", "StandardDeviation"],
            "glcm": ["Dissimilarity", "Contrast"],
            "shape": ["Sphericity", "Compactness1"],
        },
    )
    volume, masks = scene()
    ours, theirs = (choose_engine(name).measure(volume, masks, chosen)["lump"] for name in ("native", "pyradiomics"))
    assert isinstance(ours, FeatureVector)
    assert isinstance(theirs, FeatureVector)
    assert ours.names == theirs.names
    assert all(one.accepted for one in compare_values("lump", ours.as_dict(), theirs.as_dict()))


def test_rois_measured_together_equal_rois_measured_alone() -> None:
    volume, masks = scene()
    chosen = params({"binWidth": 20, "resampledPixelSpacing": [2, 2, 2]}, ALL_TYPES)
    together = NativeEngine().measure(volume, masks, chosen)
    for name, mask in masks.items():
        alone = NativeEngine().measure(volume, {name: mask}, chosen)[name]
        both = together[name]
        assert isinstance(alone, FeatureVector)
        assert isinstance(both, FeatureVector)
        assert np.array_equal(alone.values, both.values, equal_nan=True)


def test_a_roi_that_cannot_be_measured_is_named_and_touches_no_other() -> None:
    volume, masks = scene()
    point = np.zeros(volume.geometry.size_zyx, dtype=bool)
    point[3, 3, 3] = True
    found = NativeEngine().measure(
        volume, {"point": Mask.of(point, volume.geometry), **masks}, params({"binWidth": 25})
    )
    assert isinstance(found["point"], InputError)
    assert found["point"].code == "E_TINY_ROI"
    assert found["point"].roi == "point"
    assert all(isinstance(found[name], FeatureVector) for name in masks)


def test_a_filtered_image_with_far_too_many_bins_is_refused_before_memory_is_taken() -> None:
    volume, masks = scene()
    found = NativeEngine().measure(volume, masks, params({"binWidth": 1e-6}, {"Square": {}}))["lump"]
    assert isinstance(found, InputError)
    assert found.code == "E_TOO_MANY_BINS"


@pytest.mark.parametrize(
    "setting", [{}, {"preCrop": True}, {"resampledPixelSpacing": [2, 2, 2]}, {"resegmentRange": [-50, 50]}], ids=str
)
def test_no_mask_is_rebuilt_to_the_size_of_the_image(setting: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_mask: Mask) -> NoReturn:
        pytest.fail("a full array was made of a mask")

    volume, masks = scene()
    monkeypatch.setattr(Mask, "full_array", refuse)
    found = NativeEngine().measure(volume, masks, params({"binWidth": 20, **setting}, ALL_TYPES))
    assert all(isinstance(result, FeatureVector) for result in found.values())


def test_a_small_roi_of_a_large_image_costs_its_own_size() -> None:
    geometry = Geometry((64, 256, 256), (2.0, 1.0, 1.0))
    volume = Volume(np.zeros(geometry.size_zyx, dtype=np.int16), geometry, "HU")
    box = (slice(30, 34), slice(100, 110), slice(100, 110))
    masks = {str(i): Mask(box, np.ones((4, 10, 10), dtype=bool), geometry) for i in range(3)}
    classes = {"shape": None, "firstorder": None}
    NativeEngine().measure(volume, masks, params({}, classes=classes))
    tracemalloc.start()
    try:
        NativeEngine().measure(volume, masks, params({}, classes=classes))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000  # one mask of the whole image has 4 MB


def test_a_mask_of_another_grid_is_refused_with_both() -> None:
    volume, masks = scene()
    other = Mask(masks["lump"].box, masks["lump"].crop, Geometry((14, 24, 26), (2.5, 1.0, 1.3), (-30.0, 12.5, 100.0)))
    found = NativeEngine().measure(volume, {"other": other, "lump": masks["lump"]}, params({}))
    assert "E_GRID_MISMATCH" in str(found["other"])
    assert "2.5 x 1 x 1.2 and 2.5 x 1 x 1.3 mm" in str(found["other"])
    assert isinstance(found["lump"], FeatureVector)


def test_thousands_of_gray_levels_are_measured_but_for_the_maximal_correlation() -> None:
    geometry = Geometry((18, 18, 18), (1.0, 1.0, 1.0))
    values = np.random.default_rng(7).permutation(18**3).reshape(geometry.size_zyx).astype(np.int16)
    volume = Volume(values, geometry, "arbitrary")
    masks = {"all": Mask.of(np.ones(values.shape, dtype=bool), geometry)}  # 5,832 voxels, no two of one value
    known = ["Contrast", "JointEntropy"]
    found = NativeEngine().measure(volume, masks, params({"binWidth": 1}, classes={"glcm": known}))["all"]
    assert isinstance(found, FeatureVector)
    assert np.isfinite(found.values).all()
    refused = NativeEngine().measure(volume, masks, params({"binWidth": 1}, classes={"glcm": [*known, "MCC"]}))["all"]
    assert isinstance(refused, InputError)
    assert refused.code == "E_TOO_MANY_BINS"
    assert "gives 5832 bins, more than 5000" in refused.sentence
