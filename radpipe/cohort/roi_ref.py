"""A region of interest as it lies in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from radpipe.cohort.json_record import geometry_of, known_keys
from radpipe.cohort.refusal import Refusal
from radpipe.geometry import Geometry

__all__ = ["MaskKind", "RoiRef"]


class MaskKind(StrEnum):
    """How a mask is stored."""

    RTSTRUCT = "rtstruct"
    DICOM_SEG = "dicom_seg"
    ITK_FILE = "itk_file"
    PLANAR = "planar"


@dataclass(frozen=True, slots=True)
class RoiRef:
    """A region of interest as it lies in a file.

    Parameters
    ----------
    roi_id
        Ours; unique within its case.
    name
        As found in the file; data, never a path.
    kind, path
        How and where it is stored (absolute path).
    selector
        DICOM's own ROI number or segment number, or the label value; never a position in a list. None: the only
        label of the mask.
    image_ids
        The images of the case that it may be measured on, the one it was drawn on first.
    drawn_on
        The grid it was drawn on (RTSTRUCT), when that is known; used when another image is measured.
    found_name
        The name in the file, where a dictionary translated it to ``name``; empty otherwise.
    reference
        The image it refers to, in words for a sentence; empty where the file names none.
    twin
        A copy of it in another file, told to agree or not, never measured itself.
    refusal
        Why it is not measured; None where it may be.
    columns
        Column of the feature table -> text, for its row: what a manifest tells of it beside the files.

    Raises
    ------
    ValueError
        The twin has a twin.
    """

    roi_id: str
    name: str
    kind: MaskKind
    path: str
    selector: int | None
    image_ids: tuple[str, ...]
    drawn_on: Geometry | None = None
    found_name: str = ""
    reference: str = ""
    twin: "RoiRef | None" = None
    refusal: Refusal | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.twin is not None and self.twin.twin is not None:
            message = f"roi {self.roi_id}: its twin {self.twin.roi_id} has a twin"
            raise ValueError(message)

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the files that its row depends on: its own and its twin's."""
        return (self.path,) if self.twin is None else (self.path, self.twin.path)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "roi_id": self.roi_id,
            "name": self.name,
            "kind": str(self.kind),
            "path": self.path,
            "selector": self.selector,
            "image_ids": list(self.image_ids),
            "drawn_on": None if self.drawn_on is None else self.drawn_on.to_json(),
            "found_name": self.found_name,
            "reference": self.reference,
            "twin": None if self.twin is None else self.twin.to_json(),
            "refusal": None if self.refusal is None else self.refusal.to_json(),
            "columns": dict(self.columns),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "RoiRef":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            A field is missing, unknown, or no value of its kind.
        """
        known_keys(record, cls)
        return cls(
            record["roi_id"],
            record["name"],
            MaskKind(record["kind"]),
            record["path"],
            record["selector"],
            tuple(record["image_ids"]),
            geometry_of(record["drawn_on"]),
            record["found_name"],
            record["reference"],
            None if record["twin"] is None else cls.from_json(record["twin"]),
            None if record["refusal"] is None else Refusal.from_json(record["refusal"]),
            dict(record["columns"]),
        )
