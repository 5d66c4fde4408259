"""Tasks on a dask cluster that runs already: chunks of about a minute go out, receipts come back, values stay there.

Each dask worker measures its chunk in a pool of processes of its own and writes the packs itself, so that crashes,
limits and retries are what they are on one machine, and values never cross the network. radpipe makes no cluster.
"""

import logging
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

from radpipe.errors import StorageError, UsageError
from radpipe.features.engine import choose_engine
from radpipe.features.ready import get_ready
from radpipe.machine import cores_of_job
from radpipe.run.executors.pool import StandingPool
from radpipe.run.executors.protocol import Crash, Limits, Place, Work, never
from radpipe.run.results import image_of
from radpipe.run.tasks import ImageTask
from radpipe.store.index import PackIndex, scan
from radpipe.store.packs import Receipt, list_packs
from radpipe.store.writer import Flush, PackWriter

__all__ = ["DaskExecutor", "make"]

T = TypeVar("T")

logger = logging.getLogger(__name__)

CHUNK_S = 60.0
"""Seconds of work in a chunk: what a lost worker costs, and many times what sending it costs."""

FIRST_CHUNK = 16
LARGEST_CHUNK = 2048

WINDOW = 2
"""Chunks out for each thread of the workers: one that runs and one that waits."""

TICK_S = 1.0

UNBEGUN = 20
"""A chunk that waited at lost workers goes out again so often before it is taken for lost itself."""

GONE = "the dask scheduler is gone; start the same command again with another one, it goes on"

CANCELLED = "the dask scheduler is gone, or cancelled the work; start the same command again, it goes on"

HOW_LOST = "the dask worker that measured it was lost each time; its node ended, or the image takes more than it has"


class DaskExecutor:
    """Measures on a dask cluster.

    Parameters
    ----------
    client
        A ``distributed.Client``.
    limits
        What an image may take.
    jobs
        Processes for each thread of a dask worker; 0: the cores that its job was given, divided by its threads.

    Examples
    --------
    >>> from distributed import Client  # doctest: +SKIP
    >>> radpipe.batch.work("out", executor=DaskExecutor(Client("scheduler.json")))  # doctest: +SKIP
    """

    def __init__(self, client: Any, limits: Limits | None = None, jobs: int = 0) -> None:
        self._client = client
        self._limits = limits or Limits()
        self._jobs = jobs

    def run(
        self, tasks: Iterable[ImageTask], out: Path, work: Work[T], stop: Callable[[], bool] = never
    ) -> Generator[Receipt | Crash | None, None, None]:
        """Do the tasks; see :class:`~radpipe.run.executors.protocol.Executor`.

        Parameters
        ----------
        tasks, out, work, stop
            As there; ``out`` must be the same folder on every machine.

        Raises
        ------
        StorageError
            The scheduler is gone, or a worker cannot write.
        UsageError
            A worker has another version of the engine than this process.
        """
        coming = iter(tasks)
        first = list(islice(coming, 1))
        if not first:
            return
        version = choose_engine(first[0].engine).version
        job = _ChunkJob(str(out.absolute()), work, self._limits, self._jobs, version)
        yield from _Window(self._client, job).run(chain(first, coming), stop)


def make(place: Place) -> DaskExecutor:
    """Make the executor for the cluster at an address, or that a scheduler file names.

    Parameters
    ----------
    place
        Its address, and the limits.

    Raises
    ------
    UsageError
        dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        message = "--dask needs distributed; install it with: pip install 'radpipe[dask]'"
        raise UsageError(message) from None
    # Its only information is the traceback of a connection that ended, which the run tells in a sentence.
    logging.getLogger("distributed.batched").setLevel(logging.WARNING)
    try:
        if Path(place.address).is_file():
            client = Client(scheduler_file=place.address, set_as_default=False)
        else:
            client = Client(place.address, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as fault:
        message = f"--dask {place.address}: no scheduler answers ({fault})"
        raise UsageError(message) from fault
    return DaskExecutor(client, place.limits, place.jobs)


@dataclass(frozen=True, slots=True)
class _ChunkJob:
    """What is the same for all chunks of a run."""

    out: str
    work: Any
    limits: Limits
    jobs: int
    version: str


@dataclass(frozen=True, slots=True)
class _Report:
    """What a chunk sends back: receipts, or why it could not be done; ``lost``: it began before, on a lost worker."""

    receipts: tuple[Receipt, ...] = ()
    unlike: str = ""
    storage: str = ""
    lost: bool = False


@dataclass(slots=True, eq=False)
class _Chunk:
    """A chunk that is out: its key is also the topic under which the scheduler knows that it began."""

    tasks: list[ImageTask]
    alone: bool = False
    key: str = ""
    unbegun: int = 0


class _Window:
    """Chunks that are out, never more than the workers need to be busy."""

    def __init__(self, client: Any, job: _ChunkJob) -> None:
        self._client = client
        self._job = job
        self._run = secrets.token_hex(4)
        self._number = 0
        self._out: dict[Any, _Chunk] = {}
        self._again: list[_Chunk] = []
        self._images = 0
        self._seconds = 0.0

    def run(
        self, tasks: Iterator[ImageTask], stop: Callable[[], bool]
    ) -> Generator[Receipt | Crash | None, None, None]:
        """Send all tasks, and give what became of them."""
        try:
            while True:
                stopping = stop()
                while not stopping and len(self._out) < WINDOW * max(self._threads(), 1):
                    chunk = self._again.pop() if self._again else _Chunk(list(islice(tasks, self._size())))
                    if not chunk.tasks:
                        break
                    self._send(chunk)
                if not self._out:
                    return
                ended = self._wait()
                if not ended:
                    yield None
                for future in ended:
                    yield from self._ended(future)
        except OSError as fault:  # the connection to the scheduler ended
            raise StorageError(GONE) from fault
        except CancelledError as fault:  # dask gives up what is out when its connection ends, or somebody cancelled it
            raise StorageError(CANCELLED) from fault
        finally:
            with suppress(OSError):
                for future in self._out:
                    future.cancel()

    def _threads(self) -> int:
        self._alive()
        return sum(worker["nthreads"] for worker in self._client.scheduler_info(n_workers=-1)["workers"].values())

    def _size(self) -> int:
        """Return how many images make a chunk of about a minute."""
        if not self._images:
            return FIRST_CHUNK
        mean = max(self._seconds / self._images, 1e-3)
        return max(1, min(LARGEST_CHUNK, int(CHUNK_S * max(self._job.jobs, 1) / mean)))

    def _send(self, chunk: _Chunk) -> None:
        unit = f"c{self._run}n{self._number}"
        chunk.key = f"radpipe-{self._run}-{self._number}"
        future = self._client.submit(_measure_chunk, chunk.tasks, self._job, unit, pure=False, key=chunk.key)
        self._number += 1
        self._out[future] = chunk

    def _wait(self) -> list[Any]:
        from distributed import wait

        try:
            with self._client.as_current():
                done = wait(list(self._out), timeout=TICK_S, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            self._alive()
            return []
        return list(done)

    def _alive(self) -> None:
        if self._client.status != "running":
            raise StorageError(GONE)

    def _ended(self, future: Any) -> Iterator[Receipt | Crash]:
        """Say what became of a chunk that is done, and forget it."""
        from distributed import KilledWorker

        chunk = self._out.pop(future)
        status = future.status
        if status == "finished":
            report = future.result()
            future.release()
            yield from self._lost(chunk) if report.lost else self._reported(report)
            return
        fault = future.exception() if status == "error" else None
        future.release()
        if status != "error":
            raise StorageError(CANCELLED)
        if not isinstance(fault, KilledWorker):
            message = f"a chunk failed on the dask worker: {type(fault).__name__}: {fault}"
            raise StorageError(message)
        # The scheduler blames all tasks that a lost worker had, also those that waited there.
        if not self._client.get_events(chunk.key) and chunk.unbegun < UNBEGUN:
            chunk.unbegun += 1
            self._again.append(chunk)
            return
        yield from self._lost(chunk)

    def _lost(self, chunk: _Chunk) -> Iterator[Crash]:
        """Send the images of a lost chunk alone, once; say so of an image that was lost alone."""
        if chunk.alone:
            yield Crash(chunk.tasks[0], "E_CRASHED", (("how", HOW_LOST),))
            return
        # Which image did it is not known: each of them that is not published goes out alone, once.
        self._again += [_Chunk([task], alone=True) for task in chunk.tasks]

    def _reported(self, report: _Report) -> Iterator[Receipt]:
        if report.unlike:
            raise UsageError(report.unlike)
        if report.storage:
            raise StorageError(report.storage)
        for receipt in report.receipts:
            self._images += 1
            self._seconds += receipt.seconds
            yield receipt


def _measure_chunk(tasks: list[ImageTask], job: _ChunkJob, unit: str) -> _Report:
    """Measure a chunk in a dask worker: in its pool, into packs; what an earlier attempt published is not repeated."""
    here = choose_engine(tasks[0].engine).version
    if here != job.version:
        return _Report(unlike=f"the dask worker has {here}, this run {job.version}: install the same on both")
    if _began_before():
        return _Report(lost=True)
    out = Path(job.out)
    try:
        index = scan(out, list_packs(out, unit) if tasks[0].position >= 0 else None)
        receipts = _published(index)
        if len(tasks) == 1:  # it may lie in a pack of the chunk that was lost
            receipts |= _published(scan(out))
        receipts = {task.key: receipts[task.key] for task in tasks if task.key in receipts}
        todo = [task for task in tasks if task.key not in receipts]
        writer = PackWriter(out, unit, Flush(CHUNK_S))
        for receipt in _measured(todo, job, writer):
            receipts[receipt.key] = receipt
        writer.flush()
    except StorageError as fault:
        return _Report(storage=str(fault))
    return _Report(tuple(receipts.values()))


def _began_before() -> bool:
    """Tell whether this chunk began on another worker, which was lost; else let the scheduler know that it begins.

    The scheduler tries a task of a lost worker again, three times by default; an image that ends its worker would
    take four of them with it, and its neighbours would be measured each time.
    """
    from distributed import get_worker
    from distributed.utils import sync

    worker = get_worker()
    key = worker.get_current_task()
    if sync(worker.loop, worker.scheduler.events, topic=key):
        return True
    sync(worker.loop, worker.scheduler.log_event, topic=key, msg="began")
    return False


def _published(index: PackIndex) -> dict[str, Receipt]:
    keys = index.keys.to_pylist()
    bad = (index.failed + index.skipped).tolist()
    return {key: Receipt(key, int(index.rows[i]) - bad[i], bad[i], 0.0) for i, key in enumerate(keys)}


def _measured(tasks: list[ImageTask], job: _ChunkJob, writer: PackWriter) -> Iterator[Receipt]:
    if not tasks:
        return
    positions = {task.key: task.position for task in tasks}
    pool, done = _pool(tasks, job), False
    try:
        with closing(pool.do(tasks)) as results:
            for result in results:
                if result is None:
                    writer.tick()
                    continue
                image = image_of(result, partial(scan, Path(job.out)))
                yield writer.add(positions[image.key], image)
        done = True
    finally:
        if not done:
            _forget_pool()


def _pool(tasks: list[ImageTask], job: _ChunkJob) -> StandingPool:
    """Return the pool of this thread of the dask worker, which lives as long as the worker or until the job changes."""
    from threading import get_ident

    from distributed import get_worker

    worker = get_worker()
    pools: dict[int, tuple[Any, StandingPool]] = worker.__dict__.setdefault("_radpipe_pools", {})
    known = pools.get(get_ident())
    wanted = (job.out, repr(job.limits), getattr(job.work, "func", job.work), job.version)
    if known is not None and known[0] == wanted:
        return known[1]
    if known is not None:
        known[1].__exit__(None, None, None)
    get_ready(tasks[0].engine, logger.info)
    jobs = job.jobs or max(1, cores_of_job() // max(worker.state.nthreads, 1))
    pool = StandingPool(jobs, job.limits, Path(job.out), job.work, tasks)
    pools[get_ident()] = (wanted, pool)
    return pool


def _forget_pool() -> None:
    from threading import get_ident

    from distributed import get_worker

    known = get_worker().__dict__.get("_radpipe_pools", {}).pop(get_ident(), None)
    if known is not None:
        known[1].__exit__(None, None, None)
