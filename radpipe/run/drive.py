"""The driver: what is published stays, what is open is measured, and every planned ROI is accounted for."""

from collections.abc import Sequence
from pathlib import Path

from radpipe.errors import AccountsError, InputError
from radpipe.outcome import Outcome, Status
from radpipe.run.executors.protocol import Crash, Executor, Measure
from radpipe.run.plan import ImageTask, Plan
from radpipe.run.progress import Progress
from radpipe.run.worker import measure as measure_task
from radpipe.store.ledger import Account, read_outcomes, write_plan
from radpipe.store.parts import load_part, publish, published

__all__ = ["drive", "executor_for"]


def executor_for(jobs: int) -> Executor:
    """Return the executor for a number of jobs."""
    if jobs == 1:
        from radpipe.run.executors.serial import SerialExecutor

        return SerialExecutor()
    from radpipe.run.executors.loky import LokyExecutor

    return LokyExecutor(jobs)


def drive(
    planned: Plan,
    out: Path,
    executor: Executor,
    progress: Progress,
    *,
    retry_failed: bool = False,
    measure: Measure = measure_task,
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
    measure
        What measures a task.

    Raises
    ------
    AccountsError
        A planned ROI has no outcome.
    StorageError
        The output cannot be written.
    """
    write_plan(out, planned.rows)
    todo = _todo(planned.tasks, out, retry_failed=retry_failed)
    with progress:
        for result in executor.run(todo, out, measure):
            receipt = publish(out, result.task.key, _crashed(result)) if isinstance(result, Crash) else result
            progress.advance(receipt.ok, receipt.failed)
    outcomes = read_outcomes(out, planned.rows)
    account = Account.of(len(planned.rows), [one for one in outcomes if one is not None])
    if account.open:
        message = f"the accounts do not add up: {account}"
        raise AccountsError(message)
    return tuple(one for one in outcomes if one is not None)


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
            path.unlink()
            todo.append(task)
    return todo


def _crashed(crash: Crash) -> tuple[Outcome, ...]:
    image = crash.task.image
    fault = InputError("E_CRASHED", case=image.case_id, how=crash.how)
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
        )
        for target in crash.task.targets
    )
