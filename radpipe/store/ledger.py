"""The ledger: every planned ROI, written before the first pixel is read, and how each ended."""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from radpipe.errors import StorageError
from radpipe.outcome import Outcome, Status
from radpipe.store.index import PackIndex, read_columns, scan
from radpipe.store.packs import PackName, outcomes_in, pack_schema
from radpipe.store.plans import PlanEntry, PlanFile

__all__ = [
    "Account",
    "LedgerRow",
    "RowKey",
    "ended_outcome",
    "read_entry",
    "read_outcomes",
    "read_rows",
    "read_statuses",
    "shared_rows",
    "walk_rows",
]


class RowKey(NamedTuple):
    """What names a row: unique in an output folder."""

    case_id: str
    image_id: str
    roi: str
    config: str


@dataclass(frozen=True, slots=True)
class Account:
    """How the planned ROIs ended.

    Examples
    --------
    >>> print(Account(9, 7, 1, 1))
    9 planned = 7 ok + 1 failed + 1 skipped
    """

    planned: int
    ok: int
    failed: int
    skipped: int

    @property
    def open(self) -> int:
        """Planned ROIs without an outcome: a run that was stopped."""
        return self.planned - self.ok - self.failed - self.skipped

    def __str__(self) -> str:
        """Say the identity, and what is still open."""
        equation = f"{self.planned} planned = {self.ok} ok + {self.failed} failed + {self.skipped} skipped"
        return equation if self.open == 0 else f"{equation} + {self.open} not yet measured"

    @classmethod
    def of(cls, statuses: Counter[str]) -> "Account":
        """Count rows by status; the status of an open row is empty."""
        return cls(sum(statuses.values()), statuses["ok"], statuses["failed"], statuses["skipped"])


@dataclass(frozen=True, slots=True, eq=False)
class LedgerRow:
    """One planned row, in the plan's order.

    Parameters
    ----------
    plan, entry, roi
        What was planned.
    outcome
        How it ended; None while it is open.
    content
        Digest of what it was measured from; empty when planning ended it or nothing could be read.
    """

    plan: PlanFile
    entry: PlanEntry
    roi: str
    outcome: Outcome | None
    content: str = ""

    @property
    def key(self) -> RowKey:
        """Case, image, ROI and config."""
        return RowKey(self.entry.case_id, self.entry.image_id, self.roi, self.entry.config)


def ended_outcome(entry: PlanEntry) -> Outcome:
    """Return the outcome of a row that planning ended."""
    row = (entry.case_id, entry.image_id, entry.modality, entry.rois[0], entry.config)
    return Outcome(*row, Status(entry.status), entry.code, entry.message)


def read_rows(
    plans: Sequence[PlanFile],
    index: PackIndex,
    *,
    wanted: Callable[[PlanEntry], bool] | None = None,
    with_tasks: bool = False,
) -> Iterator[LedgerRow]:
    """Read every planned row with its outcome, in the plans' order; memory does not grow with their number.

    Parameters
    ----------
    plans
        The oldest first; a row that a newer plan has too stands where the newer plan has it.
    index
        Of the packs.
    wanted
        Which entries; None takes all.
    with_tasks
        Read the tasks' references too.

    Raises
    ------
    StorageError
        A plan or a pack cannot be read, or a pack was damaged since the index was made.
    """
    for plan, entry, roi, outcome in walk_rows(
        plans, index, pack_schema().names, _whole_rows, wanted=wanted, with_tasks=with_tasks
    ):
        if not entry.key:
            yield LedgerRow(plan, entry, roi, ended_outcome(entry))
        elif outcome is None:
            yield LedgerRow(plan, entry, roi, None)
        else:
            yield LedgerRow(plan, entry, roi, outcome[1], outcome[0])


def read_statuses(plans: Sequence[PlanFile], index: PackIndex) -> Iterator[tuple[PlanFile, PlanEntry, str, str, str]]:
    """Read plan, entry, ROI, status and code of every planned row; the status of an open row is empty.

    Parameters are those of :func:`read_rows`; no value is read.
    """
    for plan, entry, roi, outcome in walk_rows(plans, index, ("key", "roi", "status", "code"), _light_rows):
        status, code = (entry.status, entry.code) if not entry.key else outcome or ("", "")
        yield plan, entry, roi, status, code


def read_outcomes(out: Path, plans: Sequence[PlanFile]) -> tuple[Outcome | None, ...]:
    """Return the outcome of each planned row at once, None where it is still open: for small runs."""
    return tuple(row.outcome for row in read_rows(plans, scan(out, whole=True)))


def read_entry(index: PackIndex, content: str) -> tuple[Outcome, ...]:
    """Read the outcomes of an image by the digest of its content, which the index has.

    Raises
    ------
    StorageError
        The pack cannot be read.
    """
    import pyarrow as pa

    entry = int(index.best_by_content(pa.array([content], pa.string()))[0])
    key = index.keys[entry].as_py()
    pack = index.packs[int(index.pack[entry])]
    table = _group(pack, pack_schema().names, int(index.group[entry]))
    return tuple(outcome for own, _, outcome in outcomes_in(table) if own == key)


def walk_rows(
    plans: Sequence[PlanFile],
    index: PackIndex,
    columns: Sequence[str],
    decode: Callable[[Any], "Rows"],
    *,
    wanted: Callable[[PlanEntry], bool] | None = None,
    with_tasks: bool = False,
) -> Iterator[tuple[PlanFile, PlanEntry, str, Any]]:
    """Read plan, entry, ROI and what its row holds, None while it is open, of every planned row in the plans' order.

    Parameters
    ----------
    plans, index
        As in :func:`read_rows`.
    columns
        Of the packs; no other is read.
    decode
        Makes of a row group's table what each row holds, by key and ROI.
    wanted, with_tasks
        As in :func:`read_rows`.

    Raises
    ------
    StorageError
        A plan or a pack cannot be read.
    """
    groups = _Groups(index, columns, decode)
    for i, plan in enumerate(plans):
        newer = _rows_of([other for other in plans[i + 1 :] if other.config == plan.config])
        best = index.best(plan.keys())
        for entries in plan.entries(with_tasks=with_tasks):
            for entry in entries:
                if wanted is not None and not wanted(entry):
                    continue
                place = int(best[entry.position]) if entry.key else -1
                rows = groups.rows(place) if place >= 0 else {}
                for roi in entry.rois:
                    if not newer or _hashed(entry.case_id, entry.image_id, roi) not in newer:
                        yield plan, entry, roi, rows.get((entry.key, roi))


def shared_rows(plan: PlanFile, other: PlanFile) -> RowKey | None:
    """Return a row that two plans of one configuration have both, None when they share none."""
    rows = _rows_of([other])
    for entries in plan.entries(with_tasks=False):
        for entry in entries:
            for roi in entry.rois:
                if _hashed(entry.case_id, entry.image_id, roi) in rows:
                    return RowKey(entry.case_id, entry.image_id, roi, entry.config)
    return None


def _rows_of(plans: Sequence[PlanFile]) -> set[bytes]:
    return {
        _hashed(entry.case_id, entry.image_id, roi)
        for plan in plans
        for entries in plan.entries(with_tasks=False)
        for entry in entries
        for roi in entry.rois
    }


def _hashed(case_id: str, image_id: str, roi: str) -> bytes:
    return blake2b("\n".join((case_id, image_id, roi)).encode(), digest_size=12).digest()


Rows = dict[tuple[str, str], Any]
"""What the rows of a row group hold, by key and ROI."""


class _Groups:
    """Row groups of packs, decoded when they are asked for; the latest are kept, since neighbours share them."""

    KEPT = 24

    def __init__(self, index: PackIndex, columns: Sequence[str], decode: Callable[[Any], Rows]) -> None:
        self._index = index
        self._columns = columns
        self._decode = decode
        self._kept: OrderedDict[tuple[int, int], Rows] = OrderedDict()

    def rows(self, entry: int) -> Rows:
        """Return the rows of the row group in which an entry of the index lies, by key and ROI."""
        place = (int(self._index.pack[entry]), int(self._index.group[entry]))
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        rows = self._kept[place] = self._decode(_group(self._index.packs[place[0]], self._columns, place[1]))
        if len(self._kept) > self.KEPT:
            self._kept.popitem(last=False)
        return rows


def _group(pack: PackName, columns: Sequence[str], group: int) -> Any:
    try:
        read = read_columns(pack, columns, group)
    except FileNotFoundError:
        read = None
    if read is None:
        message = f"{pack.path} was damaged or removed while it was read; start the same command again"
        raise StorageError(message)
    return read[0]


def _whole_rows(table: Any) -> Rows:
    return {(key, outcome.roi): (content, outcome) for key, content, outcome in outcomes_in(table)}


def _light_rows(table: Any) -> Rows:
    columns = [table.column(name).to_pylist() for name in ("key", "roi", "status", "code")]
    return {(key, roi): (status, code) for key, roi, status, code in zip(*columns, strict=True)}
