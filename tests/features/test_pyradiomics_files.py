"""Parameter files as PyRadiomics' examples write them: seven run and give its values, that of voxel maps is refused.

The files are written here from the settings that the examples are documented to have (PyRadiomics 3.0.1,
``examples/exampleSettings``), with their ways of writing: empty entries, empty lists, ``label: 1``.
"""

from pathlib import Path

import numpy as np
import pytest
import yaml

from radpipe.errors import InputError, ParameterError
from radpipe.features.catalogue import features_of
from radpipe.features.comparison import compare_engines
from radpipe.features.engine import choose_engine
from radpipe.features.native import NativeEngine
from radpipe.features.params_file import load_params, parse_params
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

GLCM = [feature.name for feature in features_of("glcm") if feature.name not in ("SumAverage", "MCC")]
TEXTURE = {"firstorder": None, "glcm": GLCM, "glrlm": None, "glszm": None, "gldm": None}
SHAPE = [feature.name for feature in features_of("shape", include_deprecated=True)]
NORMAL = {"normalize": True, "normalizeScale": 100, "binWidth": 5, "voxelArrayShift": 300, "label": 1}
FLAT = {"preCrop": True, "force2D": True, "force2Ddimension": 0}
SPLINE = {"interpolator": "sitkBSpline"}


def filters(*sigma: float) -> dict[str, object]:
    return {"Original": {}, "LoG": {"sigma": list(sigma)}, "Wavelet": {}}


EXAMPLES = {
    "Params": {
        "setting": {"binWidth": 25, "label": 1, **SPLINE, "resampledPixelSpacing": None, "weightingNorm": None},
        "imageType": {"Original": {}},
        "featureClass": {"shape": None, **TEXTURE, "firstorder": []},
    },
    "example_allShape": {
        "setting": {"label": 1, **SPLINE, "resampledPixelSpacing": None},
        "featureClass": {"shape": SHAPE},
    },
    "exampleCT": {
        "imageType": filters(1.0, 2.0, 3.0, 4.0, 5.0),
        "featureClass": {"shape": None, **TEXTURE},
        "setting": {
            **SPLINE, "resampledPixelSpacing": [1, 1, 1], "padDistance": 10, "binWidth": 25, "voxelArrayShift": 1000,
            "label": 1,
        },
    },
    "exampleMR_3mm": {
        "imageType": filters(2.0, 3.0, 4.0, 5.0),
        "featureClass": {"shape": None, **TEXTURE},
        "setting": {**NORMAL, **SPLINE, "resampledPixelSpacing": [2, 2, 2]},
    },
    "exampleMR_5mm": {
        "imageType": filters(3.0, 5.0),
        "featureClass": {"shape": None, **TEXTURE},
        "setting": {**NORMAL, **SPLINE, "resampledPixelSpacing": [3, 3, 3]},
    },
    "exampleMR_NoResampling": {
        "imageType": filters(1.0, 3.0, 5.0),
        "featureClass": {"shape": None, **TEXTURE},
        "setting": {**NORMAL, **FLAT},
    },
    "MR_2D_extraction": {
        "imageType": filters(2.0, 3.0, 4.0, 5.0),
        "featureClass": {"shape2D": None, **TEXTURE, "ngtdm": None},
        "setting": {**NORMAL, **FLAT, **SPLINE, "resampledPixelSpacing": [2, 2, 0], "padDistance": 10},
    },
}  # fmt: skip
"""Of the eight examples those that segment; ``exampleVoxel`` stands in its own test."""


def scene(*, flat: bool) -> tuple[Volume, dict[str, Mask]]:
    """Noise on a smooth image, and a lump in it that has one slice where form is measured in 2D."""
    random = np.random.default_rng(3011)
    geometry = Geometry((12, 24, 26), (3.0, 1.0, 1.2), (-30.0, 12.5, 100.0))
    z, y, x = np.indices(geometry.size_zyx)
    image = 60 * np.sin(x / 4) + 40 * np.cos(y / 3 + z) + random.normal(0, 25, geometry.size_zyx)
    lump = (z - 6) ** 2 * 9 + (y - 12) ** 2 + (x - 13) ** 2 < 70
    if flat:
        lump &= z == 6
    return Volume(np.rint(image).astype(np.int16), geometry, "HU"), {"lump": Mask.of(lump, geometry)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_like_the_example_gives_pyradiomics_values(name: str, tmp_path: Path) -> None:
    pytest.importorskip("radiomics")
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(EXAMPLES[name], sort_keys=False), encoding="utf-8")
    volume, masks = scene(flat=name == "MR_2D_extraction")
    table = compare_engines(NativeEngine(), choose_engine("pyradiomics"), volume, masks, load_params(path))
    assert len(table) >= len(SHAPE)
    assert not [difference for difference in table if not difference.accepted]


def test_the_example_of_voxel_maps_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "exampleVoxel.yaml"
    path.write_text(
        "imageType: {Original: {}}\nfeatureClass: {glcm: [JointEntropy]}\n"
        "setting: {binWidth: 25, force2D: true, label: 1}\n"
        "voxelSetting: {kernelRadius: 2, maskedKernel: true, initValue: nan, voxelBatch: 10000}\n"
    )
    with pytest.raises(ParameterError, match=r"exampleVoxel\.yaml: voxelSetting belongs to voxel-based maps"):
        load_params(path)


@pytest.mark.parametrize(
    "setting",
    [
        {"binWidth": 5, "binCount": 16},
        {"binWidth": 25, "enableCExtensions": True, "correctMask": True, "label": 3},
    ],
    ids=["count and width", "known without effect on values"],
)
def test_settings_that_were_refused_once_give_pyradiomics_values(setting: dict[str, object], tmp_path: Path) -> None:
    pytest.importorskip("radiomics")
    path = tmp_path / "old.yaml"
    path.write_text(yaml.safe_dump({"setting": setting, "featureClass": TEXTURE}), encoding="utf-8")
    table = compare_engines(NativeEngine(), choose_engine("pyradiomics"), *scene(flat=False), load_params(path))
    assert len(table) > 60
    assert not [difference for difference in table if not difference.accepted]


def test_pyradiomics_refuses_a_mask_that_fills_the_image() -> None:
    # Why E_WHOLE_IMAGE is an error by default: the day PyRadiomics takes it, so may we.
    pytest.importorskip("radiomics")
    volume, _ = scene(flat=False)
    masks = {"all": Mask.of(np.ones(volume.array.shape, dtype=bool), volume.geometry)}
    refused = choose_engine("pyradiomics").measure(volume, masks, parse_params({"featureClass": {"shape": None}}))[
        "all"
    ]
    assert isinstance(refused, InputError)
    assert "No labels found in this mask" in refused.sentence
