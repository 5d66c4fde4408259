"""Kernels are compiled once: told when it takes long, silent and quick when the cache has them."""

import os
import subprocess
import sys
from pathlib import Path

import radpipe.kernels
from radpipe.features.warm import KERNEL_MODULES

SCRIPT = """
from radpipe.features.warm import compile_kernels
told = []
print(compile_kernels(told.append), len(told))
"""


def compiled(cache: Path, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout.strip()


def test_kernels_are_compiled_into_the_cache_once_and_said_so(tmp_path: Path) -> None:
    assert compiled(tmp_path) == "True 1"
    assert compiled(tmp_path) == "False 0"


def test_every_module_of_kernels_is_compiled() -> None:
    folder = Path(radpipe.kernels.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert modules == set(KERNEL_MODULES)
