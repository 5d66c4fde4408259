"""What an engine does once before workers start, and what each worker loads for it; engines know nothing of it."""

from collections.abc import Callable, Mapping

__all__ = ["PRELOADED", "get_ready"]

PRELOADED: Mapping[str, str] = {
    "native": "radpipe.features.warm:load_kernels",
    "pyradiomics": "radiomics.featureextractor",
}
"""Engine -> the module to import, and behind a colon the function to call, before its first image."""


def get_ready(engine: str, tell: Callable[[str], None]) -> None:
    """Do, once for a machine and before workers start, what they would else do each.

    Parameters
    ----------
    engine
        Its name; only the native engine has something to compile.
    tell
        Is given a line before what takes long.
    """
    if engine == "native":
        from radpipe.features.warm import compile_kernels  # numba, which no other engine needs

        compile_kernels(tell)
