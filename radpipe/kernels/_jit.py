"""The one place for compile options: cached on disk, without the GIL, IEEE arithmetic in the order written."""

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import ParamSpec, TypeVar

import numba

__all__ = ["CACHE_SWITCH", "is_compiled", "njit"]

P = ParamSpec("P")
R = TypeVar("R")

CACHE_SWITCH = "RADPIPE_KERNEL_CACHE"
"""Environment variable; ``0`` keeps compiled kernels in memory only. ``NUMBA_CACHE_DIR`` says where they lie else."""


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel on its first call: cache on, GIL released, ``fastmath`` and threads off.

    Where no folder can hold the cache, the kernel is compiled anew in each process.
    """
    options = {"nogil": True, "fastmath": False, "error_model": "numpy"}
    if os.environ.get(CACHE_SWITCH) != "0":
        try:
            cached: Callable[P, R] = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # numba found no folder that it may write to
            pass
        else:
            return cached
    compiled: Callable[P, R] = numba.njit(**options)(function)
    return compiled


def is_compiled(module: ModuleType) -> bool:
    """Tell whether every kernel of a module has an entry in the cache that is newer than its source."""
    changed = Path(str(module.__file__)).stat().st_mtime
    for kernel in vars(module).values():
        stats = getattr(kernel, "stats", None)
        if stats is None or getattr(kernel, "__module__", "") != module.__name__:
            continue
        folder = Path(stats.cache_path) if stats.cache_path else None
        pattern = f"{module.__name__.rsplit('.', 1)[-1]}.{kernel.__name__}-*.nbi"
        entries = [] if folder is None else list(folder.glob(pattern))
        if not any(entry.stat().st_mtime >= changed for entry in entries):
            return False
    return True
