"""What an engine does once before workers start, and what each worker loads for it; engines know nothing of it."""

from collections.abc import Callable

from radpipe.features.params import Params
from radpipe.features.resample import is_cubic_spline
from radpipe.features.settings import Settings
from radpipe.kernels._cached import all_cached

__all__ = ["get_ready", "preloaded"]


def preloaded(engine: str, params: Params) -> tuple[str, ...]:
    """Name what a worker of an engine uses for some settings; loaded before its first image.

    Returns
    -------
    tuple of str
        Modules to import, or as MODULE:FUNCTION functions to call; no more than the settings ask for.

    Examples
    --------
    >>> from radpipe.features.params_file import load_params
    >>> preloaded("native", load_params("ct_native"))
    ('radpipe.features.warm:load_classes',)
    """
    if engine != "native":
        return ("radiomics.featureextractor",)
    if params.ibsi is not None:
        return ("radpipe.features.warm:load_kernels",)
    images = {kind.name for kind in params.image_types}
    wanted = {
        "load_classes": "shape2D" not in params.classes,
        "load_flat": "shape2D" in params.classes,
        "load_splines": params.settings.resampling_xyz_mm is not None,
        "load_logs": "LoG" in images,
        "load_wavelets": "Wavelet" in images,
    }
    loaded = tuple(f"radpipe.features.warm:{name}" for name, asked in wanted.items() if asked)
    return (*loaded, "SimpleITK") if _needs_itk(params.settings) else loaded


def _needs_itk(settings: Settings) -> bool:
    resampled = settings.resampling_xyz_mm is not None
    return settings.normalize or (resampled and not is_cubic_spline(settings.interpolator or "sitkBSpline"))


def get_ready(engine: str, tell: Callable[[str], None]) -> None:
    """Do, once for a machine and before workers start, what they would else do each.

    Parameters
    ----------
    engine
        Its name; only the native engine has something to compile.
    tell
        Is given a line before what takes long.
    """
    if engine == "native" and not all_cached():
        from radpipe.features.warm import compile_kernels  # numba, which no other engine needs

        compile_kernels(tell)
