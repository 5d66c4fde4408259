"""Cohort, Case, ImageRef, RoiRef: where things lie. References only, never pixels.

A cohort is small, pickles, and goes to JSON and back. Problems found while indexing are kept in it, not logged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from radpipe.errors import Note
from radpipe.geometry import Geometry

__all__ = ["Case", "Cohort", "ImageKind", "ImageRef", "MaskKind", "RoiRef"]


class ImageKind(StrEnum):
    """How an image is stored."""

    DICOM_SERIES = "dicom_series"
    ITK_FILE = "itk_file"
    PLANAR = "planar"


class MaskKind(StrEnum):
    """How a mask is stored."""

    RTSTRUCT = "rtstruct"
    DICOM_SEG = "dicom_seg"
    ITK_FILE = "itk_file"
    PLANAR = "planar"


@dataclass(frozen=True, slots=True)
class ImageRef:
    """An image that could be measured.

    Parameters
    ----------
    image_id
        Unique within its case; the SeriesInstanceUID of a DICOM series, a readable name otherwise.
    modality
        DICOM's: CT, PT, MR, CR ...
    paths
        Absolute paths of its files; of a DICOM series in any order.
    geometry
        The grid as far as headers tell it, or None.
    facts
        What the reader needs and headers do not say, as text. A fact ``diag_...`` becomes a column of the image's rows.
    """

    case_id: str
    image_id: str
    modality: str
    kind: ImageKind
    paths: tuple[str, ...]
    geometry: Geometry | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "case_id": self.case_id,
            "image_id": self.image_id,
            "modality": self.modality,
            "kind": str(self.kind),
            "paths": list(self.paths),
            "geometry": None if self.geometry is None else self.geometry.to_json(),
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "ImageRef":
        """Read what :meth:`to_json` wrote."""
        return cls(
            record["case_id"],
            record["image_id"],
            record["modality"],
            ImageKind(record["kind"]),
            tuple(record["paths"]),
            _geometry(record["geometry"]),
            dict(record["facts"]),
        )


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
        DICOM's own ROI number or segment number, or the label value; never a position in a list. None: every
        voxel that is not 0.
    image_ids
        The images of the case that it may be measured on, the one it was drawn on first.
    drawn_on
        The grid it was drawn on (RTSTRUCT), when that is known; used when another image is measured.
    facts
        Anything else its reader needs, as text.
    """

    roi_id: str
    name: str
    kind: MaskKind
    path: str
    selector: int | None
    image_ids: tuple[str, ...]
    drawn_on: Geometry | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

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
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "RoiRef":
        """Read what :meth:`to_json` wrote."""
        return cls(
            record["roi_id"],
            record["name"],
            MaskKind(record["kind"]),
            record["path"],
            record["selector"],
            tuple(record["image_ids"]),
            _geometry(record["drawn_on"]),
            dict(record["facts"]),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One patient (or one row group of a manifest): images, ROIs, and what is wrong with it.

    Parameters
    ----------
    case_id
        Unique in the cohort.
    images, rois
        What can be measured.
    problems
        Found while indexing; a code ``E_...`` here means that something of the case cannot be measured.
    clinical_key
        The patient id to look up in a clinical table; the case id unless the data set says otherwise.
    facts
        Columns that the table carries as they are (for instance ``rca_dice``).

    Raises
    ------
    ValueError
        An image id or ROI id occurs twice.
    """

    case_id: str
    images: tuple[ImageRef, ...]
    rois: tuple[RoiRef, ...]
    problems: tuple[Note, ...] = ()
    clinical_key: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _refuse_twins([image.image_id for image in self.images], f"case {self.case_id}: image id")
        _refuse_twins([roi.roi_id for roi in self.rois], f"case {self.case_id}: roi id")
        if not self.clinical_key:
            object.__setattr__(self, "clinical_key", self.case_id)

    def rois_of(self, image_id: str) -> tuple[RoiRef, ...]:
        """Return the ROIs that may be measured on an image."""
        return tuple(roi for roi in self.rois if image_id in roi.image_ids)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "case_id": self.case_id,
            "images": [image.to_json() for image in self.images],
            "rois": [roi.to_json() for roi in self.rois],
            "problems": [[note.code, note.sentence] for note in self.problems],
            "clinical_key": self.clinical_key,
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Case":
        """Read what :meth:`to_json` wrote."""
        return cls(
            record["case_id"],
            tuple(ImageRef.from_json(image) for image in record["images"]),
            tuple(RoiRef.from_json(roi) for roi in record["rois"]),
            tuple(Note(code, sentence) for code, sentence in record["problems"]),
            record["clinical_key"],
            dict(record["facts"]),
        )


@dataclass(frozen=True, slots=True)
class Cohort:
    """The cases of a source folder, sorted as the data set sorts them.

    Parameters
    ----------
    dataset
        Name of the layout: ``dicom``, ``hn1``, ``manifest`` ...
    root
        The folder or manifest it was read from.
    cases
        Unique case ids.
    problems
        Of the source as a whole, or of files that belong to no case.

    Raises
    ------
    ValueError
        A case id occurs twice.
    """

    dataset: str
    root: str
    cases: tuple[Case, ...]
    problems: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        _refuse_twins([case.case_id for case in self.cases], "case id")

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "dataset": self.dataset,
            "root": self.root,
            "cases": [case.to_json() for case in self.cases],
            "problems": [[note.code, note.sentence] for note in self.problems],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Cohort":
        """Read what :meth:`to_json` wrote."""
        return cls(
            record["dataset"],
            record["root"],
            tuple(Case.from_json(case) for case in record["cases"]),
            tuple(Note(code, sentence) for code, sentence in record["problems"]),
        )


def _geometry(record: Mapping[str, Any] | None) -> Geometry | None:
    return None if record is None else Geometry.from_json(record)


def _refuse_twins(ids: list[str], what: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            message = f"{what} {one!r} occurs twice"
            raise ValueError(message)
        seen.add(one)
