"""Many tasks at once in worker processes; what one does to its process costs no other.

A worker has one task at a time, so a death names its culprit, and nothing else is lost. A task whose process died is
done again when all others are done, alone and in a new process: what died because the machine was full then succeeds.
(A pool whose workers share a queue, such as loky's, fails every pending task with one dead worker and cannot tell whose
fault it was. pebble's blames rightly; it takes a fifth more memory, begins two more tasks after a stop, needs a third
longer over tasks that kill, and cannot say where in a task a process was.)
"""

import math
import os
import pickle
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from radpipe.errors import StorageError, UsageError
from radpipe.features.ready import preloaded
from radpipe.imaging.open import IMAGES, MASKS
from radpipe.run.executors.ahead import ALWAYS, nursery_for
from radpipe.run.executors.child import Began, Job, Refused
from radpipe.run.executors.nursery import ENDED, RECORD
from radpipe.run.executors.nursery_process import NurseryProcess
from radpipe.run.executors.protocol import Crash, Limits, Place, Work, never
from radpipe.run.executors.waiting import Waiting
from radpipe.run.tasks import ImageTask

__all__ = ["PoolExecutor", "StandingPool", "make"]

T = TypeVar("T")

GRACE_S = 2.0
"""A worker ends itself when its time is over; this much later it is ended from outside."""

TICK_S = 1.0
"""The pool says at least so often that time went by."""

SAMPLE = 64
"""So many tasks tell which libraries the nursery loads; what only others need, each worker loads by itself."""

STILLBORN = 3
"""So many workers in a row that end before they took a task end the run."""


class PoolExecutor:
    """A pool of worker processes.

    Parameters
    ----------
    jobs
        Number of processes, at least 1.
    limits
        What a task may take.
    """

    def __init__(self, jobs: int, limits: Limits) -> None:
        self._jobs = jobs
        self._limits = limits
        self._nursery: NurseryProcess | None = None

    def begin(self, libraries: Sequence[str]) -> None:
        """Start the nursery, which loads libraries while the tasks are still sought; :meth:`run` takes it, or ``end``.

        Parameters
        ----------
        libraries
            What is known to be used; what else the tasks turn out to need is loaded later.
        """
        self._nursery = nursery_for(libraries)

    def end(self) -> None:
        """End a nursery that no run took."""
        if self._nursery is not None:
            self._nursery.end()
            self._nursery = None

    def run(
        self, tasks: Iterable[ImageTask], out: Path, work: Work[T], stop: Callable[[], bool] = never
    ) -> Generator[T | Crash | None, None, None]:
        """Do the tasks; see :class:`~radpipe.run.executors.protocol.Executor`."""
        coming = iter(tasks)
        first = list(islice(coming, SAMPLE))
        if first:
            ahead, self._nursery = self._nursery, None
            with StandingPool(self._jobs, self._limits, out, work, first, ahead) as pool:
                yield from pool.do(chain(first, coming), stop)


class StandingPool:
    """A pool whose processes stay for several lots of tasks: starting one costs more than many small images.

    Parameters
    ----------
    jobs, limits
        As of :class:`PoolExecutor`.
    out, work
        What is done with each task.
    sample
        Some tasks, which tell the libraries that all need.
    ahead
        A nursery that was started before; None: one is started.
    """

    def __init__(
        self,
        jobs: int,
        limits: Limits,
        out: Path,
        work: Work[Any],
        sample: Sequence[ImageTask],
        ahead: NurseryProcess | None = None,
    ) -> None:
        self._jobs = jobs
        self._limits = limits
        self._pool = _Pool(Job(work, out, limits), _libraries(sample), ahead)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.__exit__(kind, fault, trace)

    def do(self, tasks: Iterable[ImageTask], stop: Callable[[], bool] = never) -> Generator[Any, None, None]:
        """Do a lot of tasks; a pool that is left before the end of one is of no more use.

        Parameters
        ----------
        tasks, stop
            As in :class:`~radpipe.run.executors.protocol.Executor`.
        """
        retries = self._limits.retries
        suspects = yield from self._pool.round(tasks, self._jobs, stop, last=retries == 0)
        for attempt in range(1, retries + 1):
            suspects = yield from self._pool.round(suspects, 1, stop, last=attempt == retries, fresh=True)


def make(place: Place) -> PoolExecutor:
    """Make the executor for the processes of a place."""
    return PoolExecutor(place.jobs, place.limits)


@dataclass(slots=True, eq=False)
class _Worker:
    """A worker as the pool sees it."""

    connection: Connection
    trace: IO[bytes]
    task: ImageTask | None = None
    last: ImageTask | None = None
    began: float | None = None
    open: bool = True


class _Pool:
    """The workers of one run, and the nursery that forks them."""

    def __init__(self, job: Job, libraries: tuple[str, ...], ahead: NurseryProcess | None) -> None:
        self._job = job
        self._workers: dict[int, _Worker] = {}
        self._last_number = 0
        self._stillborn = 0
        self._nursery = ahead or nursery_for(libraries)
        with suppress(ConnectionError):  # it was killed meanwhile, which the first wait finds out
            self._nursery.load(libraries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers.values():
            worker.connection.close()
            worker.trace.close()
        self._nursery.end()

    def round(
        self, tasks: Iterable[ImageTask], jobs: int, stop: Callable[[], bool], *, last: bool, fresh: bool = False
    ) -> Generator[Any, None, list[ImageTask]]:
        """Do each task once; yield results and crashes, return the tasks whose process died unless it is the last try.

        Parameters
        ----------
        fresh
            A new process for each task.
        """
        waiting = Waiting(tasks)
        suspects: list[ImageTask] = []
        for worker in self._workers.values() if fresh else ():
            _dismiss(worker)
        while True:
            if stop():
                waiting.clear()
            self._deal(waiting, jobs)
            if not any(worker.task for worker in self._workers.values()):
                return suspects
            ready = self._wait()
            if not ready:
                yield None
            for number in ready:
                worker = self._workers[number]
                yield from self._results(worker)
                if fresh and worker.task is None:
                    _dismiss(worker)
            for number, status in self._ended():
                yield from self._bury(number, status, waiting, None if last else suspects)

    def _deal(self, waiting: Waiting, jobs: int) -> None:
        """Give each idle worker a task; start workers while there are tasks for them."""
        idle = deque(worker for worker in self._workers.values() if worker.task is None and worker.open)
        busy = sum(worker.task is not None for worker in self._workers.values())
        while busy < jobs and waiting.any():
            worker = idle.popleft() if idle else self._start()
            worker.task = worker.last = waiting.take(worker.last)
            try:
                worker.connection.send(worker.task)
            except ConnectionError:
                worker.open = False  # it ended before it took the task; the nursery tells how
            busy += 1

    def _start(self) -> _Worker:
        """Have a worker forked, and give it its job."""
        ours, theirs = Pipe()
        worker = _Worker(ours, tempfile.TemporaryFile())  # noqa: SIM115
        self._last_number += 1
        self._workers[self._last_number] = worker
        try:
            self._nursery.fork(self._last_number, theirs.fileno(), worker.trace.fileno())
            ours.send(self._job)
        except ConnectionError:
            worker.open = False
        theirs.close()
        return worker

    def _wait(self) -> list[int]:
        """Wait until something happens; return the numbers of workers that sent something or ran out of time."""
        now = time.monotonic()
        limit = self._job.limits.task_seconds
        deadlines = {
            number: worker.began + limit + GRACE_S
            for number, worker in self._workers.items()
            if limit is not None and worker.began is not None
        }
        for number in [number for number, deadline in deadlines.items() if deadline <= now]:
            self._nursery.kill(number)
            del deadlines[number]
        numbers = {worker.connection: number for number, worker in self._workers.items() if worker.open}
        timeout = min(max(min(deadlines.values(), default=math.inf) - now, 0.0), TICK_S)
        ready = wait([self._nursery.control, *numbers], timeout)
        return [numbers[end] for end in ready if isinstance(end, Connection)]

    def _results(self, worker: _Worker) -> list[Any]:
        """Take what a worker sent."""
        results = []
        try:
            while worker.open and worker.connection.poll():
                message = worker.connection.recv()
                if isinstance(message, Began):
                    worker.began, self._stillborn = message.monotonic_s, 0
                    continue
                if isinstance(message, Refused):
                    raise StorageError(message.message)
                worker.task = worker.began = None
                results.append(message)
        except (EOFError, ConnectionError, pickle.UnpicklingError):
            worker.open = False
        return results

    def _ended(self) -> list[tuple[int, int]]:
        """Take what the nursery told; when it died itself, its workers died too, and another one takes its place."""
        ended: list[tuple[int, int]] = []
        while (record := self._nursery.told()) is not None:  # all that is there, not only the first
            if not record:
                self._nursery.end()
                ended += [(number, int(signal.SIGKILL)) for number in self._workers]
                self._nursery = NurseryProcess(self._nursery.libraries)
                break
            operation, number, status = RECORD.unpack(record)
            if operation == ENDED:
                ended.append((number, status))
        return ended

    def _bury(
        self, number: int, status: int, waiting: Waiting, suspects: list[ImageTask] | None
    ) -> Generator[Any, None, None]:
        """Say what became of the task of a worker that ended."""
        worker = self._workers.pop(number)
        yield from self._results(worker)
        trace = _read(worker.trace)
        worker.connection.close()
        worker.trace.close()
        if worker.task is None:
            return
        if worker.began is None:  # it did not take the task, which is not to blame
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                message = f"worker processes end at their start ({_how(status)}); is --mem-per-task too small?"
                raise UsageError(message)
            waiting.give_back(worker.task)
            return
        limit = self._job.limits.task_seconds
        if limit is not None and time.monotonic() - worker.began >= limit:
            yield Crash(worker.task, "E_TIMEOUT", (("seconds", limit),), trace)
        elif suspects is None:
            yield Crash(worker.task, "E_CRASHED", (("how", _how(status)),), trace)
        else:
            suspects.append(worker.task)


def _dismiss(worker: _Worker) -> None:
    """Let an idle worker go: it ends when its connection does."""
    if worker.open:
        worker.connection.close()
        worker.open = False


def _libraries(tasks: Sequence[ImageTask]) -> tuple[str, ...]:
    """List what is slow to import or to load and what these tasks need; the nursery does it for all workers."""
    names = set(ALWAYS)
    kinds = {(task.engine, id(task.params)): task for task in tasks}.values()
    names |= {name for task in kinds for name in preloaded(task.engine, task.params)}
    rois = [roi for task in tasks for target in task.targets for roi in target.rois]
    masks = {roi.kind for roi in rois} | {roi.twin.kind for roi in rois if roi.twin is not None}
    readers = [IMAGES[task.image.kind] for task in tasks] + [MASKS[kind] for kind in masks]
    names |= {reader.partition(":")[0] for reader in readers}
    if any(task.alignment is not None for task in tasks):
        names.add("SimpleITK")
    return tuple(sorted(names))


def _read(trace: IO[bytes]) -> str:
    trace.seek(0)
    return trace.read().decode("utf-8", "replace")


def _how(status: int) -> str:
    """Say which signal or exit code ended a process, from what ``waitpid`` told."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name}, as when the system runs out of memory" if -code == signal.SIGKILL else name
