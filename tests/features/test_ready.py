"""Getting ready knows the engines; no engine knows it, so that imports make no circle."""

from importlib import import_module

import pytest

from radpipe.features.engine import ENGINES
from radpipe.features.ready import PRELOADED, get_ready


def test_every_engine_names_what_its_workers_load() -> None:
    assert tuple(PRELOADED) == ENGINES


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_named_can_be_loaded(engine: str) -> None:
    if engine == "pyradiomics":
        pytest.importorskip("radiomics")
    module, _, function = PRELOADED[engine].partition(":")
    assert not function or callable(getattr(import_module(module), function))


def test_an_engine_that_comes_compiled_says_nothing() -> None:
    lines: list[str] = []
    get_ready("pyradiomics", lines.append)
    assert lines == []
