"""Many tasks at once in worker processes (joblib's loky); a dead worker costs its own task only.

When a worker dies, loky fails every task that is pending. The markers of the tasks in flight name at most as many
suspects as there are workers: each is measured again alone in a process of its own, which tells the culprit from the
innocent. The others go back to a fresh pool.
"""

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from radpipe.run.executors.protocol import Crash, Measure
from radpipe.run.plan import ImageTask
from radpipe.run.worker import marker_of, prepare_process
from radpipe.store.parts import Receipt, published

__all__ = ["LokyExecutor"]

_BROKEN = (TerminatedWorkerError, BrokenProcessPool)


class LokyExecutor:
    """A pool of worker processes.

    Parameters
    ----------
    jobs
        Number of processes, at least 1.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def run(self, tasks: Sequence[ImageTask], out: Path, measure: Measure) -> Iterator[Receipt | Crash]:
        """Measure the tasks; see :class:`~radpipe.run.executors.protocol.Executor`."""
        left = {task.key: task for task in tasks}
        while left:
            broken = False
            for receipt in self._pooled(list(left.values()), out, measure, self._jobs):
                if receipt is None:
                    broken = True
                    break
                del left[receipt.key]
                yield receipt
            if broken:
                for suspect in self._suspects(left, out):
                    del left[suspect.key]
                    yield self._alone(suspect, out, measure)

    def _pooled(self, tasks: Sequence[ImageTask], out: Path, measure: Measure, jobs: int) -> Iterator[Receipt | None]:
        """Yield receipts as they come; None, and no more, when the pool broke."""
        with ProcessPoolExecutor(max_workers=jobs, initializer=prepare_process) as pool:
            futures = [pool.submit(measure, task, out) for task in tasks]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except _BROKEN:
                yield None
            finally:
                for future in futures:
                    future.cancel()

    def _suspects(self, left: dict[str, ImageTask], out: Path) -> list[ImageTask]:
        """Name the tasks that were in flight; without a trace, all that are left."""
        done = published(out)
        marked = [task for key, task in left.items() if marker_of(out, key).exists() and key not in done]
        return marked or list(left.values())

    def _alone(self, task: ImageTask, out: Path, measure: Measure) -> Receipt | Crash:
        marker_of(out, task.key).unlink(missing_ok=True)
        context = ProcessPoolExecutor(max_workers=1, initializer=prepare_process)
        with context as pool:
            future = pool.submit(measure, task, out)
            try:
                receipt: Receipt = future.result()
            except _BROKEN as fault:
                marker_of(out, task.key).unlink(missing_ok=True)
                return Crash(task, _how(fault))
        return receipt


def _how(fault: BaseException) -> str:
    """Say which signal or exit code ended the worker, from what loky tells of it."""
    told = str(fault)
    for one in signal.Signals:
        if f"{one.name}(" in told or f"{one.name}" in told.split("{")[-1]:
            return one.name
    return "exit code " + told.split("EXIT(")[1].split(")")[0] if "EXIT(" in told else "for an unknown reason"
