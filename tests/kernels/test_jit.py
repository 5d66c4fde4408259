"""How kernels are loaded: from their folder, which only the process that fills it writes to; what is cut is no harm."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from radpipe.kernels._cached import kernel_folder

COUNT = """
import importlib, pkgutil
import numpy as np
import radpipe.kernels
from radpipe.kernels.polygon import fill_even_odd

fill_even_odd(np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]]), np.array([0, 3]), (3, 3))
loaded = missed = 0
for module in pkgutil.iter_modules(radpipe.kernels.__path__):
    for kernel in vars(importlib.import_module(f"radpipe.kernels.{module.name}")).values():
        if hasattr(kernel, "stats") and kernel.__module__ == f"radpipe.kernels.{module.name}":
            loaded += sum(kernel.stats.cache_hits.values())
            missed += sum(kernel.stats.cache_misses.values())
print(loaded, missed)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this machine's kernels, which a test may spoil."""
    folder = kernel_folder()
    assert folder is not None
    shutil.copytree(folder, tmp_path / "kernels" / folder.name)
    return tmp_path / "kernels"


def counted(base: Path) -> tuple[int, int]:
    """Kernels that were loaded, and those that had to be compiled."""
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env={**os.environ, "RADPIPE_KERNELS": str(base)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    loaded, missed = map(int, done.stdout.split())
    return loaded, missed


def test_kernels_are_loaded_and_nothing_is_written(copy: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in copy.rglob("*")}
    loaded, missed = counted(copy)
    assert loaded > 0
    assert missed == 0
    assert {path.name: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_file_that_a_loss_of_power_cut_is_compiled_again_and_left(copy: Path, ending: str) -> None:
    for path in copy.glob(f"*/polygon.*.{ending}"):
        path.write_bytes(path.read_bytes()[:40] if ending == "nbi" else b"")
    _, missed = counted(copy)
    assert missed > 0
