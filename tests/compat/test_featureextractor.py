"""PyRadiomics' scripts with one import changed: names, order, behaviour and, where it is installed, values to 1e-9."""

import base64
import json
import logging
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.compat import featureextractor
from radpipe.errors import ParameterError, UsageError

COMPARED = ("Image-", "Mask-", "Configuration_EnabledImageTypes")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An oblique image of whole numbers with two labels, one of them in two parts."""
    random = np.random.default_rng(414)
    z, y, x = np.indices((12, 26, 28))
    array = np.rint(80 * np.sin(x / 5) + 50 * np.cos(y / 4 + z) + random.normal(0, 20, z.shape)).astype(np.int16)
    labels = np.zeros(array.shape, np.uint8)
    labels[(z - 6) ** 2 * 9 + (y - 13) ** 2 + (x - 14) ** 2 < 80] = 1
    labels[2:4, 2:6, 2:7] = labels[8:10, 20:24, 20:26] = 2
    folder = tmp_path_factory.mktemp("compat")
    turned = (0.8, -0.6, 0.0, 0.6, 0.8, 0.0, 0.0, 0.0, 1.0)
    for name, voxels in (("image", array), ("label", labels)):
        image = sitk.GetImageFromArray(voxels)
        image.SetSpacing((1.1, 0.9, 2.5))
        image.SetOrigin((-30.0, 12.0, 7.0))
        image.SetDirection(turned)
        sitk.WriteImage(image, folder / f"{name}.nrrd")
    return folder / "image.nrrd", folder / "label.nrrd"


def hello(module: ModuleType, image: str, mask: str) -> dict[str, Any]:
    """The flow of PyRadiomics' ``helloRadiomics.py``: settings, resampling, three image types, named features."""
    settings = {"binWidth": 25, "resampledPixelSpacing": [2, 2, 2], "interpolator": sitk.sitkBSpline}
    extractor = module.RadiomicsFeatureExtractor(**settings)
    extractor.disableAllImageTypes()
    extractor.enableImageTypeByName("Original")
    extractor.enableImageTypeByName("LoG", customArgs={"sigma": [2.0]})
    extractor.enableImageTypes(Wavelet={"binWidth": 10})
    extractor.disableAllFeatures()
    extractor.enableFeatureClassByName("firstorder")
    extractor.enableFeaturesByName(glcm=["Correlation", "JointEntropy"], shape=[])
    result: dict[str, Any] = extractor.execute(image, mask)
    return result


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Names that differ in place, or whose values do: features, and what is told of image and mask."""
    found = [name for name, other in zip(ours, theirs, strict=True) if name != other]
    for name, value in theirs.items():
        if not name.startswith("diagnostics_"):
            same = bool(np.isclose(float(ours[name]), float(value), rtol=1e-9, atol=1e-9))
        elif name.removeprefix("diagnostics_").startswith(COMPARED):
            same = _rounded(ours[name]) == _rounded(value)
        else:
            same = True
        found += [] if same else [f"{name}: {ours[name]!r} and {value!r}"]
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_rounded(part) for part in value)
    return round(float(value), 8) if isinstance(value, float | np.floating) else value


def theirs() -> ModuleType:
    pytest.importorskip("radiomics")
    from radiomics import featureextractor as original

    logging.getLogger("radiomics").setLevel(logging.CRITICAL)
    module: ModuleType = original
    return module


def test_a_script_like_hello_radiomics_runs_on_with_one_import_changed(scene: tuple[Path, Path]) -> None:
    words = tuple(map(str, scene))
    assert not differences(hello(featureextractor, *words), hello(theirs(), *words))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"label": 2, "preCrop": True},
        {"resegmentRange": [-40, 90], "binCount": 12},
        {
            "resegmentRange": [-2, 2],
            "resegmentMode": "sigma",
            "resegmentShape": True,
            "resampledPixelSpacing": [0, 0, 2],
        },
        {"normalize": True, "normalizeScale": 100, "binWidth": 5},
        {"resampledPixelSpacing": [1.1, 0.9, 2.5], "padDistance": 2, "additionalInfo": True},
    ],
    ids=lambda value: " ".join(value) or "defaults",
)
def test_values_order_and_diagnostics_are_pyradiomics(scene: tuple[Path, Path], settings: dict[str, Any]) -> None:
    image, mask = (sitk.ReadImage(str(path)) for path in scene)
    found = [
        module.RadiomicsFeatureExtractor(**settings).execute(image, mask) for module in (featureextractor, theirs())
    ]
    assert not differences(*found)


REFERENCE = json.loads((Path(__file__).parents[1] / "numbers" / "pyradiomics_3_0_1.json").read_text(encoding="utf-8"))
"""A scene, settings, and what PyRadiomics 3.0.1 gave for them on Python 3.11 (``make_pyradiomics_reference.py``)."""


def recorded_scene() -> list[sitk.Image]:
    pictures = []
    for name in ("image", "mask"):
        told = REFERENCE[name]
        array = np.frombuffer(zlib.decompress(base64.b64decode(told["zlib_base64"])), told["dtype"])
        pictures.append(sitk.GetImageFromArray(array.reshape(told["shape"]).astype(np.int16)))
        pictures[-1].SetSpacing(REFERENCE["spacing_zyx_mm"][::-1])
    return pictures


@pytest.mark.parametrize("run", REFERENCE["runs"], ids=lambda run: run["name"])
def test_where_pyradiomics_cannot_be_installed_its_recorded_values_are_met(run: dict[str, Any]) -> None:
    settings = {**run["params"]["setting"], "additionalInfo": False}
    found = featureextractor.RadiomicsFeatureExtractor({**run["params"], "setting": settings}).execute(
        *recorded_scene()
    )
    assert list(found) == list(run["values"])
    wanted = [np.nan if value is None else value for value in run["values"].values()]
    np.testing.assert_allclose(list(found.values()), wanted, rtol=1e-9, atol=1e-9)


def test_the_words_of_hello_radiomics_meet_the_recorded_values() -> None:
    extractor = featureextractor.RadiomicsFeatureExtractor(
        binWidth=25, resampledPixelSpacing=None, interpolator=sitk.sitkBSpline
    )
    extractor.disableAllFeatures()
    extractor.enableFeaturesByName(firstorder=["Mean", "Skewness"])
    found = extractor.execute(*recorded_scene())
    wanted = next(run["values"] for run in REFERENCE["runs"] if run["name"] == "plain")
    features = {name: value for name, value in found.items() if not name.startswith("diagnostics")}
    names = ["original_firstorder_Mean", "original_firstorder_Skewness"]
    assert features == pytest.approx({name: wanted[name] for name in names}, rel=1e-9)


def test_an_image_of_two_dimensions_is_measured_as_pyradiomics_does(scene: tuple[Path, Path]) -> None:
    image, mask = (sitk.ReadImage(str(path))[:, :, 6] for path in scene)
    found = []
    for module in (featureextractor, theirs()):
        extractor = module.RadiomicsFeatureExtractor()
        extractor.enableAllFeatures()
        found.append(extractor.execute(image, mask))
    assert not differences(*found)
    assert "original_shape2D_PixelSurface" in found[0]


def test_shape_in_the_plane_of_a_roi_of_several_slices_is_refused_as_in_pyradiomics(scene: tuple[Path, Path]) -> None:
    for module, word in ((featureextractor, "one slice, this one has"), (theirs(), "cannot compute 2D shape")):
        extractor = module.RadiomicsFeatureExtractor(force2D=True)
        extractor.disableAllFeatures()
        extractor.enableFeatureClassByName("shape2D")
        with pytest.raises(ValueError, match=word):
            extractor.execute(*map(str, scene))


def test_without_pyradiomics_the_names_are_there(scene: tuple[Path, Path]) -> None:
    # Counts of PyRadiomics 3.0.1's documentation: 14 shape, 18 first-order and, of GLCM, 24 features.
    extractor = featureextractor.RadiomicsFeatureExtractor(
        {"setting": {"binWidth": 20}, "featureClass": {"shape": None}}
    )
    assert extractor.settings["binWidth"] == 20
    extractor.enableFeatureClassByName("firstorder")
    extractor.enableFeatureClassByName("glcm")
    found = extractor.execute(*scene, label=2)
    names = [name.split("_")[1] for name in found if not name.startswith("diagnostics_")]
    assert {name: names.count(name) for name in dict.fromkeys(names)} == {"shape": 14, "firstorder": 18, "glcm": 24}
    # 2 x 4 x 5 voxels and 2 x 4 x 6 voxels, two parts.
    assert found["diagnostics_Mask-original_VoxelNum"] == 88
    assert found["diagnostics_Mask-original_VolumeNum"] == 2
    assert next(iter(found)) == "diagnostics_Versions_PyRadiomics"


def test_additional_info_can_be_switched_off(scene: tuple[Path, Path]) -> None:
    extractor = featureextractor.RadiomicsFeatureExtractor(additionalInfo=False)
    extractor.disableAllFeatures()
    extractor.enableFeaturesByName(firstorder=["Mean"])
    assert list(extractor.execute(*scene)) == ["original_firstorder_Mean"]
    extractor.addProvenance()
    assert len(extractor.execute(*scene)) > 20


def test_a_parameter_file_is_taken_and_a_missing_one_told(tmp_path: Path) -> None:
    path = tmp_path / "Params.yaml"
    path.write_text(
        "setting: {binWidth: 12}\nimageType: {Original: {}, LoG: {sigma: [1.0]}}\nfeatureClass: {ngtdm: }\n"
    )
    extractor = featureextractor.RadiomicsFeatureExtractor(str(path), label=4)
    assert (extractor.settings["binWidth"], extractor.settings["label"]) == (12, 4)
    assert (list(extractor.enabledImagetypes), extractor.enabledFeatures) == (["Original", "LoG"], {"ngtdm": []})
    extractor.loadJSONParams('{"setting": {"binCount": 7}}')
    assert extractor.settings["binCount"] == 7
    with pytest.raises(OSError, match=r"Parameter file none\.yaml does not exist"):
        featureextractor.RadiomicsFeatureExtractor("none.yaml")
    with pytest.raises(UsageError, match=r"give the file to radpipe\.features_of"):
        featureextractor.RadiomicsFeatureExtractor({"radpipe": {"definition": "ibsi"}})


def test_what_is_unknown_is_refused_or_logged(scene: tuple[Path, Path], caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ParameterError, match="binWidht is unknown; did you mean binWidth"):
        featureextractor.RadiomicsFeatureExtractor(binWidht=5).execute(*scene)
    with pytest.raises(NotImplementedError, match="voxelBased"):
        featureextractor.RadiomicsFeatureExtractor().execute(*scene, voxelBased=True)
    with pytest.raises(ValueError, match=r"E_LABEL_MISSING.*7"):
        featureextractor.RadiomicsFeatureExtractor().execute(*scene, label=7)
    with pytest.raises(ValueError, match="E_MISSING_FILE"):
        featureextractor.RadiomicsFeatureExtractor().execute("none.nrrd", scene[1])
    logging.getLogger("radiomics").setLevel(logging.WARNING)
    extractor = featureextractor.RadiomicsFeatureExtractor()
    extractor.enableImageTypeByName("Sobel")
    extractor.enableFeatureClassByName("fractal")
    assert [record.getMessage() for record in caplog.records][-2:] == [
        "Image type Sobel is not recognized",
        "Feature class fractal is not recognized",
    ]


def test_a_mask_on_another_grid_is_refused_or_corrected(scene: tuple[Path, Path]) -> None:
    image, mask = (sitk.ReadImage(str(path)) for path in scene)
    part = mask[1:, :, :]
    with pytest.raises(ValueError, match="E_GRID_MISMATCH"):
        featureextractor.RadiomicsFeatureExtractor().execute(image, part)
    found = [
        module.RadiomicsFeatureExtractor(correctMask=True, additionalInfo=False).execute(image, part)
        for module in (featureextractor, theirs())
    ]
    assert not differences(*found)
