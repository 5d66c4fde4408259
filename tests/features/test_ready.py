"""Getting ready knows the engines; no engine knows it, so that imports make no circle."""

from dataclasses import replace
from importlib import import_module

import pytest

from radpipe.features.engine import ENGINES
from radpipe.features.params_file import load_params, preset_names
from radpipe.features.ready import get_ready, preloaded


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("preset", preset_names())
def test_what_is_named_can_be_loaded(engine: str, preset: str) -> None:
    if engine == "pyradiomics":
        pytest.importorskip("radiomics")
    for name in preloaded(engine, load_params(preset)):
        module, _, function = name.partition(":")
        assert not function or callable(getattr(import_module(module), function))


def test_filters_are_loaded_for_the_settings_that_have_them() -> None:
    plain, filtered = (preloaded("native", load_params(name)) for name in ("ct_native", "ct_head_neck"))
    assert len(plain) == 1
    assert len(filtered) == 4


def test_an_engine_that_comes_compiled_says_nothing() -> None:
    lines: list[str] = []
    get_ready("pyradiomics", lines.append)
    assert lines == []


def test_itk_is_loaded_for_the_settings_that_have_it() -> None:
    spline, nearest = load_params("ct_head_neck"), load_params("mr_t1")
    linear = replace(spline, settings=replace(spline.settings, interpolator="sitkLinear"))
    native = replace(linear, settings=replace(linear.settings, resampled_pixel_spacing=None))
    assert nearest.settings.normalize
    assert ["SimpleITK" in preloaded("native", params) for params in (spline, linear, native, nearest)] == [
        False, True, False, True,
    ]  # fmt: skip
