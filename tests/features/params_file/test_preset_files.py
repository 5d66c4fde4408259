"""The presets are valid, and say what they are for."""

import pytest

from radpipe.errors import UsageError
from radpipe.features.params_file import load_params, preset_names, preset_path

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


def test_an_unknown_preset_is_refused_with_the_nearest_name():
    with pytest.raises(UsageError, match="did you mean ct_native"):
        load_params("ct_nativ")
