"""The driver: what is published stays, what is open is measured and written to packs."""

import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from heapq import merge
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import AccountsError, InputError, UsageError
from radpipe.features.engine import engine_version
from radpipe.outcome import Outcome, Status
from radpipe.run.executors.choose import executor_for
from radpipe.run.executors.protocol import Crash, Executor, Work, never
from radpipe.run.opened import LastImage
from radpipe.run.plan import Plan, PlannedRow
from radpipe.run.progress import Progress
from radpipe.run.record import read_tasks
from radpipe.run.results import crashed_outcomes, image_of
from radpipe.run.stop import Stop
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import Inspected, Inspection, inspect, measure_privately
from radpipe.run.worker import measure as measure_task
from radpipe.store.index import PackIndex, scan
from radpipe.store.packs import STRIPE, Measured, Receipt
from radpipe.store.plans import PlanFile
from radpipe.store.writer import Flush, PackWriter

__all__ = [
    "Checked", "Share", "Shares", "drive", "drive_check", "executor_for", "measure_of", "published_receipts",
    "share_of",
]  # fmt: skip


logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """What a process has to do of a plan.

    Parameters
    ----------
    plan
        With references.
    index
        Of the packs, as they were when the share was made.
    todo
        For each position of the plan, whether it is to be measured.
    known
        Content digests that were measured under keys that the plan does not have.
    """

    plan: PlanFile
    index: PackIndex
    todo: npt.NDArray[np.bool_]
    known: frozenset[str]

    def __len__(self) -> int:
        return int(np.count_nonzero(self.todo))

    def tasks(self) -> Iterator[tuple[int, ImageTask]]:
        """Read the tasks with their positions."""
        return read_tasks(self.plan, self.todo) if len(self) else iter(())


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What a process has to do of several plans, image by image: workers start once, and files are warm.

    Parameters
    ----------
    shares
        At least one.
    """

    shares: tuple[Share, ...]

    @property
    def index(self) -> PackIndex:
        """Of the packs."""
        return self.shares[0].index

    @property
    def known(self) -> frozenset[str]:
        """Content digests that were measured under keys that the plans do not have; they tell settings apart."""
        return frozenset().union(*(share.known for share in self.shares))

    def __len__(self) -> int:
        return sum(len(share) for share in self.shares)

    def tasks(self) -> Iterator[tuple[int, ImageTask]]:
        """Read the tasks with their positions; the same position of several plans is mostly the same image."""
        return merge(*(share.tasks() for share in self.shares), key=lambda pair: pair[0])


def share_of(
    plan: PlanFile, out: Path, shard: int | None = None, *, retry_failed: bool = False, whole: bool = False
) -> Share:
    """Find what of a plan is not yet published.

    Parameters
    ----------
    plan, out
        The plan and the output folder with the packs.
    shard
        Only tasks of this shard; None is the whole plan.
    retry_failed
        Images with a failed ROI are to be measured again.
    whole
        Read every byte of every pack, so that damage of any of them is noticed now.

    Raises
    ------
    UsageError
        The plan was made for another version of the engine.
    StorageError
        Plan or packs cannot be read.
    """
    refuse_other_versions(plan)
    index = scan(out, whole=whole)
    keys = plan.keys()
    best = index.best(keys)
    todo = best < 0
    if retry_failed and len(index):
        todo |= (best >= 0) & (index.failed[best] > 0)
    if shard is not None:
        positions = np.arange(len(todo))
        todo &= positions // STRIPE % plan.shards == shard % plan.shards
    return Share(plan, index, todo, index.orphans(keys) if todo.any() else frozenset())


def refuse_other_versions(plan: PlanFile) -> None:
    """Refuse to publish under keys that were made for another version of the engine.

    Raises
    ------
    UsageError
        The versions differ; both are named.
    """
    engine = plan.header["engine"]
    here = engine_version(engine["name"])
    if here != engine["version"]:
        message = f"the plan was made for {engine['version']}, this process has {here}: plan again, or install the same"
        raise UsageError(message)


def measure_of(plan: PlanFile, pictures: Path | None = None, *, several: bool = False) -> Work[Measured]:
    """Return what measures the tasks of a plan.

    Parameters
    ----------
    plan
        Private or not.
    pictures
        Output folder in which each mask is drawn too; None draws nothing.
    several
        Tasks of one image follow each other: who measures keeps the last image open.
    """
    measure: Any = measure_privately if plan.header.get("private") else measure_task
    if several:
        measure = partial(measure, last=LastImage())
    if pictures is not None:
        from radpipe.run.draw import draw_opened

        measure = partial(measure, look=partial(draw_opened, out=pictures))
    work: Work[Measured] = measure
    return work


def drive(
    share: Share | Shares,
    out: Path,
    executor: Executor,
    progress: Progress,
    *,
    stop: Stop | None = None,
    measure: Work[Measured] = measure_task,
    unit: str = "run",
    flush: Flush | None = None,
) -> None:
    """Measure what a share has to do, and write the outcomes to packs.

    Parameters
    ----------
    share, out
        What is to be done, and the output folder.
    executor, progress
        Where tasks run, and who is told.
    stop
        Whether someone wants to stop: what is finished is then written at once, and no other task is begun.
    measure
        What measures a task.
    unit
        Stands in the names of the packs.
    flush
        When packs are written.

    Raises
    ------
    StorageError
        The output cannot be written.
    """
    stop = stop or Stop()
    writer = PackWriter(out, unit, flush)
    with progress, closing(published_receipts(share, out, executor, writer, measure, stop)) as receipts:
        for receipt in receipts:
            if receipt is not None:
                progress.advance(receipt.ok, receipt.failed)


def published_receipts(
    share: Share | Shares,
    out: Path,
    executor: Executor,
    writer: PackWriter,
    measure: Work[Measured],
    stop: Callable[[], bool] = never,
) -> Generator[Receipt | None, None, None]:
    """Measure a share and write its outcomes; give a receipt for each image, and None while nothing happens.

    Parameters
    ----------
    share, out
        What is to be done, and the output folder.
    executor
        Where tasks run.
    writer
        Writes the packs; what it holds is written at the end.
    measure, stop
        As in :func:`drive`.

    Raises
    ------
    StorageError
        The output cannot be written.
    """
    positions: dict[str, int] = {}

    def tasks() -> Iterator[ImageTask]:
        for position, task in share.tasks():
            positions[task.key] = position
            yield task

    work: Any = partial(measure, known=share.known) if share.known else measure  # type: ignore[call-arg]
    stopped = False
    with closing(executor.run(tasks(), out, work, stop)) as results:
        for result in results:
            if result is None:
                writer.tick()
                yield None
            elif isinstance(result, Receipt):  # it was written where it was measured
                yield result
            else:
                image = image_of(result, lambda: share.index)
                _log(image)
                yield writer.add(positions.pop(image.key), image)
            if stop() and not stopped:
                stopped = True
                writer.flush()
    writer.flush()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Parameters
    ----------
    rows
        Every planned row with what was found of it; its status and codes are those of a run that measures.
    inspections
        Of the images that were opened.
    """

    rows: tuple[tuple[PlannedRow, Inspected], ...]
    inspections: tuple[Inspection, ...]


def _log(image: Measured) -> None:
    """Tell what became of an image, for ``-v`` and ``--log-file``."""
    outcomes = image.outcomes or ()
    if outcomes and logger.isEnabledFor(logging.INFO):
        first, seconds = outcomes[0], sum(outcome.seconds for outcome in outcomes)
        rows = "; ".join(f"{outcome.roi} {outcome.code or outcome.status}" for outcome in outcomes)
        logger.info("%s, %s: %s (%.2f s)", first.case_id, first.modality, rows, seconds)
        for outcome in outcomes:
            for note in outcome.warnings:
                logger.debug("%s, %s: %s", outcome.case_id, outcome.roi, note)


def drive_check(planned: Plan, out: Path, executor: Executor, progress: Progress, stop: Stop) -> Checked:
    """Open everything that is planned; measure nothing.

    Parameters
    ----------
    planned, out
        What is opened; nothing is written to the output folder.
    executor, progress, stop
        As in :func:`drive`.

    Raises
    ------
    AccountsError
        A planned row has no result.
    """
    inspections: list[Inspection] = []
    with progress, closing(executor.run(planned.tasks, out, inspect, stop)) as results:
        for result in results:
            if result is None:
                continue
            inspection = _inspection(result) if isinstance(result, Crash) else result
            inspections.append(inspection)
            failed = sum(roi.status == Status.FAILED for roi in inspection.rois)
            progress.advance(len(inspection.rois) - failed, failed)
    inspected = {(inspection.key, roi.roi): roi for inspection in inspections for roi in inspection.rois}
    rows = []
    for row in planned.rows:
        ended = (
            Inspected(row.roi, row.status, row.code, row.message) if not row.key else inspected.get((row.key, row.roi))
        )
        if ended is None and stop.signal is not None:
            skipped = stopped_outcome(row, stop.signal.name)
            ended = Inspected(row.roi, str(skipped.status), skipped.code, skipped.message)
        if ended is None:
            message = f"no result for {row.case_id}, {row.image_id}, {row.roi}"
            raise AccountsError(message)
        rows.append((row, ended))
    return Checked(tuple(rows), tuple(inspections))


def _inspection(crash: Crash) -> Inspection:
    rows = tuple(
        Inspected(outcome.roi, str(outcome.status), outcome.code, outcome.message)
        for outcome in crashed_outcomes(crash)
    )
    return Inspection(crash.task.key, rows)


def stopped_outcome(row: PlannedRow, name: str) -> Outcome:
    """Return the outcome of a row that was not reached because a signal of this name stopped the run."""
    fault = InputError("E_STOPPED", case=row.case_id, roi=row.roi, signal=name)
    key = (row.case_id, row.image_id, row.modality, row.roi, row.config)
    return Outcome(*key, Status.SKIPPED, fault.code, fault.message)
