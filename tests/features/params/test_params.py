"""Params: valid at birth, settings of an image type over those of the file, a fingerprint that knows every setting."""

import json
import pickle
from dataclasses import fields

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params import ImageType, Params
from radpipe.features.params_file import parse_params
from radpipe.features.settings import Settings


def test_a_dictionary_is_no_settings() -> None:
    with pytest.raises(ParameterError, match=r"settings is a dict; Settings is wanted \(Settings\.of reads"):
        Params("p", (), {}, {"binWidth": 5})  # type: ignore[arg-type]


def test_settings_of_an_image_type_lie_over_those_of_the_file() -> None:
    params = parse_params(
        {"imageType": {"Original": {}, "Wavelet": {"binWidth": 10}}, "setting": {"binWidth": 20, "force2D": True}}
    )
    widths = {kind.name: params.settings_of(kind).bin_width for kind in params.image_types}
    assert widths == {"Original": 20, "Wavelet": 10}
    assert all(params.settings_of(kind).force_2d for kind in params.image_types)


def test_settings_pickle_and_params_are_themselves_after_json() -> None:
    settings = Settings.of({"resampledPixelSpacing": [1, 1, 3], "sigma": [1.0], "weightingNorm": "euclidean"})
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
    params = Params("p", (ImageType("LoG"),), {"glcm": ("Contrast",)}, settings)
    plain = json.loads(json.dumps(params.to_json()))
    again = parse_params({**plain, **{key: dict(plain[key]) for key in ("imageType", "featureClass")}}, name="p")
    assert again == params
    assert again.fingerprint == params.fingerprint


def test_every_setting_changes_the_fingerprint() -> None:
    other = {
        bool: lambda value: not value,
        int: lambda value: value + 1,
        float: lambda value: value + 1,
        tuple: lambda _: (2,),
        str: lambda value: {"coif1": "haar", "uniform": "var", "absolute": "sigma"}.get(value, "sitkLinear"),
        type(None): lambda _: None,
    }
    values = {"resampledPixelSpacing": [1, 1, 1], "resegmentRange": [1, 2], "weightingNorm": "infinity"}
    plain = Params("p", (), {}).fingerprint
    for entry in (one for one in fields(Settings) if one.metadata):
        name = entry.metadata["name"]
        value = values.get(name, 7 if entry.default is None else other[type(entry.default)](entry.default))
        if name != "label_channel":  # of which only one value is allowed
            assert Params("p", (), {}, Settings.of({name: value})).fingerprint != plain, name


def test_columns_of_images_that_are_not_kept_are_not_wanted() -> None:
    params = Params("p", (), {}, keep_images=("wavelet-HLH",))
    assert params.keeps("wavelet-HLH_glcm_Id")
    assert not params.keeps("original_glcm_Id")
    assert Params("p", (), {}).keeps("anything_at_all")


def test_what_has_no_effect_is_remarked() -> None:
    written = {"binWidth": 5, "binCount": 8, "enableCExtensions": True, "label": 3}
    width, extensions, label = Params("p", (), {}, Settings.of(written)).remarks
    assert "binWidth is not used" in width
    assert "enableCExtensions has no effect" in extensions
    assert label.endswith("at label 3")
    assert Params("p", (), {}, Settings.of({"binCount": 8})).remarks == ()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"featureClass": {"shape2D": None}}, "featureClass.shape2D needs setting.force2D: true"),
        ({"imageType": {"LoG": {}}}, "imageType.LoG needs sigma"),
        ({"featureClass": {"glcm": ["Contrats"]}}, "featureClass.glcm.Contrats is unknown; did you mean Contrast"),
    ],
)
def test_what_contradicts_itself_is_refused(content: dict[str, object], fault: str) -> None:
    with pytest.raises(ParameterError, match=fault):
        parse_params(content)


def test_over_replaces_settings_of_the_file_and_not_those_of_an_image_type() -> None:
    params = parse_params({"imageType": {"Original": {}, "Wavelet": {"binWidth": 10}}, "setting": {"binWidth": 20}})
    changed = params.over({"binWidth": 7})
    assert {kind.name: changed.settings_of(kind).bin_width for kind in changed.image_types} == {
        "Original": 7, "Wavelet": 10,
    }  # fmt: skip
    assert params.settings.bin_width == 20
