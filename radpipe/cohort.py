"""Cohort, Case, ImageRef, RoiRef: where things lie. References only, never pixels.

A cohort is small and pickles; references of images and ROIs go to JSON and back, because a plan is kept. Problems
found while indexing are kept in it, not logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from radpipe.errors import InputError, Note
from radpipe.geometry import Geometry

__all__ = ["Case", "Cohort", "ImageKind", "ImageRef", "MaskKind", "Refusal", "RoiRef", "known_keys"]


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
            _geometry(record["geometry"]),
            dict(record["columns"]),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the data set does not let a ROI be measured: a code of the registry and the values its sentence names.

    Raises
    ------
    KeyError
        The code is not in the registry, or a fact that its sentence names is missing.

    Examples
    --------
    >>> Refusal("E_LOW_DICE", {"dice": 0.62, "wanted": 0.9}).error(case="7", roi="Heart").sentence
    'estimated Dice 0.620 is below --min-dice 0.900'
    """

    code: str
    facts: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.error(case="", roi="")

    def error(self, *, case: str, roi: str) -> InputError:
        """Return the refusal as the error that ends a row."""
        facts: dict[str, Any] = dict(self.facts)
        return InputError(self.code, case=case, roi=roi, **facts)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"code": self.code, "facts": dict(self.facts)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Refusal":
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ValueError
            A field is missing or unknown.
        """
        known_keys(record, cls)
        return cls(record["code"], dict(record["facts"]))


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
            _geometry(record["drawn_on"]),
            record["found_name"],
            record["reference"],
            None if record["twin"] is None else cls.from_json(record["twin"]),
            None if record["refusal"] is None else Refusal.from_json(record["refusal"]),
            dict(record["columns"]),
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
        Columns that the table of cases carries as they are (for instance ``rca_dice``).
    reports
        Absolute paths of its structured reports, in which landmarks may stand.

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
    reports: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse_twins([image.image_id for image in self.images], f"case {self.case_id}: image id")
        _refuse_twins([roi.roi_id for roi in self.rois], f"case {self.case_id}: roi id")
        if not self.clinical_key:
            object.__setattr__(self, "clinical_key", self.case_id)

    def rois_of(self, image_id: str) -> tuple[RoiRef, ...]:
        """Return the ROIs that may be measured on an image."""
        return tuple(roi for roi in self.rois if image_id in roi.image_ids)


@runtime_checkable
class KnowsIds(Protocol):
    """Cases that are made when they are asked for, and whose ids are known before."""

    @property
    def case_ids(self) -> Sequence[str]:
        """Of all cases, in their order."""


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
    account
        What became of the files of the source: words and a number each; empty where the layout names its files.

    Raises
    ------
    ValueError
        A case id occurs twice.
    """

    dataset: str
    root: str
    cases: Sequence[Case]
    problems: tuple[Note, ...] = ()
    account: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        ids = self.cases.case_ids if isinstance(self.cases, KnowsIds) else [case.case_id for case in self.cases]
        _refuse_twins(ids, "case id")

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)


def known_keys(record: Mapping[str, Any], kind: type[Any]) -> None:
    """Refuse a JSON record that does not have exactly the fields of a dataclass.

    Parameters
    ----------
    record
        As read from JSON.
    kind
        The dataclass that it shall become.

    Raises
    ------
    ValueError
        A field is missing or unknown; it is named.

    Examples
    --------
    >>> known_keys({"code": "E_PARTIAL", "fact": {}}, Refusal)
    Traceback (most recent call last):
    ...
    ValueError: Refusal: facts is missing, fact is unknown
    """
    wanted = [entry.name for entry in fields(kind)]
    faults = [f"{name} is missing" for name in wanted if name not in record]
    faults += [f"{name} is unknown" for name in record if name not in wanted]
    if faults:
        message = f"{kind.__name__}: {', '.join(faults)}"
        raise ValueError(message)


def _geometry(record: Mapping[str, Any] | None) -> Geometry | None:
    return None if record is None else Geometry.from_json(record)


def _refuse_twins(ids: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for word in ids:
        if word in seen:
            message = f"{what} {word!r} occurs twice"
            raise ValueError(message)
        seen.add(word)
