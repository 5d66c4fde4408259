"""Derived images are PyRadiomics' to the last bit, though only a window of the image is filtered."""

import numpy as np
import pytest

from radpipe.errors import InputError
from radpipe.features.derive import derive
from radpipe.features.params_file import parse_params
from radpipe.features.prepare import prepare
from radpipe.features.resample import as_itk, one_thread
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

pytestmark = [
    pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning"),  # pykwalify, for PyRadiomics
    pytest.mark.filterwarnings("ignore:The module `scipy.ndimage:DeprecationWarning"),
]


IMAGE_TYPES = {
    "Original": {},
    "Wavelet": {"wavelet": "coif1"},
    "LoG": {"sigma": [1.0, 2.5]},
    "Square": {},
    "SquareRoot": {},
    "Logarithm": {},
    "Exponential": {},
    "Gradient": {},
}


DTYPES = (np.int16, np.float32, np.float64)


SHAPE = (21, 34, 43)


def volume_and_masks(dtype, *, seed=3, direction=(1.0, 0, 0, 0, 1, 0, 0, 0, 1)):
    rng = np.random.default_rng(seed)
    array = (rng.normal(size=SHAPE) * 150 + 40).astype(dtype)
    geometry = Geometry(SHAPE, (3.0, 0.9, 0.9), (-80.3, 12.5, 7.25), tuple(float(d) for d in direction))
    inner = np.zeros(SHAPE, dtype=bool)
    inner[9:13, 14:20, 17:26] = rng.random((4, 6, 9)) > 0.3
    border = np.zeros(SHAPE, dtype=bool)
    border[0:5, 20:34, 30:43] = rng.random((5, 14, 13)) > 0.3
    return Volume(array, geometry), {"inner": Mask.of(inner, geometry), "border": Mask.of(border, geometry)}


def pyradiomics_images(volume, mask, params):
    """What PyRadiomics hands to its feature classes: name -> (image, mask) cropped."""
    featureextractor = pytest.importorskip("radiomics.featureextractor")
    from radiomics import imageoperations

    found = {}

    class Spy(featureextractor.RadiomicsFeatureExtractor):
        def computeFeatures(self, image, roi, name, **_settings):  # noqa: N802
            import SimpleITK as sitk  # noqa: N813

            found[name] = (sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(roi) == 1)
            return {}

    assert imageoperations
    with one_thread():
        Spy(params.as_pyradiomics()).execute(
            as_itk(volume.array, volume.geometry), as_itk(mask.full_array().astype(np.uint8), volume.geometry)
        )
    return found


def radpipe_images(volume, masks, params):
    found = {name: {} for name in masks}
    with one_thread():
        for prepared in prepare(volume, masks, params):
            for image in derive(prepared, params):
                found[image.roi][image.name] = (image.values, prepared.rois[image.roi].mask)
    return found


def assert_same_images(volume, masks, params):
    ours = radpipe_images(volume, masks, params)
    for name, mask in masks.items():
        theirs = pyradiomics_images(volume, mask, params)
        assert list(ours[name]) == list(theirs)
        for image, (values, inside) in theirs.items():
            assert np.array_equal(ours[name][image][1], inside)
            assert ours[name][image][0].dtype == values.dtype, image
            assert np.array_equal(ours[name][image][0], values), (name, image)


def params_of(setting, image_types=None):
    return parse_params(
        {"imageType": image_types or IMAGE_TYPES, "featureClass": {"firstorder": None}, "setting": setting}
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"preCrop": True, "padDistance": 3},
        {"normalize": True, "normalizeScale": 100, "removeOutliers": 2},
        {"resampledPixelSpacing": [1.5, 1.5, 2], "padDistance": 6},
        {"resampledPixelSpacing": [0, 0, 1.5], "interpolator": "sitkLinear"},
        {"resampledPixelSpacing": [0.9, 0.9, 3]},
        {"resegmentRange": [-200, 150]},
        {"resegmentRange": [-1.5, 1], "resegmentMode": "sigma"},
        {"resegmentRange": [0.01], "resegmentMode": "relative", "resegmentShape": True},
        {"force2D": True},
        {"force2D": True, "force2Ddimension": 2},
    ],
    ids=lambda setting: ",".join(setting) or "plain",
)
def test_every_image_type_is_pyradiomics_bit_for_bit(setting, dtype):
    volume, masks = volume_and_masks(dtype)
    assert_same_images(volume, masks, params_of(setting))


@pytest.mark.parametrize(
    "interpolator",
    [
        "sitkNearestNeighbor",
        "sitkGaussian",
        "sitkHammingWindowedSinc",
        "sitkLanczosWindowedSinc",
        "sitkBSpline",
        2,
    ],
)
def test_each_interpolator_is_pyradiomics_bit_for_bit_on_an_oblique_grid(interpolator):
    direction = (0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1)
    volume, masks = volume_and_masks(np.float32, direction=direction)
    setting = {"resampledPixelSpacing": [1.1, 1.3, 2], "interpolator": interpolator}
    assert_same_images(volume, masks, params_of(setting, {"Original": {}}))


@pytest.mark.parametrize(
    "overrides",
    [
        {"wavelet": "haar"},
        {"wavelet": "db3", "level": 2},
        {"wavelet": "bior2.2", "start_level": 1},
        {"wavelet": "coif3", "level": 2, "start_level": 1},
        {"wavelet": "dmey"},
    ],
)
def test_each_wavelet_and_level_is_pyradiomics_bit_for_bit(overrides):
    volume, masks = volume_and_masks(np.int16)
    assert_same_images(volume, masks, params_of({}, {"Wavelet": overrides}))


def test_a_sigma_too_large_for_the_image_gives_no_column_as_in_pyradiomics():
    volume, masks = volume_and_masks(np.int16)
    params = params_of({}, {"Original": {}, "LoG": {"sigma": [1.0, 80.0]}})
    assert_same_images(volume, masks, params)


def test_resegmentation_that_leaves_one_voxel_is_refused_with_the_count():
    volume, masks = volume_and_masks(np.int16)
    (prepared,) = prepare(volume, masks, params_of({"resegmentRange": [5000]}))
    fault = prepared.rois["inner"]
    assert isinstance(fault, InputError)
    assert "E_INTENSITY" in str(fault)
    assert "leaves 0 of" in str(fault)
