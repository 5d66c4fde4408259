"""The look at the cache without numba: every kernel needs an entry of this Python that is newer than its source."""

import os
import sys
from pathlib import Path

import pytest

from radpipe.kernels._cached import all_cached

TAG = f"py{sys.version_info.major}{sys.version_info.minor}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("RADPIPE_KERNEL_CACHE", raising=False)
    (tmp_path / "runs.py").write_text("@njit\ndef first(): ...\n\n\n@njit\ndef second(): ...\n")
    (tmp_path / "__pycache__").mkdir()
    for name in ("first-1", "second-5"):
        (tmp_path / "__pycache__" / f"runs.{name}.{TAG}.nbi").touch()
    return tmp_path


def test_kernels_with_new_entries_are_cached(folder):
    assert all_cached(folder)


def test_a_source_that_changed_is_compiled_again(folder):
    later = (folder / "runs.py").stat().st_mtime + 60
    os.utime(folder / "runs.py", (later, later))
    assert not all_cached(folder)


@pytest.mark.parametrize("gone", [f"runs.second-5.{TAG}.nbi", f"runs.first-1.{TAG}.nbi"])
def test_a_kernel_without_an_entry_is_compiled(folder, gone):
    (folder / "__pycache__" / gone).unlink()
    assert not all_cached(folder)


def test_an_entry_of_another_python_does_not_count(folder):
    entry = folder / "__pycache__" / f"runs.first-1.{TAG}.nbi"
    entry.rename(entry.with_name("runs.first-1.py27.nbi"))
    assert not all_cached(folder)


def test_where_the_cache_lies_elsewhere_numba_is_asked(folder, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))
    assert not all_cached(folder)
