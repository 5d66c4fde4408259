"""Params: what to measure, and how. PyRadiomics' settings under PyRadiomics' names, each checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["DEFAULT_SETTINGS", "ImageType", "Params", "Setting"]

Setting = bool | int | float | str | tuple[float, ...] | None

DEFAULT_SETTINGS: Mapping[str, Setting] = {
    "minimumROIDimensions": 2,
    "minimumROISize": None,
    "normalize": False,
    "normalizeScale": 1,
    "removeOutliers": None,
    "resampledPixelSpacing": None,
    "interpolator": "sitkBSpline",
    "preCrop": False,
    "padDistance": 5,
    "distances": (1,),
    "force2D": False,
    "force2Ddimension": 0,
    "resegmentRange": None,
    "label": 1,
    "additionalInfo": False,
}
"""PyRadiomics 3.0.1's defaults; ``additionalInfo`` is off unless asked, because radpipe has diagnostics of its own."""

DEFAULT_BIN_WIDTH = 25.0
DEFAULT_MAX_BINS = 5000
"""With more gray levels than this PyRadiomics' matrices take several GB; a file may say otherwise."""


@dataclass(frozen=True, slots=True)
class ImageType:
    """One image type of the parameter file, with settings that hold for it only."""

    name: str
    settings: Mapping[str, Setting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Params:
    """Everything a parameter file says.

    Parameters
    ----------
    name
        Of the preset or file; the column ``config``.
    image_types
        In the order of the file.
    classes
        Feature class -> the features named, or None for all but the deprecated ones; in the order of the file.
    settings
        As written in the file, without defaults.
    extra_shape
        Features that PyRadiomics does not have (``CompactnessA``), from the section ``radpipe``.
    keep_images
        Image names whose features are kept (``wavelet-HLH``), from the section ``radpipe``; empty keeps all.
    max_bins
        Most gray levels that are accepted, from the section ``radpipe``.

    Examples
    --------
    >>> params = Params("plain", (ImageType("Original"),), {"firstorder": ("Mean",)}, {"binWidth": 25})
    >>> params.bin_width, params.setting("distances")
    (25.0, (1,))
    """

    name: str
    image_types: tuple[ImageType, ...]
    classes: Mapping[str, tuple[str, ...] | None]
    settings: Mapping[str, Setting]
    extra_shape: tuple[str, ...] = ()
    keep_images: tuple[str, ...] = ()
    max_bins: int = DEFAULT_MAX_BINS

    def setting(self, name: str) -> Setting:
        """Return a setting, or PyRadiomics' default."""
        return self.settings.get(name, DEFAULT_SETTINGS.get(name))

    def whole(self, name: str) -> int:
        """Return a setting that is a whole number; 0 when it is not set."""
        value = self.setting(name)
        return int(value) if isinstance(value, int | float) else 0

    @property
    def bin_width(self) -> float | None:
        """Width of a gray-level bin in image units, or None when a bin count is set."""
        if self.settings.get("binCount") is not None:
            return None
        width = self.settings.get("binWidth")
        return float(width) if isinstance(width, int | float) else DEFAULT_BIN_WIDTH

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that can change a value, the name excepted."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return what holds, defaults included, as plain JSON values."""
        return {
            "imageType": [[one.name, _plain(one.settings)] for one in self.image_types],
            "featureClass": [[name, None if some is None else list(some)] for name, some in self.classes.items()],
            "setting": _plain({**DEFAULT_SETTINGS, **self.settings}),
            "radpipe": {
                "shape": list(self.extra_shape),
                "keepImages": list(self.keep_images),
                "maxBins": self.max_bins,
            },
        }

    def as_pyradiomics(self) -> dict[str, Any]:
        """Return the dictionary that PyRadiomics' extractor takes."""
        settings = _plain({"additionalInfo": False, **self.settings})
        return {
            "imageType": {one.name: _plain(one.settings) for one in self.image_types},
            "featureClass": {name: [] if some is None else list(some) for name, some in self.classes.items()},
            "setting": settings,
        }

    def keeps(self, column: str) -> bool:
        """Tell whether a feature of this column name is wanted."""
        return not self.keep_images or column.split("_", 1)[0] in self.keep_images


def _plain(settings: Mapping[str, Setting]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
