"""Packs: the outcomes of many images in one write-once Parquet file, written whole by one writer.

A pack is ``packs/FOLDER/UNIT-WRITER-N-DIGEST.parquet``. UNIT says for what it was written (a run, a shard, a chunk),
WRITER are random digits of the process, so that no two writers ever meet, N counts its packs, and DIGEST is the start
of the file's own SHA-256. Pages carry checksums, so that a scan of two columns is checked by itself. A pack stands
alone: the names of its features lie in it. Rows are sorted by the image's position in the plan; a row group holds
images of one stripe of ``STRIPE`` positions, so that tables can be read in the plan's order.
"""

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.errors import Note
from radpipe.files import list_files, unicode_text
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_writer

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "QC",
    "STRIPE",
    "Measured",
    "PackName",
    "Receipt",
    "digest_of",
    "encoded",
    "list_packs",
    "outcomes_in",
    "pack_schema",
]

STRIPE = 64
"""Positions of the plan that lie in one row group, and go to one shard."""

QC = "~qc"
"""Key under which a row's diagnostics hold the numbers of its mask; no diagnostic bears it."""

_NAME = re.compile(r"(?P<unit>[a-z0-9]+)-(?P<writer>[0-9a-f]{8})-(?P<number>[0-9]+)-(?P<digest>[0-9a-f]{16})\.parquet")

_TEXT = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a worker gives back: the outcomes of one image.

    Parameters
    ----------
    key
        Of the task.
    content
        Digest of all that the values depend on, the bytes of the input files among them; empty when they could not be
        read.
    outcomes
        One a ROI. None: the content was measured before, and the worker left it at that.
    """

    key: str
    content: str
    outcomes: tuple[Outcome, ...] | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told of a task that was measured: how its ROIs ended. Values stay on disk."""

    key: str
    ok: int
    failed: int
    seconds: float

    @classmethod
    def of(cls, image: Measured) -> "Receipt":
        """Count the outcomes of an image."""
        outcomes = image.outcomes or ()
        ok = sum(outcome.status is Status.OK for outcome in outcomes)
        return cls(image.key, ok, len(outcomes) - ok, sum(outcome.seconds for outcome in outcomes))


@dataclass(frozen=True, slots=True)
class PackName:
    """A pack of an output folder, and what its name says."""

    path: Path
    unit: str
    writer: str
    number: int
    digest: str

    @property
    def text(self) -> str:
        """The name without its folder: by it two results of one key are told apart."""
        return self.path.name


def list_packs(out: Path, unit: str | None = None) -> list[PackName]:
    """List the packs of an output folder by name; files that are not named as packs are not ours.

    Parameters
    ----------
    out
        The output folder.
    unit
        Only packs that were written for it.

    Raises
    ------
    StorageError
        The folder cannot be read.
    """
    names = []
    for path in list_files(out / "packs", ".parquet"):
        named = _NAME.fullmatch(path.name)
        if named and unit in (None, named["unit"]):
            names.append(PackName(path, named["unit"], named["writer"], int(named["number"]), named["digest"]))
    return sorted(names, key=lambda name: name.text)


def digest_of(content: bytes) -> str:
    """Return the digest that stands in a pack's name."""
    return hashlib.sha256(content).hexdigest()[:16]


@cache
def pack_schema() -> "pa.Schema":
    """Return the columns of a pack; ``features`` holds the names, one a line."""
    import pyarrow as pa

    return pa.schema(
        [
            ("key", pa.string()),
            ("position", pa.int64()),
            ("content", pa.string()),
            *((name, pa.string()) for name in _TEXT),
            ("feature_set_id", pa.string()),
            ("features", pa.string()),
            ("values", pa.list_(pa.float64())),
            ("diagnostics", pa.string()),
            ("traceback", pa.string()),
            ("seconds", pa.float64()),
            ("peak_bytes", pa.int64()),
        ],
        metadata={"cpu": f"{platform.machine()} {_cpu_name()}".strip()},
    )


def _cpu_name() -> str:
    """Return the processor's name: values of one CPU type are equal to the bit, across types to 1e-12."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def encoded(images: Sequence[tuple[int, Measured]]) -> bytes:
    """Write images with their positions as the bytes of a pack.

    Parameters
    ----------
    images
        In any order; each with its outcomes.
    """
    buffer = BytesIO()
    ordered = sorted(images, key=lambda image: (image[0], image[1].key))
    with parquet_writer(buffer, pack_schema()) as writer:
        for _, stripe in groupby(ordered, key=lambda image: image[0] // STRIPE):
            writer.write_table(_table(list(stripe)))
    return buffer.getvalue()


def _table(images: Sequence[tuple[int, Measured]]) -> "pa.Table":
    import pyarrow as pa

    rows = [(position, image, outcome) for position, image in images for outcome in image.outcomes or ()]
    lengths = [0 if outcome.vector is None else len(outcome.vector.values) for _, _, outcome in rows]
    values = [outcome.vector.values for _, _, outcome in rows if outcome.vector is not None]
    columns: dict[str, Any] = {
        "key": [image.key for _, image, _ in rows],
        "position": [position for position, _, _ in rows],
        "content": [image.content for _, image, _ in rows],
        **{name: [_text(getattr(outcome, name)) for _, _, outcome in rows] for name in _TEXT},
        "feature_set_id": ["" if outcome.vector is None else outcome.vector.set_id for _, _, outcome in rows],
        "features": ["" if outcome.vector is None else "\n".join(outcome.vector.names) for _, _, outcome in rows],
        "values": pa.ListArray.from_arrays(
            pa.array(np.cumsum([0, *lengths], dtype=np.int32)), pa.array(np.concatenate([np.empty(0), *values]))
        ),
        "diagnostics": [_diagnostics(outcome) for _, _, outcome in rows],
        "traceback": [unicode_text(outcome.traceback) for _, _, outcome in rows],
        "seconds": [outcome.seconds for _, _, outcome in rows],
        "peak_bytes": [outcome.peak_bytes for _, _, outcome in rows],
    }
    return pa.Table.from_pydict(columns, schema=pack_schema())


def _text(value: object) -> str:
    """Return a text column's cell; warnings as JSON."""
    if isinstance(value, tuple):
        value = json.dumps([[note.code, note.sentence] for note in value]) if value else ""
    return unicode_text(str(value))


def _diagnostics(outcome: Outcome) -> str:
    if outcome.vector is None:
        return ""
    return unicode_text(json.dumps(dict(outcome.vector.diagnostics) | ({QC: dict(outcome.qc)} if outcome.qc else {})))


def outcomes_in(table: "pa.Table") -> Iterator[tuple[str, str, Outcome]]:
    """Give key, content and outcome of each row of a pack's table, which has all columns."""
    columns = {name: table.column(name).to_pylist() for name in table.column_names if name not in _LARGE}
    lists = table.column("values").combine_chunks()
    values, ends = lists.values.to_numpy(), lists.offsets.to_numpy()
    names = table.column("features").combine_chunks().dictionary_encode()
    sets = [_names(text) for text in names.dictionary.to_pylist()]
    which = names.indices.to_numpy()
    for i in range(table.num_rows):
        status = Status(columns["status"][i])
        vector, qc = None, {}
        if status is Status.OK:
            own = values[ends[i] : ends[i + 1]]
            diagnostics = json.loads(columns["diagnostics"][i])
            qc = diagnostics.pop(QC, {})
            vector = FeatureVector(sets[which[i]], own, diagnostics)
        warnings = columns["warnings"][i]
        outcome = Outcome(
            columns["case_id"][i],
            columns["image_id"][i],
            columns["modality"][i],
            columns["roi"][i],
            columns["config"][i],
            status,
            columns["code"][i],
            columns["message"][i],
            tuple(Note(code, sentence) for code, sentence in json.loads(warnings)) if warnings else (),
            vector,
            columns["seconds"][i],
            columns["peak_bytes"][i],
            columns["traceback"][i],
            qc,
        )
        yield columns["key"][i], columns["content"][i], outcome


_LARGE = ("values", "features", "feature_set_id")


@lru_cache(maxsize=64)
def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))
