"""The index on disk: one Parquet file with a row per DICOM file, so that a second crawl reads only what changed."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from radpipe.columns import bytes_column, integer_column, number_lists, text_column
from radpipe.errors import StorageError
from radpipe.imaging.dicom_record import DicomFile
from radpipe.imaging.slice_header import SliceHeader
from radpipe.parquet import parquet_table

__all__ = ["load_index", "save_index"]

CACHE_VERSION = 4

_TEXT = ("kind", "modality", "patient_id", "study_uid", "series_uid", "sop_uid", "frame_of_reference_uid", "made",
         "fault")  # fmt: skip
_PLAIN = ("path", "size", "mtime_ns", *_TEXT)

Key = tuple[str, int, int]
"""Path, size and time of change: what tells whether a file is still the one that was read."""


def save_index(files: Iterable[DicomFile], cache: Path) -> None:
    """Write the index whole or not at all.

    Parameters
    ----------
    files
        What was read; files that cannot be opened are left out, so that they are tried again.
    cache
        The Parquet file.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = [file for file in files if file.size >= 0]
    columns = {"path": bytes_column([os.fsencode(file.path) for file in kept])}  # not every path is Unicode
    columns |= {name: integer_column([getattr(file, name) for file in kept]) for name in ("size", "mtime_ns")}
    for name in _TEXT:  # nor is every text of a header
        columns[name] = bytes_column([getattr(file, name).encode("utf-8", "surrogateescape") for file in kept])
    columns["rois"] = text_column([json.dumps(file.rois) if file.rois else "" for file in kept])
    columns["references"] = text_column([json.dumps(file.references) if file.references else "" for file in kept])
    columns["headers"] = number_lists([_numbers(file.headers) for file in kept])
    table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    table = table.replace_schema_metadata({"radpipe_index": str(CACHE_VERSION)})
    temporary = cache.with_name(f"{cache.name}.{os.getpid()}.tmp")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, temporary, compression="zstd")
        temporary.replace(cache)
    except OSError as fault:
        message = f"the index {cache} cannot be written: {fault}"
        raise StorageError(message) from fault


def load_index(cache: Path) -> Mapping[Key, DicomFile]:
    """Read an index.

    Parameters
    ----------
    cache
        The Parquet file; one that is not there, cannot be read or is of another version gives an empty index.
    """
    import pyarrow as pa

    try:
        table = parquet_table(cache)
        if (table.schema.metadata or {}).get(b"radpipe_index") != str(CACHE_VERSION).encode():
            return {}
        rows = table.to_pydict()
    except (OSError, pa.ArrowException):
        return {}
    known = {}
    for row in range(table.num_rows):
        plain = {name: rows[name][row] for name in _PLAIN} | {"path": os.fsdecode(rows["path"][row])}
        plain |= {name: rows[name][row].decode("utf-8", "surrogateescape") for name in _TEXT}
        file = DicomFile(
            **plain,
            rois=tuple((int(number), str(name)) for number, name in json.loads(rows["rois"][row] or "[]")),
            references=tuple(json.loads(rows["references"][row] or "[]")),
            headers=_headers(rows["headers"][row]),
        )
        known[(file.path, file.size, file.mtime_ns)] = file
    return known


def _numbers(headers: tuple[SliceHeader, ...]) -> list[float]:
    """Lay the numbers of each header one behind the other: 3, 6, 2, 2, 1 and 1."""
    return [
        float(number)
        for header in headers
        for number in (
            *header.position_xyz_mm,
            *header.orientation,
            *header.spacing_yx_mm,
            *header.size_yx,
            header.number,
            header.is_localizer,
        )
    ]


def _headers(numbers: list[float]) -> tuple[SliceHeader, ...]:
    headers = []
    for start in range(0, len(numbers), 15):
        x, y, z, rx, ry, rz, cx, cy, cz, dy, dx, rows, columns, number, localizer = numbers[start : start + 15]
        header = SliceHeader(
            (x, y, z), (rx, ry, rz, cx, cy, cz), (dy, dx), (int(rows), int(columns)), int(number), bool(localizer)
        )
        headers.append(header)
    return tuple(headers)
