"""The images that settings are for."""

from dataclasses import dataclass
from typing import Any

__all__ = ["Purpose"]


@dataclass(frozen=True, slots=True)
class Purpose:
    """The images that settings are for; what is empty is not asked of an image.

    Parameters
    ----------
    modalities
        DICOM's: CT, PT, MR, CR ...
    unit
        Of the values: ``HU``, ``SUVbw``, ``arbitrary``.
    """

    modalities: tuple[str, ...] = ()
    unit: str = ""

    def suits(self, modality: str) -> bool:
        """Tell whether an image of this modality is meant; an image that names none (``OT``) is taken at its word."""
        return not self.modalities or modality.upper() in (*self.modalities, "OT", "")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"modality": list(self.modalities), "unit": self.unit}

    def __str__(self) -> str:
        """Say what it is for."""
        return " in ".join(part for part in (", ".join(self.modalities), self.unit) if part) or "any image"
