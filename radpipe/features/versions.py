"""Versions of what computes, from packages' metadata: nothing that computes is imported."""

from functools import cache
from importlib.metadata import version

__all__ = ["native_version"]


@cache
def native_version() -> str:
    """Return the versions of radpipe and of the libraries that compute for its own engine."""
    names = ("radpipe", "numpy", "scipy", "numba", "SimpleITK", "PyWavelets")
    return ", ".join(f"{name} {version(name)}" for name in names)
