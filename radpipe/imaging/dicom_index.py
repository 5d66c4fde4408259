"""One crawl of a folder of DICOM: what each file is, by its tags; refreshed by path, size and time.

The crawl reads headers only, and each file once: a cache (Parquet) holds what was read, and a second crawl reads only
files that are new or changed.
"""

import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import RTStructureSetStorage, SegmentationStorage

from radpipe.errors import InputError, Policy, StorageError
from radpipe.geometry import Geometry
from radpipe.imaging.dicom_io import DAMAGE, BoundedFile
from radpipe.imaging.slices import Slice, main_part, stack
from radpipe.parquet import parquet_table

__all__ = ["IMAGE_MODALITIES", "DicomFile", "DicomIndex", "grid_of", "index_folder", "named_parts"]

IMAGE_MODALITIES = ("CT", "MR", "PT")

SR_CLASSES = "1.2.840.10008.5.1.4.1.1.88."
"""What the SOP classes of all structured reports begin with."""

CACHE_VERSION = 3
PARALLEL_FROM = 4000
"""With fewer new files than this, starting processes costs more than it gains."""

_TAGS = [
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesDescription",
    "FrameOfReferenceUID",
    "ImageType",
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "InstanceNumber",
    "StructureSetROISequence",
    "ReferencedFrameOfReferenceSequence",
    "ReferencedSeriesSequence",
    "SegmentSequence",
]


@dataclass(frozen=True, slots=True)
class DicomFile:
    """One DICOM object, as far as its header tells.

    Parameters
    ----------
    path, size, mtime_ns
        Absolute path, and what tells whether it changed.
    kind
        ``image``, ``rtstruct``, ``seg``, ``sr``, ``other`` (DICOM of no use here), ``damaged``, ``foreign`` (no DICOM).
    modality, patient_id, study_uid, series_uid, sop_uid, frame_of_reference_uid
        DICOM's own; empty where the header has none.
    header
        Of an image slice, else None: position (3), orientation (6), spacing (2), rows, columns, instance, localizer.
    rois
        Number and name of each ROI or segment.
    references
        SeriesInstanceUIDs that a RTSTRUCT or SEG refers to.
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
    header: tuple[float, ...] | None = None
    rois: tuple[tuple[int, str], ...] = ()
    references: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DicomIndex:
    """All files of a folder, sorted by path.

    Parameters
    ----------
    root
        The folder.
    files
        One record per file, foreign files included (they are counted, not read again).
    read
        How many files this crawl opened; the others came from the cache.
    by_kind
        Kind -> number of files.
    """

    root: str
    files: tuple[DicomFile, ...]
    read: int = 0
    by_kind: Mapping[str, int] = field(default_factory=dict)

    def of_kind(self, kind: str) -> tuple[DicomFile, ...]:
        """List the files of a kind."""
        return tuple(one for one in self.files if one.kind == kind)


def index_folder(root: Path, cache: Path | None = None) -> DicomIndex:
    """Crawl a folder.

    Parameters
    ----------
    root
        The folder; symbolic links to folders are not followed.
    cache
        A Parquet file that holds the last crawl; written anew when something changed. A cache that cannot be read is
        ignored and replaced.

    Raises
    ------
    StorageError
        The cache cannot be written.
    """
    known = _load(cache) if cache is not None else {}
    found = sorted(_walk(str(root.resolve())))
    fresh = [one for one in found if one not in known]
    read = _read_all(fresh)
    files = tuple(known.get(key) or read[key] for key in found)
    if cache is not None and (fresh or len(known) != len(found)):
        _save(files, cache)
    counts: dict[str, int] = {}
    for one in files:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return DicomIndex(str(root), files, len(fresh), counts)


_Key = tuple[str, int, int]


def _walk(folder: str) -> Iterator[_Key]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            elif entry.is_file():
                told = entry.stat()
                yield (entry.path, told.st_size, told.st_mtime_ns)


def _read_all(keys: list[_Key]) -> dict[_Key, DicomFile]:
    if len(keys) < PARALLEL_FROM or (os.cpu_count() or 1) < 2:
        return {key: _read_one(key) for key in keys}
    with ProcessPoolExecutor(max_workers=min(os.cpu_count() or 1, 8)) as pool:
        return dict(zip(keys, pool.map(_read_one, keys, chunksize=500), strict=True))


def _read_one(key: _Key) -> DicomFile:
    """Read one header; a file that is no DICOM is ``foreign``, one that is but cannot be used ``damaged``."""
    path, size, mtime_ns = key
    try:
        with BoundedFile(path) as file:
            head = file.read(132)
            marked = head[128:] == b"DICM"
            if not marked and not _looks_bare(head):
                return DicomFile(path, size, mtime_ns, "foreign")
            file.seek(0)
            data = pydicom.dcmread(file, stop_before_pixels=True, force=not marked, specific_tags=_TAGS)
            return _described(data, key, marked=marked)
    except InputError as fault:
        return DicomFile(path, size, mtime_ns, "damaged", fault=fault.sentence)
    except (*DAMAGE, struct.error, RecursionError) as fault:
        reason = f"{type(fault).__name__}: {' '.join(str(fault).split())[:120]}"
        return DicomFile(path, size, mtime_ns, "damaged", fault=reason)


def _looks_bare(head: bytes) -> bool:
    """Tell whether bytes without a preamble begin with a DICOM group 0002 or 0008 element."""
    return len(head) >= 8 and head[:4] in (
        b"\x08\x00\x00\x00",
        b"\x08\x00\x05\x00",
        b"\x08\x00\x08\x00",
        b"\x02\x00\x00\x00",
    )


def _described(data: Dataset, key: _Key, *, marked: bool) -> DicomFile:
    path, size, mtime_ns = key
    modality = str(data.get("Modality") or "").upper()
    missing = [tag for tag in ("SOPClassUID", "SeriesInstanceUID", "Modality") if not data.get(tag)]
    if missing:
        kind = "damaged" if marked and "DirectoryRecordSequence" not in data and not _is_dicomdir(data) else "foreign"
        return DicomFile(path, size, mtime_ns, kind, fault=f"its header lacks {', '.join(missing)}")
    kind = _kind(str(data.SOPClassUID))
    header: tuple[float, ...] | None = None
    rois: tuple[tuple[int, str], ...] = ()
    references: tuple[str, ...] = ()
    frame = str(data.get("FrameOfReferenceUID") or "")
    fault = ""
    if kind == "other" and modality in IMAGE_MODALITIES:
        try:
            kind, header = "image", _header(Slice.of(data, path))
        except InputError as broken:
            kind, fault = "damaged", broken.sentence
    elif kind == "rtstruct":
        rois = named_parts(data)
        references = _referenced_series(data)
        frame = _drawn_frame(data) or frame
    elif kind == "seg":
        rois = named_parts(data)
        references = tuple(str(one.SeriesInstanceUID) for one in data.get("ReferencedSeriesSequence") or ())
    return DicomFile(
        path,
        size,
        mtime_ns,
        kind,
        modality,
        str(data.get("PatientID") or ""),
        str(data.get("StudyInstanceUID") or ""),
        str(data.SeriesInstanceUID),
        str(data.get("SOPInstanceUID") or ""),
        frame,
        header,
        rois,
        references,
        fault,
    )


def _kind(sop_class_uid: str) -> str:
    """Tell RTSTRUCT, SEG and SR apart by SOP class; names and Modality are not asked."""
    if sop_class_uid == RTStructureSetStorage:
        return "rtstruct"
    if sop_class_uid == SegmentationStorage:
        return "seg"
    return "sr" if sop_class_uid.startswith(SR_CLASSES) else "other"


def _is_dicomdir(data: Dataset) -> bool:
    return str(getattr(data.file_meta, "MediaStorageSOPClassUID", "")) == "1.2.840.10008.1.3.10"


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


_PLAIN = ("path", "size", "mtime_ns", "kind", "modality", "patient_id", "study_uid", "series_uid", "sop_uid",
          "frame_of_reference_uid", "fault")  # fmt: skip


def _save(files: tuple[DicomFile, ...], cache: Path) -> None:
    """Write the cache whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {name: [getattr(one, name) for one in files] for name in _PLAIN}
    columns["path"] = [os.fsencode(one.path) for one in files]  # not every path is Unicode
    columns["rois"] = [json.dumps(one.rois) if one.rois else "" for one in files]
    columns["references"] = [json.dumps(one.references) if one.references else "" for one in files]
    columns["geometry"] = [one.header for one in files]
    table = pa.table(columns).replace_schema_metadata({"radpipe_index": str(CACHE_VERSION)})
    temporary = cache.with_name(f"{cache.name}.{os.getpid()}.tmp")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, temporary, compression="zstd")
        temporary.replace(cache)
    except OSError as fault:
        message = f"the index {cache} cannot be written: {fault}"
        raise StorageError(message) from fault


def _load(cache: Path) -> dict[_Key, DicomFile]:
    import pyarrow as pa

    try:
        table = parquet_table(cache)
        if (table.schema.metadata or {}).get(b"radpipe_index") != str(CACHE_VERSION).encode():
            return {}
        rows = table.to_pydict()
    except (OSError, pa.ArrowException):
        return {}
    known = {}
    for i in range(table.num_rows):
        plain = {name: rows[name][i] for name in _PLAIN} | {"path": os.fsdecode(rows["path"][i])}
        rois = tuple((int(number), str(name)) for number, name in json.loads(rows["rois"][i] or "[]"))
        references = tuple(json.loads(rows["references"][i] or "[]"))
        numbers = rows["geometry"][i]
        header = None if numbers is None else tuple(numbers)
        one = DicomFile(**plain, rois=rois, references=references, header=header)
        known[(one.path, one.size, one.mtime_ns)] = one
    return known


def named_parts(data: Dataset) -> tuple[tuple[int, str], ...]:
    """List number and name of the ROIs of a RTSTRUCT, or of the segments of a SEG; in the file's order."""
    rois = [(one.get("ROINumber"), one.get("ROIName")) for one in data.get("StructureSetROISequence") or ()]
    segments = [
        (one.get("SegmentNumber"), one.get("SegmentLabel") or one.get("SegmentDescription"))
        for one in data.get("SegmentSequence") or ()
    ]
    return tuple((int(number), str(name or "")) for number, name in (*rois, *segments) if number is not None)


def _drawn_frame(data: Dataset) -> str:
    frames = [str(one.get("ReferencedFrameOfReferenceUID") or "") for one in data.get("StructureSetROISequence") or ()]
    return next(filter(None, frames), "")


def _header(one: Slice) -> tuple[float, ...]:
    return (
        *(float(v) for v in one.position_xyz_mm),
        *(float(v) for v in one.orientation),
        *one.spacing_yx_mm,
        *(float(n) for n in one.size_yx),
        float(one.number),
        float(one.is_localizer),
    )


def grid_of(files: Sequence[DicomFile]) -> Geometry | None:
    """Return the grid that the headers of one series promise, or None where they promise none."""
    slices = {}
    for one in files:
        n = one.header
        if n is not None:
            slices[n[:9]] = Slice(
                Dataset(), one.path, (int(n[11]), int(n[12])), (n[9], n[10]), np.array(n[:3]), np.array(n[3:9]),
                bool(n[14]), int(n[13]),
            )  # fmt: skip
    try:
        grid = stack(main_part(list(slices.values()), Policy())[0], Policy()).geometry
    except InputError:
        return None
    return replace(grid, frame_of_reference_uid=files[0].frame_of_reference_uid or None)
