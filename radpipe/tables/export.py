"""The tables of a run: CSV for people, Parquet for programs. They are written row by row, whole or not at all."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radpipe.features.params import Params
from radpipe.files import remove, whole_file, write_text
from radpipe.outcome import Outcome
from radpipe.parquet import parquet_writer
from radpipe.store.index import PackIndex
from radpipe.store.ledger import Account, LedgerRow, read_rows, walk_rows
from radpipe.store.plans import PlanFile
from radpipe.tables.dictionary import data_dictionary
from radpipe.tables.features import (
    FIRST_COLUMNS,
    LONG_COLUMNS,
    Columns,
    ColumnsSeen,
    failures,
    guarded,
    guarded_names,
    long,
    wide,
)  # fmt: skip

__all__ = [
    "Told",
    "csv_header",
    "csv_text",
    "needed_columns",
    "write_csv",
    "write_csv_blocks",
    "write_feature_tables",
    "write_perturbed_table",
    "write_provenance",
]

GROUP_ROWS = 8_000
GROUP_VALUES = 4_000_000
"""Rows of a row group of the Parquet file, fewer where they are long."""

STEP_ROWS = 2_000
STEP_VALUES = 1_000_000
"""Outcomes that are in memory at once, fewer where they are long."""

CSV_ROWS = 10_000
"""Rows of a table of cases or masks that are written at once."""

LONG_ROWS = 100_000
LONG_VALUES = 10_000_000
"""Below both, the long table is written unasked; beyond, ``UNPIVOT`` in DuckDB gives it from the wide one."""

LONG_STEP = 200_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the rows said while they were written.

    Parameters
    ----------
    account, codes
        Rows by status, and problem codes with their number of rows, the most frequent first.
    inputs_sha256
        Digest of what the images were measured from, in the plan's order.
    """

    account: Account
    codes: tuple[tuple[str, int], ...]
    inputs_sha256: str


def needed_columns(plans: Sequence[PlanFile], index: PackIndex) -> Columns:
    """Return the columns that the rows of plans need, in the order in which they first occur.

    Parameters
    ----------
    plans, index
        As :func:`radpipe.store.ledger.read_rows` takes them.

    Raises
    ------
    StorageError
        A plan or a pack cannot be read.
    """
    seen = ColumnsSeen()
    wanted = ("key", "roi", "status", "features", "diagnostics")
    for _, _, _, names in walk_rows(plans, index, wanted, _names_of_rows):
        if names is not None:
            seen.add(*names)
    return seen.columns()


def _names_of_rows(table: Any) -> dict[tuple[str, str], Any]:
    features = table.column("features").combine_chunks().dictionary_encode()
    texts = features.dictionary.to_pylist()
    which = features.indices.to_pylist()
    columns = [table.column(name).to_pylist() for name in ("key", "roi", "status", "diagnostics")]
    return {
        (key, roi): (texts[which[i]], diagnostics) if status == "ok" else None
        for i, (key, roi, status, diagnostics) in enumerate(zip(*columns, strict=True))
    }


def write_feature_tables(
    out: Path,
    plans: Sequence[PlanFile],
    index: PackIndex,
    *,
    params: Sequence[Params],
    ended: Callable[[LedgerRow], Outcome],
    with_long: bool = False,
    seen: Callable[[LedgerRow, Outcome], None] | None = None,
    failed_too: Sequence[PlanFile] = (),
) -> Told:
    """Write ``features.csv``, ``features.parquet``, ``failures.csv``, ``data_dictionary.csv``, and the long table.

    Memory does not grow with the number of rows.

    Parameters
    ----------
    out
        The output folder; the tables lie in ``OUT/tables``.
    plans, index
        As :func:`radpipe.store.ledger.read_rows` takes them.
    params
        The settings that the plans name, for the dictionary.
    ended
        Makes the outcome of a row that is still open.
    with_long
        Write the long table though it is large.
    seen
        Is given each row with its outcome, in the plan's order.
    failed_too
        Plans whose rows that are not ok stand in ``failures.csv``, and nowhere else.

    Raises
    ------
    StorageError
        A table could not be written, or a plan or pack cannot be read.
    """
    folder = out / "tables"
    columns = needed_columns(plans, index)
    rows = sum(plan.rows for plan in plans)
    with_long = with_long or (rows < LONG_ROWS and rows * len(columns.features) < LONG_VALUES)
    count = _Count()
    with ExitStack() as stack:
        sinks = [
            stack.enter_context(_parquet_sink(folder, "features.parquet", columns)),
            stack.enter_context(_csv_sink(folder, "features.csv", columns.names)),
        ]
        failed = stack.enter_context(_csv_sink(folder, "failures.csv", FIRST_COLUMNS))
        values = stack.enter_context(_long_sink(folder)) if with_long else None
        for outcomes in _steps(count.watched(read_rows(plans, index), ended, seen), columns):
            frame = wide(outcomes, columns)
            for sink in sinks:
                sink(frame)
            failed(failures(outcomes))
            if values is not None:
                values(outcomes)
        for outcomes in _steps(_Count().watched(read_rows(failed_too, index), ended), columns):
            failed(failures(outcomes))
    if not with_long:
        remove(folder / "features_long.parquet")
    write_csv(folder / "data_dictionary.csv", data_dictionary(columns.names, params))
    return count.told()


def write_perturbed_table(
    out: Path, plans: Sequence[PlanFile], index: PackIndex, *, ended: Callable[[LedgerRow], Outcome]
) -> Told:
    """Write ``perturbed.parquet``: one row per planned ROI and perturbed state.

    Parameters
    ----------
    out
        The output folder.
    plans, index
        As :func:`radpipe.store.ledger.read_rows` takes them.
    ended
        Makes the outcome of a row that is still open.

    Raises
    ------
    StorageError
        The table could not be written, or a plan or pack cannot be read.
    """
    columns = needed_columns(plans, index)
    count = _Count()
    with _parquet_sink(out / "tables", "perturbed.parquet", columns) as sink:
        for outcomes in _steps(count.watched(read_rows(plans, index), ended), columns):
            sink(wide(outcomes, columns))
    return count.told()


class _Count:
    """Counts rows while they go by."""

    def __init__(self) -> None:
        self._statuses: Counter[str] = Counter()
        self._codes: Counter[str] = Counter()
        self._inputs = sha256()

    def watched(
        self,
        rows: Iterable[LedgerRow],
        ended: Callable[[LedgerRow], Outcome],
        seen: Callable[[LedgerRow, Outcome], None] | None = None,
    ) -> Iterator[Outcome]:
        """Give the outcome of each row, first to ``seen``, and then without the numbers of its mask."""
        for row in rows:
            outcome = row.outcome or ended(row)
            self._statuses[str(outcome.status)] += 1
            if outcome.code:
                self._codes[outcome.code] += 1
            if row.entry.key and row.roi == row.entry.rois[0]:
                self._inputs.update(f"{row.content}\n".encode())
            if seen is not None:
                seen(row, outcome)
            yield replace(outcome, qc={}) if outcome.qc else outcome

    def told(self) -> Told:
        return Told(Account.of(self._statuses), tuple(self._codes.most_common()), self._inputs.hexdigest())


def _steps(outcomes: Iterator[Outcome], columns: Columns) -> Iterator[list[Outcome]]:
    rows = min(STEP_ROWS, STEP_VALUES // len(columns.names))
    while step := list(islice(outcomes, rows)):
        yield step


@contextmanager
def _parquet_sink(folder: Path, name: str, columns: Columns) -> Iterator[Callable[[pd.DataFrame], None]]:
    import pyarrow as pa

    schema, rows = columns.schema(), min(GROUP_ROWS, GROUP_VALUES // len(columns.names))
    waiting = schema.empty_table()

    def write(frame: pd.DataFrame) -> None:
        nonlocal waiting
        waiting = pa.concat_tables([waiting, _arrow_table(frame, schema, len(columns.features))])
        while waiting.num_rows >= rows:
            writer.write_table(waiting.slice(0, rows).combine_chunks())
            waiting = waiting.slice(rows)

    with whole_file(folder, name) as file, parquet_writer(file, schema) as writer:
        yield write
        if waiting.num_rows:
            writer.write_table(waiting.combine_chunks())


def _arrow_table(frame: pd.DataFrame, schema: Any, features: int) -> Any:
    """Make a table of Arrow of a wide frame; its last columns, the features, all at once."""
    import pyarrow as pa

    others = len(schema) - features
    first = pa.schema([schema.field(k) for k in range(others)])
    head = pa.Table.from_pandas(frame.iloc[:, :others], schema=first, preserve_index=False, nthreads=1)
    values = frame.iloc[:, others:].to_numpy(dtype=np.float64)
    below = pa.array(np.ascontiguousarray(values.T).ravel(), from_pandas=True)
    columns = [below.slice(start * len(frame), len(frame)) for start in range(features)]
    return pa.Table.from_arrays([*head.columns, *columns], schema=schema)


@contextmanager
def _csv_sink(folder: Path, name: str, columns: Sequence[str]) -> Iterator[Callable[[pd.DataFrame], None]]:
    with whole_file(folder, name) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="", write_through=False)
        text.write(csv_header(columns))
        yield lambda frame: guarded(frame).to_csv(text, index=False, header=False, lineterminator="\n")
        text.flush()
        text.detach()


@contextmanager
def _long_sink(folder: Path) -> Iterator[Callable[[Sequence[Outcome]], None]]:
    import pyarrow as pa

    text = [(name, pa.string()) for name in LONG_COLUMNS[:6]]
    frame = pa.Schema.from_pandas(long([]), preserve_index=False)
    schema = pa.schema([*text, ("value", pa.float64())], metadata=frame.metadata)

    def write(outcomes: Sequence[Outcome]) -> None:
        most = max((len(outcome.vector.names) for outcome in outcomes if outcome.vector is not None), default=1)
        step = max(LONG_STEP // most, 1)
        for start in range(0, len(outcomes), step):
            some = long(outcomes[start : start + step])
            writer.write_table(pa.Table.from_pandas(some, schema=schema, preserve_index=False, nthreads=1))

    with whole_file(folder, "features_long.parquet") as file, parquet_writer(file, schema) as writer:
        yield write


def csv_header(columns: Sequence[str]) -> str:
    """Return the first line of a CSV file; see :func:`csv_text`."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(guarded_names(columns))
    return line.getvalue()


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV: shortest digits that give the same number back, text cells guarded against formulas."""
    return str(guarded(frame).to_csv(index=False, lineterminator="\n"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV, see :func:`csv_text`; a part at a time, so that its text is never in memory whole."""
    parts = (frame.iloc[start : start + CSV_ROWS] for start in range(0, len(frame), CSV_ROWS))
    write_csv_blocks(path, list(frame.columns), parts)


def write_csv_blocks(path: Path, columns: Sequence[str], blocks: Iterable[pd.DataFrame]) -> None:
    """Write frames one below the other as one CSV file, see :func:`csv_text`.

    Parameters
    ----------
    path
        Of the file.
    columns
        Of every frame, in this order.
    blocks
        May be made while they are written; none is kept.

    Raises
    ------
    StorageError
        It could not be written.
    """
    with _csv_sink(path.parent, path.name, columns) as write:
        for block in blocks:
            write(block)


def write_provenance(out: Path, provenance: Mapping[str, Any]) -> None:
    """Write ``OUT/tables/provenance.json``.

    Parameters
    ----------
    out
        The output folder.
    provenance
        Settings, versions, counts: JSON values.

    Raises
    ------
    StorageError
        It could not be written.
    """
    write_text(out / "tables" / "provenance.json", json.dumps(provenance, indent=2, sort_keys=True) + "\n")
