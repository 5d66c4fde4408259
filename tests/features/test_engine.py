"""Engines by name, and the version that a content key knows them by."""

import subprocess
import sys

import pytest

from radpipe.errors import UsageError
from radpipe.features.engine import ENGINES, choose_engine, engine_version
from radpipe.features.native import NativeEngine


def test_the_first_name_is_the_native_engine() -> None:
    engine = choose_engine(ENGINES[0])
    assert isinstance(engine, NativeEngine)
    assert engine.name == "native"
    assert engine_version("native") == engine.version


def test_the_version_names_the_libraries_that_compute() -> None:
    told = engine_version("native")
    assert [name for name in ("radpipe", "numpy", "SimpleITK") if name.lower() not in told.lower()] == []


def test_an_unknown_engine_is_refused_with_those_that_are_known() -> None:
    for ask in (choose_engine, engine_version):
        with pytest.raises(UsageError, match="engine 'numpy' is unknown; choose one of native, pyradiomics"):
            ask("numpy")


def test_pyradiomics_tells_its_version() -> None:
    radiomics = pytest.importorskip("radiomics")
    engine = choose_engine("pyradiomics")
    assert engine.name == "pyradiomics"
    assert str(radiomics.__version__).lstrip("v") in engine_version("pyradiomics")


def test_to_ask_for_a_version_loads_nothing_that_computes() -> None:
    code = (
        "import sys; from radpipe.features.engine import engine_version; engine_version('native');"
        "print(sorted({'numba', 'SimpleITK', 'pywt'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
