"""The one place for compile options: cached on disk, without the GIL, IEEE arithmetic in the order written."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

__all__ = ["njit"]

P = ParamSpec("P")
R = TypeVar("R")


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel on its first call: cache on, GIL released, ``fastmath`` and threads off."""
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True, fastmath=False, error_model="numpy")(function)
    return compiled
