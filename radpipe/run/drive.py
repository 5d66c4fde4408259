"""The driver: what is published stays, what is open is measured, and every planned ROI is accounted for."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from radpipe.errors import AccountsError, InputError, UsageError
from radpipe.outcome import Outcome, Status
from radpipe.run.executors.protocol import Crash, Executor, Limits, Work
from radpipe.run.plan import ImageTask, Plan
from radpipe.run.progress import Progress
from radpipe.run.stop import Stop
from radpipe.run.worker import Inspection, inspect
from radpipe.run.worker import measure as measure_task
from radpipe.store.files import remove, sweep
from radpipe.store.ledger import Account, PlannedRow, read_outcomes, write_plan
from radpipe.store.parts import Receipt, load_part, publish, published

__all__ = ["drive", "drive_check", "executor_for"]


def executor_for(jobs: int, limits: Limits | None = None, *, isolate: bool = False) -> Executor:
    """Return the executor for a number of jobs.

    Parameters
    ----------
    jobs
        Tasks at a time.
    limits
        What a task may take; a limit or more than one job means worker processes.
    isolate
        Worker processes in any case, so that a crash of native code ends its task only.

    Raises
    ------
    UsageError
        Several jobs or a limit where processes cannot be forked (Windows); there, tasks are measured one by one in this
        process, also where ``isolate`` is asked for.
    """
    limits = limits or Limits()
    if not hasattr(os, "fork"):
        if jobs > 1 or limits.any:
            message = "several jobs and limits need a POSIX system (Linux, macOS, WSL); use one job without limits"
            raise UsageError(message)
        isolate = False
    if jobs == 1 and not limits.any and not isolate:
        from radpipe.run.executors.serial import SerialExecutor

        return SerialExecutor()
    from radpipe.run.executors.pool import PoolExecutor

    return PoolExecutor(jobs, limits)


def drive(
    planned: Plan,
    out: Path,
    executor: Executor,
    progress: Progress,
    *,
    retry_failed: bool = False,
    stop: Stop | None = None,
    measure: Work[Receipt] = measure_task,
) -> tuple[Outcome, ...]:
    """Measure what is not yet published and return the outcome of every planned ROI, in the plan's order.

    Parameters
    ----------
    planned
        The plan; written to the output before anything is measured.
    out
        The output folder; the caller holds its lock.
    executor, progress
        Where tasks run, and who is told.
    retry_failed
        Measure images again that have a failed ROI.
    stop
        Whether someone wants to stop; rows that were not reached are then skipped with ``E_STOPPED``.
    measure
        What measures a task.

    Raises
    ------
    AccountsError
        A planned ROI has no outcome.
    StorageError
        The output cannot be written.
    """
    stop = stop or Stop()
    for folder in (out, out / "parts", out / "parts" / "sets", out / "tables"):
        sweep(folder)
    write_plan(out, planned.rows)
    todo = _todo(planned.tasks, out, retry_failed=retry_failed)
    with progress, closing(executor.run(todo, out, measure, stop)) as results:
        for result in results:
            receipt = publish(out, result.task.key, _crashed(result)) if isinstance(result, Crash) else result
            progress.advance(receipt.ok, receipt.failed)
    found = read_outcomes(out, planned.rows)
    if stop.signal is not None:
        name = stop.signal.name
        found = tuple(one or _stopped(row, name) for one, row in zip(found, planned.rows, strict=True))
    outcomes = tuple(one for one in found if one is not None)
    account = Account.of(len(planned.rows), outcomes)
    if account.open:
        message = f"the accounts do not add up: {account}"
        raise AccountsError(message)
    return outcomes


def drive_check(
    planned: Plan, out: Path, executor: Executor, progress: Progress, stop: Stop
) -> list[tuple[str, str, str, str, str, str, str]]:
    """Open everything that is planned; return case, image, modality, ROI, status, codes and message of every row."""
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    with progress, closing(executor.run(planned.tasks, out, inspect, stop)) as results:
        for result in results:
            told = _inspection(result) if isinstance(result, Crash) else result
            found.update({(told.key, roi): (status, codes, message) for roi, status, codes, message in told.rois})
            failed = sum(one[1] == Status.FAILED for one in told.rois)
            progress.advance(len(told.rois) - failed, failed)
    rows = []
    for row in planned.rows:
        ended = (row.status, row.code, row.message) if not row.key else found.get((row.key, row.roi))
        if ended is None and stop.signal is not None:
            skipped = _stopped(row, stop.signal.name)
            ended = (str(skipped.status), skipped.code, skipped.message)
        if ended is None:
            message = f"no result for {row.row_key}"
            raise AccountsError(message)
        rows.append((row.case_id, row.image_id, row.modality, row.roi, *ended))
    return rows


def _inspection(crash: Crash) -> Inspection:
    rows = tuple((one.roi, str(one.status), one.code, one.message) for one in _crashed(crash))
    return Inspection(crash.task.key, rows)


def _todo(tasks: Sequence[ImageTask], out: Path, *, retry_failed: bool) -> list[ImageTask]:
    """List the tasks without a sound part; parts with failed ROIs are removed when they are to be retried."""
    parts = published(out)
    todo = []
    for task in tasks:
        path = parts.get(task.key)
        outcomes = None if path is None else load_part(out, path)
        if outcomes is None or path is None:
            todo.append(task)
        elif retry_failed and any(one.status is Status.FAILED for one in outcomes):
            remove(path)
            todo.append(task)
    return todo


def _crashed(crash: Crash) -> tuple[Outcome, ...]:
    image = crash.task.image
    facts: dict[str, Any] = dict(crash.facts)
    fault = InputError(crash.code, case=image.case_id, **facts)
    return tuple(
        Outcome(
            image.case_id,
            image.image_id,
            image.modality,
            target.name,
            crash.task.params.name,
            Status.FAILED,
            fault.code,
            fault.located(roi=target.name).message,
            crash.task.notes,
            traceback=crash.traceback,
        )
        for target in crash.task.targets
    )


def _stopped(row: PlannedRow, name: str) -> Outcome:
    fault = InputError("E_STOPPED", case=row.case_id, roi=row.roi, signal=name)
    key = (row.case_id, row.image_id, row.modality, row.roi, row.config)
    return Outcome(*key, Status.SKIPPED, fault.code, fault.message)
