"""One image type of a parameter file, with settings that hold for it only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from radpipe.errors import ParameterError
from radpipe.features.settings import Setting, checked, unknown_word

__all__ = ["IMAGE_TYPES", "ImageType", "plain_settings"]


IMAGE_TYPES = (
    "Original",
    "Wavelet",
    "LoG",
    "Square",
    "SquareRoot",
    "Logarithm",
    "Exponential",
    "Gradient",
    "LBP2D",
    "LBP3D",
)


@dataclass(frozen=True, slots=True)
class ImageType:
    """One image type of the parameter file, with settings that hold for it only.

    Parameters
    ----------
    name
        Of ``IMAGE_TYPES``.
    own
        Settings under PyRadiomics' names; they lie over those of the whole file.

    Raises
    ------
    ParameterError
        The image type or a setting is unknown, or a value is not allowed.

    Examples
    --------
    >>> ImageType("Wavelet", {"binWidth": 10}).own
    {'binWidth': 10}
    """

    name: str
    own: Mapping[str, Setting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults: list[str] = []
        if self.name not in IMAGE_TYPES:
            faults.append(unknown_word(f"imageType.{self.name}", self.name, IMAGE_TYPES))
        valid = checked(self.own, f"imageType.{self.name}", faults)
        if faults:
            raise ParameterError("image type", faults)
        object.__setattr__(self, "own", valid)


def plain_settings(settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Return settings as plain JSON values: tuples become lists.

    Parameters
    ----------
    settings
        Under PyRadiomics' names.
    """
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
