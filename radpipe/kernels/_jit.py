"""The one place for compile options: cached on disk, without the GIL, IEEE arithmetic in the order written."""

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

import numba
from numba.core.caching import FunctionCache, NullCache, _CacheLocator
from numba.core.runtime import rtsys

from radpipe.kernels._cached import SWITCH, folder_to_fill, kernel_folder
from radpipe.kernels._loading import DataFile, Rebuilt

__all__ = ["njit"]

P = ParamSpec("P")
R = TypeVar("R")


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel on its first call: cache on, GIL released, ``fastmath`` and threads off.

    Where the kernels of this machine lie on disk (see :mod:`radpipe.kernels._cached`) they are loaded from there.
    """
    compiled: Any = numba.njit(nogil=True, fastmath=False, error_model="numpy")(function)
    if os.environ.get(SWITCH) != "0" and compiled is not function:
        compiled._cache = _KernelCache(function)
    kernel: Callable[P, R] = compiled
    return kernel


class _Locator(_CacheLocator):  # type: ignore[misc]
    """Says that all kernels lie in one folder, whose name tells all that numba would compare."""

    def __init__(self, folder: Path, line: int) -> None:
        self._folder = folder
        self._line = line

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Self | None:
        folder = folder_to_fill() or kernel_folder()
        return None if folder is None else cls(folder, py_func.__code__.co_firstlineno)

    def ensure_cache_path(self) -> None:
        """Find the folder there."""

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return ""

    def get_disambiguator(self) -> str:
        return str(self._line)


class _Files(Rebuilt):
    _locator_classes = (_Locator,)


class _Folder(FunctionCache):  # type: ignore[misc]
    _impl_class = _Files

    def __init__(self, function: Callable[..., object]) -> None:
        super().__init__(function)
        self._cache_file.__class__ = DataFile

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Load machine code without what only a compiler needs, which takes numba a third of a second."""
        rtsys.initialize(target_context)  # the memory of arrays
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


class _KernelCache(NullCache):  # type: ignore[misc]
    """Loads a kernel from the folder of kernels once that is there; only the process that fills it writes to it."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._folder: Any = None

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        if self._folder is None:
            with suppress(RuntimeError):  # there is no folder: the kernel is compiled in this process
                self._folder = _Folder(self._function)
        try:
            return None if self._folder is None else self._folder.load_overload(sig, target_context)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # cut by a loss of power: it is compiled here
            return None

    def save_overload(self, sig: Any, cres: Any) -> None:
        if self._folder is not None and folder_to_fill() is not None:
            self._folder.save_overload(sig, cres)
