"""A parameter file is taken whole or refused with all its faults."""

import pytest

from radpipe.errors import ParameterError
from radpipe.features.params_file import load_params, parse_params
from radpipe.features.settings import FOREIGN_SETTINGS, SETTINGS


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_each_setting_misspelt_or_of_a_wrong_type_is_refused_with_its_path(name):
    misspelt = name[:-1] + "_" + name[-1]
    with pytest.raises(ParameterError, match=rf"setting\.{misspelt} is unknown"):
        parse_params({"setting": {misspelt: 1}})
    with pytest.raises(ParameterError, match=rf"setting\.{name} is \{{'a': 1\}}; allowed: "):
        parse_params({"setting": {name: {"a": 1}}})


@pytest.mark.parametrize("name", sorted(FOREIGN_SETTINGS))
def test_settings_of_voxel_maps_are_refused_with_the_reason(name):
    with pytest.raises(ParameterError, match=rf"setting\.{name} belongs to voxel-based maps"):
        parse_params({"setting": {name: 1}})


def test_all_faults_are_listed_with_the_nearest_spelling():
    content = {
        "imageType": {"Wavlet": None},
        "featureClass": {"glcm": ["Contrst"], "shpe": None},
        "setting": {"binWith": 25, "interpolator": "sitkSpline"},
    }
    with pytest.raises(ParameterError, match="binWith") as caught:
        parse_params(content, source="ct.yaml")
    text = str(caught.value)
    assert len(caught.value.faults) == 5
    for hint in ("did you mean Wavelet?", "did you mean Contrast?", "did you mean shape?", "did you mean binWidth?"):
        assert hint in text
    assert "sitkBSpline" in text


def test_the_fingerprint_depends_on_settings_and_not_on_the_name_or_written_defaults():
    plain = parse_params({"setting": {"binWidth": 25}}, name="a")
    assert plain.fingerprint == parse_params({"setting": {"binWidth": 25, "force2D": False}}, name="b").fingerprint
    assert plain.fingerprint != parse_params({"setting": {"binWidth": 20}}, name="a").fingerprint


def test_without_feature_classes_all_are_measured_but_the_form_in_2d():
    # PyRadiomics enables shape2D too, and skips it with a warning unless force2D is set.
    assert set(parse_params({}).classes) == {"firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm", "shape"}
    assert "shape2D" in parse_params({"setting": {"force2D": True}}).classes


def test_what_has_no_effect_is_told():
    params = parse_params({"setting": {"binWidth": 5, "binCount": 32, "enableCExtensions": False, "correctMask": True,
                                       "label": 2}})  # fmt: skip
    assert [remark.partition(":")[0] for remark in params.remarks] == [
        "setting.binWidth is not used", "setting.enableCExtensions has no effect", "setting.correctMask",
        "setting.label",
    ]  # fmt: skip
    assert load_params("ct_head_neck").remarks == ()
