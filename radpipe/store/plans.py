"""Plan files: what a run will measure, written once, streamed both ways; and which plans an output folder holds.

A plan is ``plans/plan-DIGEST.parquet``: one row a task, and one for each ROI that planning ended, in the plan's order;
what holds for all of them stands once in its metadata. ``plans.json`` lists the plans whose rows the tables hold.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import AccountsError, NothingUsableError, StorageError, UsageError
from radpipe.files import open_checked, read_whole, unicode_text, whole_file, write_text
from radpipe.parquet import parquet_file, parquet_writer
from radpipe.store.packs import STRIPE

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = [
    "PlanEntry",
    "PlanFile",
    "list_plans",
    "read_plan_file",
    "without_twins",
    "write_plan_file",
    "write_plan_list",
]

GROUP = 4 * STRIPE
"""Entries in a row group of a plan: a worker reads the groups of its share."""


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One task, or one row that planning ended.

    Parameters
    ----------
    case_id, image_id, modality, config
        Of its rows.
    rois
        Names of the task's ROIs in their order; of an ended row its one name.
    key
        Of the task; empty when planning ended the row.
    status, code, message
        How planning ended it.
    task
        References and notes of the task as JSON; empty in the public copy of a private plan.
    position
        Number of the task among the tasks of its plan; -1 of an ended row. Given when it is written.
    """

    case_id: str
    image_id: str
    modality: str
    config: str
    rois: tuple[str, ...]
    key: str = ""
    status: str = ""
    code: str = ""
    message: str = ""
    task: str = ""
    position: int = -1

    def row_keys(self) -> list[tuple[str, str, str, str]]:
        """Return case, image, ROI and config of each of its rows."""
        return [(self.case_id, self.image_id, roi, self.config) for roi in self.rois]


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan of an output folder.

    Parameters
    ----------
    path
        The file that is read; of a private run one outside of the output folder.
    header
        What holds for all tasks: source, settings, policy, engine, versions. JSON values.
    scope
        Digest of what was asked for: a plan of the same scope takes the place of an older one.
    tasks, rows, cases
        How many.
    shards
        Into how many shares it is cut.
    """

    path: Path
    header: Mapping[str, Any]
    scope: str
    tasks: int
    rows: int
    cases: int
    shards: int = 1

    @property
    def config(self) -> str:
        """Name of the settings."""
        return str(self.header["config"])

    @property
    def digest(self) -> str:
        """What its name says of its content."""
        return self.path.stem.rsplit("-", 1)[-1]

    def shard_of(self, position: int) -> int:
        """Return the shard of a task: stripes of neighbours are dealt round."""
        return position // STRIPE % self.shards

    def keys(self) -> "pa.Array":
        """Return the keys of all tasks, by position.

        Raises
        ------
        StorageError
            The plan cannot be read.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        with _opened(self.path) as file:
            table = file.read(columns=["key", "position"], use_threads=False)
        table = table.filter(pc.is_valid(table.column("position")))
        keys = table.column("key").combine_chunks()
        return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys

    def entries(
        self, wanted: npt.NDArray[np.bool_] | None = None, *, with_tasks: bool = True
    ) -> Iterator[list[PlanEntry]]:
        """Read entries in their order, some hundred at a time.

        Parameters
        ----------
        wanted
            For each position, whether its task is wanted; ended rows are then left out, and groups without a wanted
            task are not read. None: everything.
        with_tasks
            Read the column ``task`` too; else it is empty.

        Raises
        ------
        StorageError
            The plan cannot be read.
        """
        columns = [name for name in _schema().names if with_tasks or name != "task"]
        with _opened(self.path) as file:
            place = file.schema_arrow.get_field_index("position")
            for group in range(file.num_row_groups):
                known = file.metadata.row_group(group).column(place).statistics
                if wanted is not None and not (known.has_min_max and wanted[known.min : known.max + 1].any()):
                    continue
                rows = file.read_row_group(group, columns=columns, use_threads=False).to_pylist()
                entries = [_entry(row) for row in rows]
                if wanted is not None:
                    entries = [one for one in entries if one.position >= 0 and wanted[one.position]]
                yield entries


@contextmanager
def _opened(path: Path) -> "Iterator[pq.ParquetFile]":
    import pyarrow as pa

    try:
        with open_checked(path) as source, parquet_file(source, checked=True) as file:
            yield file
    except FileNotFoundError:
        message = f"the plan {path} is not there; plan again"
        raise StorageError(message) from None
    except (pa.ArrowException, OSError) as fault:
        message = f"the plan {path} cannot be read ({fault}); plan again"
        raise StorageError(message) from fault


@cache
def _schema() -> "pa.Schema":
    import pyarrow as pa

    text = ("case_id", "image_id", "modality", "config")
    ending = ("key", "status", "code", "message", "task")
    return pa.schema(
        [
            *((name, pa.string()) for name in text),
            ("rois", pa.list_(pa.string())),
            *((name, pa.string()) for name in ending),
            ("position", pa.int64()),
        ]
    )


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
    import pyarrow as pa

    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    schema = _schema().with_metadata({"radpipe": json.dumps(header, sort_keys=True)})
    tasks = rows = 0
    with whole_file(folder, mode=0o666 if public is None else 0o600) as file:
        with parquet_writer(file, schema) as writer:
            for batch in _batches(without_twins(entries)):
                numbered = []
                for entry in batch:
                    numbered.append(_record(entry, tasks))
                    digest.update(json.dumps([entry.key, *entry.row_keys(), entry.status, entry.message]).encode())
                    tasks += bool(entry.key)
                    rows += len(entry.rois)
                writer.write_table(pa.Table.from_pylist(numbered, schema=schema))
        name = f"plan-{digest.hexdigest()[:16]}.parquet"
        file.finish()
        file.name = "" if _same(folder / name, file.temporary) else name
    plan = PlanFile(folder / name, header, scope, tasks, rows, cases, shards)
    if public is not None:
        stripped = (replace(entry, task="") for batch in plan.entries() for entry in batch)
        write_plan_file(public, stripped, header, scope)
    return plan


def _entry(row: dict[str, Any]) -> PlanEntry:
    place = -1 if row["position"] is None else row["position"]
    return PlanEntry(**{**row, "rois": tuple(row["rois"]), "position": place})


def without_twins(entries: Iterable[PlanEntry]) -> Iterator[PlanEntry]:
    """Pass entries on, and refuse a case that has two rows with one key; the rows of a case stand together.

    Raises
    ------
    AccountsError
        A row is planned twice.
    """
    for _, case in groupby(entries, key=lambda entry: entry.case_id):
        seen: set[tuple[str, ...]] = set()
        for entry in case:
            for key in entry.row_keys():
                if key in seen:
                    message = f"planned twice: {key}"
                    raise AccountsError(message)
                seen.add(key)
            yield entry


def _record(entry: PlanEntry, position: int) -> dict[str, Any]:
    record: dict[str, Any] = {name: getattr(entry, name) for name in _schema().names}
    record["rois"] = [unicode_text(roi) for roi in entry.rois]
    record["position"] = position if entry.key else None  # null, so that statistics are of tasks only
    return {name: unicode_text(value) if isinstance(value, str) else value for name, value in record.items()}


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


def write_plan_list(out: Path, plans: Sequence[PlanFile]) -> None:
    """Write ``plans.json``: the plans whose rows the tables hold, the oldest first.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    records = [
        {
            "plan": plan.path.name,
            "scope": plan.scope,
            "tasks": plan.tasks,
            "rows": plan.rows,
            "cases": plan.cases,
            "shards": plan.shards,
            "header": dict(plan.header),
        }
        for plan in plans
    ]
    text = json.dumps({"format": 1, "plans": records}, indent=1) + "\n"
    path = out / "plans.json"
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text(path, text)


def list_plans(out: Path) -> list[PlanFile]:
    """List the plans of an output folder, the oldest first; none where there is no run.

    Raises
    ------
    UsageError
        The folder holds a run of an older radpipe.
    """
    try:
        told = json.loads(read_whole(out / "plans.json"))
    except FileNotFoundError:
        if (out / "plan.jsonl").is_file():
            message = (
                f"{out} holds a run of an older radpipe (plan.jsonl, parts): this one keeps other files and would "
                "measure everything again; choose another folder"
            )
            raise UsageError(message) from None
        return []
    return [
        PlanFile(
            out / "plans" / record["plan"],
            record["header"],
            record["scope"],
            record["tasks"],
            record["rows"],
            record["cases"],
            record["shards"],
        )
        for record in told["plans"]
    ]


def read_plan_file(out: Path, path: Path | None = None) -> PlanFile:
    """Return the newest plan of an output folder.

    Parameters
    ----------
    out
        The output folder.
    path
        The private plan with the references of the same plan, which lies elsewhere.

    Raises
    ------
    NothingUsableError
        The folder holds no plan.
    UsageError
        The private plan is another one.
    """
    plans = list_plans(out)
    if not plans:
        message = f"{out} holds no run (plans.json is missing)"
        raise NothingUsableError(message)
    if path is None:
        return plans[-1]
    known = {plan.path.name: plan for plan in plans}
    if path.name not in known:
        message = f"{path} is no plan of {out}: it has {', '.join(known)}"
        raise UsageError(message)
    return replace(known[path.name], path=path)
