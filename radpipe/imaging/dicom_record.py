"""What one DICOM file is, as far as its header tells: one small value per file."""

import re
from dataclasses import dataclass, replace

import pydicom
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import RTStructureSetStorage

from radpipe.errors import InputError
from radpipe.imaging.crawl import Place
from radpipe.imaging.damage import DAMAGE
from radpipe.imaging.dicom_header import Header, open_header
from radpipe.imaging.frames import slices_of
from radpipe.imaging.like_files import LikeFiles
from radpipe.imaging.slice_header import SliceHeader

__all__ = ["IMAGE_MODALITIES", "DicomFile", "named_parts", "read_record"]

IMAGE_MODALITIES = ("CT", "MR", "PT")

SEGMENTATIONS = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
"""SOP classes of Segmentation Storage and Label Map Segmentation Storage (DICOM PS3.4 B.5)."""

SR_CLASSES = "1.2.840.10008.5.1.4.1.1.88."
"""What the SOP classes of all structured reports begin with."""

DIRECTORY_CLASS = "1.2.840.10008.1.3.10"
"""Media Storage Directory Storage: a DICOMDIR under any name."""

DICOM_SUFFIXES = (".dcm", ".dicom", ".ima")
"""A file of such a name that is no DICOM was one: an empty file, or an error page of the server it was loaded from."""

_TAGS = [
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "ImageType",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "InstanceNumber",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "StructureSetDate",
    "StructureSetTime",
    "InstanceCreationDate",
    "InstanceCreationTime",
    "ContentDate",
    "ContentTime",
    "StructureSetROISequence",
    "ReferencedFrameOfReferenceSequence",
    "ReferencedSeriesSequence",
    "SegmentSequence",
]

_WANTED = frozenset(map(Tag, _TAGS))

BEGINNINGS = (1 << 15, 1 << 23)
"""Bytes in which the header of a slice ends, and most structure sets; of a longer one pydicom reads on."""


@dataclass(frozen=True, slots=True)
class DicomFile:
    """One DICOM object, as far as its header tells.

    Parameters
    ----------
    path, size, mtime_ns
        Absolute path, and what tells whether it changed.
    kind
        ``image``, ``rtstruct``, ``seg``, ``sr``, ``other`` (DICOM of no use here), ``damaged``, ``foreign`` (no DICOM).
    modality, patient_id, study_uid, series_uid, sop_uid
        As in the header; empty where it does not say.
    frame_of_reference_uid
        The image's, or the one that a RTSTRUCT's ROIs were drawn in.
    headers
        Of an image, the geometry of each frame; one for a classic slice.
    rois
        Number and name of each ROI or segment.
    references
        SeriesInstanceUIDs that a RTSTRUCT or SEG refers to.
    made
        When a RTSTRUCT or SEG was made, ``YYYYMMDDHHMMSS`` and fractions, as far as the header tells; sorts as text.
    fault
        Why it is damaged, in words.
    """

    path: str
    size: int
    mtime_ns: int
    kind: str
    modality: str = ""
    patient_id: str = ""
    study_uid: str = ""
    series_uid: str = ""
    sop_uid: str = ""
    frame_of_reference_uid: str = ""
    headers: tuple[SliceHeader, ...] = ()
    rois: tuple[tuple[int, str], ...] = ()
    references: tuple[str, ...] = ()
    made: str = ""
    fault: str = ""


def read_record(place: Place, like: LikeFiles | None = None) -> DicomFile:
    """Read one header.

    Parameters
    ----------
    place
        A file, or what stands in the place of one.
    like
        Reads the files of a folder, of which neighbours say much alike; None: this file alone.

    Returns
    -------
    DicomFile
        Of kind ``foreign`` where the file is no DICOM, ``damaged`` where it is, or by its name should be, but cannot be
        used; nothing is raised.
    """
    blank = DicomFile(place.path, place.size, place.mtime_ns, "damaged", fault=place.fault)
    if place.fault:
        return blank
    try:
        with open_header(place.path) as header:
            if header.is_dicom:
                data = _header(header, like or LikeFiles())
                return _described(data, blank, marked=header.is_marked)
            first = header.first_bytes
    except InputError as fault:
        return replace(blank, fault=fault.sentence)
    except MemoryError:
        return replace(blank, fault="reading its header takes more memory than there is")
    except DAMAGE as fault:
        return replace(blank, fault=f"{type(fault).__name__}: {' '.join(str(fault).split())[:120]}")
    if place.path.lower().endswith(DICOM_SUFFIXES):
        return replace(blank, fault=_what_stands_there(first))
    return replace(blank, kind="foreign")


def _header(header: Header, like: LikeFiles) -> Dataset:
    if header.is_marked:
        for size in BEGINNINGS:
            header.file.seek(0)
            beginning = header.file.read(size)
            data = like.read(beginning, whole=len(beginning) < size, wanted=_WANTED, before_pixels=True)
            if data is not None:
                return data
            if len(beginning) < size:
                break
        header.file.seek(0)
    return pydicom.dcmread(header.file, stop_before_pixels=True, force=not header.is_marked, specific_tags=_TAGS)


def _what_stands_there(first: bytes) -> str:
    if not first:
        return "the file is empty"
    text = re.sub(r"[^ -~]+", " ", first[:40].decode("latin-1")).strip()
    return f"it holds no DICOM; it begins with {text!r}"


def _described(data: Dataset, blank: DicomFile, *, marked: bool) -> DicomFile:
    missing = [tag for tag in ("SOPClassUID", "SeriesInstanceUID", "Modality") if not data.get(tag)]
    if missing:
        listing = "DirectoryRecordSequence" in data or _media_class(data) == DIRECTORY_CLASS
        kind = "damaged" if marked and not listing else "foreign"
        return replace(blank, kind=kind, fault=f"its header lacks {', '.join(missing)}")
    record = replace(
        blank,
        kind=_kind(str(data.SOPClassUID)),
        modality=str(data.Modality).upper(),
        patient_id=str(data.get("PatientID") or ""),
        study_uid=str(data.get("StudyInstanceUID") or ""),
        series_uid=str(data.SeriesInstanceUID),
        sop_uid=str(data.get("SOPInstanceUID") or ""),
        frame_of_reference_uid=str(data.get("FrameOfReferenceUID") or ""),
    )
    if record.kind == "rtstruct":
        frame = _drawn_frame(data) or record.frame_of_reference_uid
        references = _referenced_series(data)
        return replace(
            record, rois=named_parts(data), references=references, frame_of_reference_uid=frame, made=_made(data)
        )
    if record.kind == "seg":
        series = tuple(str(item.SeriesInstanceUID) for item in data.get("ReferencedSeriesSequence") or ())
        return replace(record, rois=named_parts(data), references=series, made=_made(data))
    if record.kind == "other" and record.modality in IMAGE_MODALITIES:
        try:
            slices = slices_of(data, blank.path)
        except InputError as broken:
            return replace(record, kind="damaged", fault=broken.sentence)
        headers = tuple(item.header for item in slices)
        frame = record.frame_of_reference_uid or str(slices[0].dataset.get("FrameOfReferenceUID") or "")
        return replace(record, kind="image", headers=headers, frame_of_reference_uid=frame)
    return record


def _media_class(data: Dataset) -> str:
    return str(getattr(data.file_meta, "MediaStorageSOPClassUID", ""))


def _kind(sop_class_uid: str) -> str:
    """Tell RTSTRUCT, SEG and SR apart by SOP class; names and Modality are not asked."""
    if sop_class_uid == RTStructureSetStorage:
        return "rtstruct"
    if sop_class_uid in SEGMENTATIONS:
        return "seg"
    return "sr" if sop_class_uid.startswith(SR_CLASSES) else "other"


def _made(data: Dataset) -> str:
    """Return date and time of the structure set, of the content, or of the instance: the first that is told."""
    for date, time in (
        ("StructureSetDate", "StructureSetTime"),
        ("ContentDate", "ContentTime"),
        ("InstanceCreationDate", "InstanceCreationTime"),
    ):
        day = str(data.get(date) or "").strip()
        if day:
            return day + str(data.get(time) or "").strip()
    return ""


def _referenced_series(data: Dataset) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            str(series.SeriesInstanceUID)
            for frame in data.get("ReferencedFrameOfReferenceSequence") or ()
            for study in frame.get("RTReferencedStudySequence") or ()
            for series in study.get("RTReferencedSeriesSequence") or ()
            if series.get("SeriesInstanceUID")
        )
    )


def named_parts(data: Dataset) -> tuple[tuple[int, str], ...]:
    """List number and name of the ROIs of a RTSTRUCT, or of the segments of a SEG.

    Parameters
    ----------
    data
        Header of the file.

    Returns
    -------
    tuple of (int, str)
        In the file's order; the name of a segment is its label, else its description. Segment 0, a label map's
        background, is left out.
    """
    rois = [(item.get("ROINumber"), item.get("ROIName")) for item in data.get("StructureSetROISequence") or ()]
    segments = [
        (item.get("SegmentNumber"), item.get("SegmentLabel") or item.get("SegmentDescription"))
        for item in data.get("SegmentSequence") or ()
        if item.get("SegmentNumber") != 0
    ]
    return tuple((int(number), str(name or "")) for number, name in (*rois, *segments) if number is not None)


def _drawn_frame(data: Dataset) -> str:
    frames = [
        str(item.get("ReferencedFrameOfReferenceUID") or "") for item in data.get("StructureSetROISequence") or ()
    ]
    return next(filter(None, frames), "")
