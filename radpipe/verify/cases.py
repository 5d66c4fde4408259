"""Which rows of a finished run are measured again: the same for the same run, spread over it."""

import hashlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from radpipe.errors import NothingUsableError
from radpipe.outcome import Outcome, Status
from radpipe.run.record import Recipe
from radpipe.run.tasks import ImageTask
from radpipe.store.index import PackIndex
from radpipe.store.ledger import RowKey, read_rows, read_statuses
from radpipe.store.plans import PlanFile

__all__ = ["Chosen", "choose"]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """One image with the measured rows that are to be checked."""

    task: ImageTask
    rows: tuple[Outcome, ...]


def choose(plans: Sequence[PlanFile], index: PackIndex, sample: int | None) -> tuple[int, Iterator[Chosen]]:
    """Choose rows that were measured, in an order that a digest of case, image, ROI and config decides.

    Parameters
    ----------
    plans, index
        Of the run; only rows that are chosen are read with their values.
    sample
        Number of rows; None takes all.

    Returns
    -------
    tuple of int and Iterator of Chosen
        How many rows were measured, and the chosen ones, in the order of the run.

    Raises
    ------
    NothingUsableError
        No row was measured, or the run is a private one, which keeps no references.
    """
    count = 0

    def measured() -> Iterator[RowKey]:
        nonlocal count
        for _, entry, roi, status, _ in read_statuses(plans, index):
            if status == Status.OK:
                count += 1
                yield RowKey(entry.case_id, entry.image_id, roi, entry.config)

    def digest(key: RowKey) -> bytes:
        return hashlib.sha256("\n".join(key).encode()).digest()

    keys = set(measured() if sample is None else heapq.nsmallest(sample, measured(), key=digest))
    if any(plan.header.get("private") for plan in plans):
        message = "a private run keeps no references, so it cannot be measured again"
        raise NothingUsableError(message)
    return count, _chosen(plans, index, keys)


def _chosen(plans: Sequence[PlanFile], index: PackIndex, keys: set[RowKey]) -> Iterator[Chosen]:
    recipes = {plan.path: Recipe.of(plan.header) for plan in plans}
    wanted = {(key.case_id, key.image_id, key.config) for key in keys}
    rows = read_rows(
        plans, index, with_tasks=True, wanted=lambda entry: (entry.case_id, entry.image_id, entry.config) in wanted
    )
    task: ImageTask | None = None
    gathered: list[Outcome] = []
    for row in rows:
        if row.key not in keys or row.outcome is None:
            continue
        if task is not None and task.key != row.entry.key:
            yield Chosen(task, tuple(gathered))
            gathered = []
        if not gathered:
            task = recipes[row.plan.path].task(row.entry)
        gathered.append(row.outcome)
    if task is not None:
        yield Chosen(task, tuple(gathered))
