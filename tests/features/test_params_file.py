"""A parameter file is taken whole or refused with all its faults; presets are valid and say what they are for."""

import pytest

from radpipe.errors import ParameterError, UsageError
from radpipe.features.params_file import load_params, parse_params, preset_names, preset_path
from radpipe.features.settings import FOREIGN_SETTINGS, SETTINGS

PRESETS = ("aerts2014", "ct_head_neck", "ct_native", "mr_t1", "pet", "xray_2d")
IBSI_PRESETS = ("ibsi_A", "ibsi_B", "ibsi_C", "ibsi_D", "ibsi_E", "ibsi_ct", "ibsi_pet")


def test_the_presets_are_those_that_the_readme_promises():
    assert set(preset_names()) == {*PRESETS, *IBSI_PRESETS}


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_loads_under_its_name_and_explains_itself(name):
    assert load_params(name).name == name
    assert preset_path(name).read_text(encoding="utf-8").startswith("#")


@pytest.mark.parametrize("name", PRESETS)
def test_pyradiomics_accepts_each_preset(name):
    pytest.importorskip("radiomics")
    from radpipe.features.pyradiomics import _extractor, _quiet

    params = load_params(name)
    with _quiet():
        extractor = _extractor(params)
    assert set(extractor.enabledFeatures) == set(params.classes)
    assert set(extractor.enabledImagetypes) == {one.name for one in params.image_types}


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


def test_a_key_written_twice_is_refused(tmp_path):
    path = tmp_path / "twice.yaml"
    path.write_text("setting:\n  binWidth: 25\n  binWidth: 10\n")
    with pytest.raises(ParameterError, match=r"twice\.yaml.*binWidth is written twice \(line 3\)"):
        load_params(path)


def test_an_unknown_preset_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean ct_native"):
        load_params("ct_nativ")


def test_the_fingerprint_depends_on_settings_and_not_on_the_name_or_written_defaults():
    plain = parse_params({"setting": {"binWidth": 25}}, name="a")
    assert plain.fingerprint == parse_params({"setting": {"binWidth": 25, "force2D": False}}, name="b").fingerprint
    assert plain.fingerprint != parse_params({"setting": {"binWidth": 20}}, name="a").fingerprint


def test_without_feature_classes_all_are_measured_but_the_form_in_2d():
    # PyRadiomics enables shape2D too, and skips it with a warning unless force2D is set.
    assert set(parse_params({}).classes) == {"firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm", "shape"}
    assert "shape2D" in parse_params({"setting": {"force2D": True}}).classes


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("setting: {? [a, b] : 1}", r"a key must be a word \(line 1\)"),
        ("setting:\n  ? {a: 1}\n  : 2\n", r"a key must be a word \(line 2\)"),
        ("a: &x {label: 1}\nsetting:\n  <<: *x\n", r"the merge key << is not taken: write its settings out \(line 3\)"),
        ("setting: " + "[" * 40 + "]" * 40, r"nested deeper than 8 levels \(line 1\)"),
        ("setting: " + "{a: " * 5000 + "1" + "}" * 5000, r"nested deeper than 8 levels \(line 1\)"),
        ("setting: &a [*a]", "found unconstructable recursive node"),
        ("setting: !!python/object/apply:os.system [ls]", "not valid YAML: could not determine a constructor"),
        ("2: 3", "2 is unknown; allowed: imageType"),
        ("setting: {2: 3}", r"setting\.2 is unknown"),
        ("featureClass: {2: [3], glcm: [[1]]}", r"featureClass\.2 is unknown"),
        ("imageType: {2: {}}", r"imageType\.2 is unknown"),
        ("setting: {binWidth: .inf}", r"setting\.binWidth is inf; allowed"),
        ("- a", "the file must hold a mapping"),
        ("", "the file must hold a mapping"),
    ],
)  # fmt: skip
def test_what_is_no_parameter_file_is_refused_with_its_place(tmp_path, text, fault):
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    with pytest.raises(ParameterError, match=fault):
        load_params(path)


def test_a_byte_order_mark_is_no_part_of_a_key(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfsetting: {binWidth: 7}\n")
    assert load_params(path).settings.bin_width == 7


def test_a_setting_on_the_command_line_replaces_that_of_the_file_and_stands_in_the_name():
    changed = load_params("ct_head_neck", ["binWidth=10", "LoG.sigma=[1, 2]", "resampledPixelSpacing=null"])
    assert changed.name == "ct_head_neck+binWidth=10+LoG.sigma=[1,2]+resampledPixelSpacing=null"
    assert (changed.settings.bin_width, changed.settings.resampling_xyz_mm) == (10, None)
    assert {kind.name: dict(kind.own) for kind in changed.image_types} == {
        "Original": {}, "LoG": {"sigma": (1, 2)}, "Wavelet": {"wavelet": "coif1", "binWidth": 10},
    }  # fmt: skip
    assert load_params("ct_head_neck", []) == load_params("ct_head_neck")


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("binWidth", "--setting binWidth: write NAME=VALUE"),
        ("=5", "--setting =5: write NAME=VALUE"),
        ("binWidht=5", r"setting\.binWidht is unknown; did you mean binWidth\?"),
        ("binWidth=wide", r"setting\.binWidth is 'wide'; allowed: a number"),
        ("Wavlet.binWidth=5", r"imageType\.Wavlet is unknown; did you mean Wavelet\?"),
        ("Wavelet.binWidht=5", r"imageType\.Wavelet\.binWidht is unknown; did you mean binWidth\?"),
        ("LoG.sigma=[1", r"--setting LoG\.sigma=\[1: '\[1' is no value"),
        ("LoG.sigma=[]", r"imageType\.LoG\.sigma is \[\]; allowed: a list"),
    ],
)
def test_a_setting_that_is_none_is_refused(word, fault):
    with pytest.raises(ParameterError, match=fault):
        load_params("ct_head_neck", [word])


def test_what_has_no_effect_is_told():
    params = parse_params({"setting": {"binWidth": 5, "binCount": 32, "enableCExtensions": False, "correctMask": True,
                                       "label": 2}})  # fmt: skip
    assert [remark.partition(":")[0] for remark in params.remarks] == [
        "setting.binWidth is not used", "setting.enableCExtensions has no effect", "setting.correctMask",
        "setting.label",
    ]  # fmt: skip
    assert load_params("ct_head_neck").remarks == ()
