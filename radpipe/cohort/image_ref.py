"""An image that could be measured: where it lies, and how it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from radpipe.cohort.json_record import geometry_of, known_keys
from radpipe.geometry import Geometry

__all__ = ["ImageKind", "ImageRef"]


class ImageKind(StrEnum):
    """How an image is stored."""

    DICOM_SERIES = "dicom_series"
    ITK_FILE = "itk_file"
    PLANAR = "planar"


@dataclass(frozen=True, slots=True)
class ImageRef:
    """An image that could be measured.

    Parameters
    ----------
    case_id
        The case it belongs to.
    image_id
        Unique within its case; the SeriesInstanceUID of a DICOM series, a readable name otherwise.
    modality
        DICOM's: CT, PT, MR, CR ...
    kind
        Which reader opens it.
    paths
        Absolute paths of its files; of a DICOM series in any order.
    geometry
        The grid as far as headers tell it, or None.
    columns
        What the data set knows of the image and each of its rows shall carry: column without ``diag_`` -> text.
    """

    case_id: str
    image_id: str
    modality: str
    kind: ImageKind
    paths: tuple[str, ...]
    geometry: Geometry | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "case_id": self.case_id,
            "image_id": self.image_id,
            "modality": self.modality,
            "kind": str(self.kind),
            "paths": list(self.paths),
            "geometry": None if self.geometry is None else self.geometry.to_json(),
            "columns": dict(self.columns),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "ImageRef":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            A field is missing, unknown, or no value of its kind.
        """
        known_keys(record, cls)
        return cls(
            record["case_id"],
            record["image_id"],
            record["modality"],
            ImageKind(record["kind"]),
            tuple(record["paths"]),
            geometry_of(record["geometry"]),
            dict(record["columns"]),
        )
