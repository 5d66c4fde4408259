"""Writing a plan, entry by entry; of a private run in two copies."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from radpipe.columns import integer_column, text_column, text_lists
from radpipe.files import open_checked, whole_file
from radpipe.parquet import parquet_writer
from radpipe.store.packs import STRIPE
from radpipe.store.plans.entry import PlanEntry, plan_schema, record_of, without_twins
from radpipe.store.plans.plan_file import PlanFile

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["write_plan_file"]

GROUP = 4 * STRIPE
"""Entries in a row group of a plan: a worker reads the groups of its share."""


def write_plan_file(
    folder: Path,
    entries: Iterable[PlanEntry],
    header: Mapping[str, Any],
    scope: str,
    *,
    cases: int = 0,
    shards: int = 1,
    public: Path | None = None,
) -> PlanFile:
    """Write a plan, entry by entry; one that is there already with the same content is left as it is.

    Parameters
    ----------
    folder
        Where it is written; of a private run a folder of its owner, and the file is readable by nobody else.
    entries
        In the plan's order.
    header, scope, cases, shards
        As in :class:`PlanFile`.
    public
        Of a private run: the output folder's own folder, which gets a copy without references.

    Raises
    ------
    AccountsError
        A row is planned twice.
    StorageError
        It cannot be written.
    """
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    schema = plan_schema().with_metadata({"radpipe": json.dumps(header, sort_keys=True)})
    tasks = rows = 0
    with whole_file(folder, mode=0o666 if public is None else 0o600) as file:
        with parquet_writer(file, schema) as writer:
            for batch in _batches(without_twins(entries)):
                numbered = []
                for entry in batch:
                    numbered.append(record_of(entry, tasks))
                    digest.update(json.dumps([entry.key, *entry.row_keys(), entry.status, entry.message]).encode())
                    tasks += bool(entry.key)
                    rows += len(entry.rois)
                writer.write_table(_table(numbered, schema))
        name = f"plan-{digest.hexdigest()[:16]}.parquet"
        file.finish()
        file.name = "" if _same(folder / name, file.temporary) else name
    plan = PlanFile(folder / name, header, scope, tasks, rows, cases, shards)
    if public is not None:
        stripped = (replace(entry, task="") for batch in plan.entries() for entry in batch)
        write_plan_file(public, stripped, header, scope)
    return plan


def _table(records: list[dict[str, Any]], schema: "pa.Schema") -> "pa.Table":
    import pyarrow as pa

    makers: dict[str, Callable[[list[Any]], Any]] = dict.fromkeys(schema.names, text_column)
    makers |= {"rois": text_lists, "position": integer_column}
    columns = [make([record[name] for record in records]) for name, make in makers.items()]
    return pa.Table.from_arrays(columns, schema=schema)


def _batches(entries: Iterable[PlanEntry]) -> Iterator[list[PlanEntry]]:
    batch: list[PlanEntry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == GROUP:
            yield batch
            batch = []
    if batch:
        yield batch


def _same(old: Path, new: Path) -> bool:
    """Tell whether two files hold the same bytes."""
    if not old.is_file() or old.stat().st_size != new.stat().st_size:
        return False
    with open_checked(old) as one, open_checked(new) as other:
        while piece := one.read(1 << 20):
            if piece != other.read(1 << 20):
                return False
    return True
