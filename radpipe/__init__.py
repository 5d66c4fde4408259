"""Radiomics for head-and-neck cancer: files in, one trustworthy table out, and the survival analysis that reads it.

>>> import radpipe
>>> radpipe.Geometry((2, 3, 4), (3.0, 1.0, 1.0)).voxel_count
24
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radpipe.clinical import ClinicalTable, Endpoint
    from radpipe.cohort import Case, Cohort, ImageRef, RoiRef
    from radpipe.datasets import open_cohort
    from radpipe.direct.measure import features_of
    from radpipe.direct.picture import picture
    from radpipe.errors import InputError, Policy, RadpipeError
    from radpipe.features.params_file import load_params
    from radpipe.geometry import Geometry
    from radpipe.imaging.open import open_image, open_mask
    from radpipe.pipeline import check, extract, read_features
    from radpipe.volume import Mask, Volume

__all__ = [
    "Case",
    "ClinicalTable",
    "Cohort",
    "Endpoint",
    "Geometry",
    "ImageRef",
    "InputError",
    "Mask",
    "Policy",
    "RadpipeError",
    "RoiRef",
    "Volume",
    "check",
    "extract",
    "features_of",
    "load_params",
    "open_cohort",
    "open_image",
    "open_mask",
    "picture",
    "read_features",
]

__version__ = "0.1.0"

_HOMES = {
    "Case": "cohort",
    "ClinicalTable": "clinical",
    "Cohort": "cohort",
    "Endpoint": "clinical",
    "Geometry": "geometry",
    "ImageRef": "cohort",
    "InputError": "errors",
    "Mask": "volume",
    "Policy": "errors",
    "RadpipeError": "errors",
    "RoiRef": "cohort",
    "Volume": "volume",
    "check": "pipeline",
    "extract": "pipeline",
    "features_of": "direct.measure",
    "load_params": "features.params_file",
    "open_cohort": "datasets",
    "open_image": "imaging.open",
    "open_mask": "imaging.open",
    "picture": "direct.picture",
    "read_features": "pipeline",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import radpipe`` is instant."""
    if name not in _HOMES:
        message = f"module 'radpipe' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"radpipe.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Show the public names only."""
    return sorted(__all__)
