"""The engine hands PyRadiomics' own values on, and says why a ROI was refused."""

import numpy as np
import pytest

from radpipe.features.params_file import load_params, parse_params
from radpipe.features.resample import as_itk, one_thread
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

pytest.importorskip("radiomics")
CLASSES = {"firstorder": None, "glcm": None}


@pytest.fixture
def engine():
    from radpipe.features.pyradiomics import PyRadiomicsEngine

    return PyRadiomicsEngine()


def brain(shared_data):
    import radpipe
    from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef

    folder = shared_data / "pyradiomics"
    volume = radpipe.open_image(ImageRef("brain1", "i", "MR", ImageKind.ITK_FILE, (str(folder / "brain1_image.nrrd"),)))
    roi = RoiRef("r", "GTV", MaskKind.ITK_FILE, str(folder / "brain1_label.nrrd"), 1, ("i",))
    return volume, radpipe.open_mask(roi, volume.geometry)


def made(inside, *, shape=(6, 7, 8), scale=100.0):
    rng = np.random.default_rng(2)
    geometry = Geometry(shape, (2.0, 1.0, 1.0))
    mask = np.zeros(shape, dtype=bool)
    mask[inside] = True
    return Volume((rng.normal(size=shape) * scale).astype(np.float32), geometry), Mask.of(mask, geometry)


@pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # pykwalify, for PyRadiomics by hand
def test_values_are_those_of_pyradiomics_called_by_hand(engine, shared_data):
    from radiomics.featureextractor import RadiomicsFeatureExtractor

    volume, mask = brain(shared_data)
    params = load_params("ct_native")
    vector = engine.measure(volume, {"GTV": mask}, params)["GTV"]
    with one_thread():
        byhand = RadiomicsFeatureExtractor(params.as_pyradiomics()).execute(
            as_itk(volume.array, volume.geometry), as_itk(mask.full_array().astype(np.uint8), mask.geometry)
        )
    expected = {name: float(value) for name, value in byhand.items() if not name.startswith("diagnostics_")}
    assert list(vector.names) == list(expected)
    assert np.array_equal(vector.values, list(expected.values()), equal_nan=True)
    # 4137 voxels: PyRadiomics' own baseline of brain1.
    assert vector.diagnostics["voxel_count"] == 4137


@pytest.mark.parametrize(
    ("inside", "setting", "code"),
    [
        ((2, 3, 4), {}, "E_TINY_ROI"),
        ((2, 3), {}, "E_TINY_ROI"),
        ((slice(1, 3), slice(1, 3), slice(1, 3)), {"minimumROISize": 8}, "E_TINY_ROI"),
        ((slice(1, 4), slice(1, 4), slice(1, 4)), {"resegmentRange": [1e6, 2e6]}, "E_INTENSITY"),
        ((slice(1, 4), slice(1, 4), slice(1, 4)), {"binWidth": 1e-4}, "E_TOO_MANY_BINS"),
    ],
)
def test_a_roi_that_cannot_be_measured_is_refused_with_its_code(engine, inside, setting, code):
    volume, mask = made(inside)
    params = parse_params({"featureClass": CLASSES, "setting": setting})
    fault = engine.measure(volume, {"GTV": mask}, params)["GTV"]
    assert fault.code == code
    assert fault.roi == "GTV"


def test_3d_form_of_a_radiograph_is_refused(engine):
    volume, mask = made((0, slice(1, 4), slice(1, 4)), shape=(1, 7, 8))
    fault = engine.measure(volume, {"lung": mask}, parse_params({"featureClass": {"shape": None}}))["lung"]
    assert "E_DIMENSION" in str(fault)


def test_2d_form_of_a_volume_is_refused(engine):
    volume, mask = made((slice(1, 4), slice(1, 4), slice(1, 4)))
    params = parse_params({"featureClass": {"shape2D": None}, "setting": {"force2D": True}})
    assert "E_DIMENSION" in str(engine.measure(volume, {"GTV": mask}, params)["GTV"])


def test_one_bad_roi_does_not_touch_another(engine):
    volume, good = made((slice(1, 4), slice(1, 4), slice(1, 4)))
    _, bad = made((2, 3, 4))
    found = engine.measure(volume, {"bad": bad, "good": good}, parse_params({"featureClass": CLASSES}))
    assert found["bad"].code == "E_TINY_ROI"
    assert np.isfinite(found["good"].values).all()


def test_a_roi_refused_before_it_is_prepared_is_judged_by_itself(engine):
    volume, good = made((slice(1, 4), slice(1, 4), slice(1, 4)))
    _, small = made((slice(4, 6), slice(4, 6), slice(4, 6)))
    setting = {"preCrop": True, "minimumROISize": 9}
    found = engine.measure(
        volume, {"good": good, "small": small}, parse_params({"setting": setting, "featureClass": CLASSES})
    )
    assert found["small"].code == "E_TINY_ROI"


def test_a_cube_whose_axes_pyradiomics_gives_as_complex_numbers_has_real_features(engine):
    geometry = Geometry((6, 6, 6), (1.0, 1.0, 1.0))
    mask = np.zeros((6, 6, 6), dtype=bool)
    mask[2:4, 2:4, 2:4] = True
    volume = Volume(np.arange(216, dtype=np.float32).reshape(6, 6, 6), geometry)
    vector = engine.measure(volume, {"GTV": Mask.of(mask, geometry)}, parse_params({"featureClass": {"shape": None}}))[
        "GTV"
    ]
    # Voxel centres half a millimetre from the middle along each axis: 4 standard deviations are 2 mm.
    found = dict(zip(vector.names, vector.values.tolist(), strict=True))
    assert found["original_shape_MajorAxisLength"] == pytest.approx(2)
    assert found["original_shape_Elongation"] == pytest.approx(1)
