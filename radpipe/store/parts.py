"""Parts: what a worker measured of one image, in one write-once Parquet file named by task and content.

A part is ``parts/KEY-DIGEST.parquet``: KEY is the task's content key, DIGEST the start of the file's own SHA-256. A
part whose bytes do not give its name is damaged and set aside. Feature names live once per set in
``parts/sets/ID.json``.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.errors import Note, StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_table
from radpipe.store.files import move, unicode_text, write_atomic

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Receipt", "load_part", "publish", "published"]


_NAME = re.compile(r"(?P<key>.+)-[0-9a-f]{16}\.parquet")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a worker sends back: which task, and how its ROIs ended. Values stay on disk."""

    key: str
    ok: int
    failed: int
    seconds: float


@cache
def _schema() -> "pa.Schema":
    import pyarrow as pa

    text = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
    return pa.schema(
        [
            *((name, pa.string()) for name in text),
            ("feature_set_id", pa.string()),
            ("values", pa.list_(pa.float64())),
            ("diagnostics", pa.string()),
            ("traceback", pa.string()),
            ("seconds", pa.float64()),
            ("peak_bytes", pa.int64()),
        ]
    )


def publish(out: Path, key: str, outcomes: Sequence[Outcome]) -> Receipt:
    """Write the outcomes of one task durably.

    Raises
    ------
    StorageError
        Nothing was published.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for vector in {one.vector.set_id: one.vector for one in outcomes if one.vector is not None}.values():
        path, names = out / "parts" / "sets" / f"{vector.set_id}.json", json.dumps(list(vector.names)).encode()
        if not path.is_file() or path.read_bytes() != names:
            write_atomic(path, names)
    table = pa.Table.from_pylist([_record(one) for one in outcomes], schema=_schema())
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    content = buffer.getvalue()
    write_atomic(out / "parts" / f"{key}-{hashlib.sha256(content).hexdigest()[:16]}.parquet", content)
    ok = sum(one.status is Status.OK for one in outcomes)
    return Receipt(key, ok, len(outcomes) - ok, sum(one.seconds for one in outcomes))


def published(out: Path) -> dict[str, Path]:
    """List the parts of an output folder: key -> file. Files that are not named as parts are not ours."""
    found = {}
    for path in sorted((out / "parts").glob("*.parquet")):
        named = _NAME.fullmatch(path.name)
        if named:
            found[named["key"]] = path
    return found


def load_part(out: Path, path: Path) -> tuple[Outcome, ...] | None:
    """Read a part; a damaged one is moved to ``damaged`` and None is returned, so that its task is measured again.

    Raises
    ------
    StorageError
        The disk cannot be read, or a damaged part cannot be moved.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        message = f"{path} cannot be read: {fault.strerror}"
        raise StorageError(message) from fault
    digest = path.stem.rsplit("-", 1)[-1]
    outcomes = _parsed(out, content) if hashlib.sha256(content).hexdigest()[:16] == digest else None
    if outcomes is None:
        move(path, out / "damaged")
    return outcomes


def _parsed(out: Path, content: bytes) -> tuple[Outcome, ...] | None:
    """Return the outcomes of a part, or None when it is not one of ours or its feature names are lost."""
    import pyarrow as pa

    try:
        table = parquet_table(content)
    except (pa.ArrowException, OSError):
        return None
    if not table.schema.equals(_schema()):
        return None
    rows = table.to_pylist()
    sets: dict[str, tuple[str, ...]] = {}
    for set_id in {row["feature_set_id"] for row in rows if row["feature_set_id"]}:
        names = _names(out, set_id)
        if names is None:
            return None
        sets[set_id] = names
    return tuple(_outcome(row, sets) for row in rows)


def _names(out: Path, set_id: str) -> tuple[str, ...] | None:
    """Read the names of a set; None when the file is missing or does not give its own id."""
    try:
        names = tuple(json.loads((out / "parts" / "sets" / f"{set_id}.json").read_text()))
        vector = FeatureVector(names, np.zeros(len(names)))
    except (OSError, ValueError, TypeError):
        return None
    return names if vector.set_id == set_id else None


def _record(one: Outcome) -> dict[str, Any]:
    vector = one.vector
    record = {
        "case_id": one.case_id,
        "image_id": one.image_id,
        "modality": one.modality,
        "roi": one.roi,
        "config": one.config,
        "status": str(one.status),
        "code": one.code,
        "message": one.message,
        "warnings": json.dumps([[note.code, note.sentence] for note in one.warnings]),
        "feature_set_id": "" if vector is None else vector.set_id,
        "values": None if vector is None else vector.values.tolist(),
        "diagnostics": "{}" if vector is None else json.dumps(dict(vector.diagnostics)),
        "traceback": one.traceback,
        "seconds": one.seconds,
        "peak_bytes": one.peak_bytes,
    }
    return {name: unicode_text(value) if isinstance(value, str) else value for name, value in record.items()}


def _outcome(row: dict[str, Any], sets: dict[str, tuple[str, ...]]) -> Outcome:
    vector = None
    if row["values"] is not None:
        values = np.array(row["values"], dtype=np.float64)
        vector = FeatureVector(sets[row["feature_set_id"]], values, json.loads(row["diagnostics"]))
    return Outcome(
        row["case_id"],
        row["image_id"],
        row["modality"],
        row["roi"],
        row["config"],
        Status(row["status"]),
        row["code"],
        row["message"],
        tuple(Note(code, sentence) for code, sentence in json.loads(row["warnings"])),
        vector,
        row["seconds"],
        row["peak_bytes"],
        row["traceback"],
    )
