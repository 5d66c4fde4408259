"""What a worker process does: it takes one task after the other, within its limits, and sends back what became of each.

Its traces go to a file that the pool opened: where it was when its time ran out or when native code crashed.
"""

import faulthandler
import os
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from radpipe.errors import StorageError
from radpipe.run.executors.protocol import Limits
from radpipe.run.worker import prepare_process

__all__ = ["Began", "Job", "Refused", "keep_memory", "serve"]

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Numbers of glibc's ``malloc.h``."""

LARGE_BYTES, KEPT_BYTES = 32 << 20, 256 << 20
"""Arrays from this size on have memory of their own (glibc allows no more); so much that is free is kept."""


@dataclass(frozen=True, slots=True)
class Began:
    """A task was taken: from here its time runs, and its death is its own. The clock is the machine's."""

    monotonic_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all tasks of a run; the first thing that a worker receives."""

    work: Any
    out: Path
    limits: Limits


@dataclass(frozen=True, slots=True)
class Refused:
    """The output could not be written."""

    message: str


def serve(connection: Connection, trace: int) -> None:
    """Work until the connection is closed.

    Parameters
    ----------
    connection
        To the pool.
    trace
        File descriptor of an open file for tracebacks.
    """
    job: Job = connection.recv()
    prepare_process()
    faulthandler.enable(file=trace, all_threads=False)
    _die_with_parent()
    keep_memory()
    _confine(job.limits)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        connection.send(Began(time.monotonic()))
        if job.limits.task_seconds is not None:
            faulthandler.dump_traceback_later(job.limits.task_seconds, exit=True, file=trace)
        try:
            result = job.work(task, job.out)
        except StorageError as fault:
            result = Refused(str(fault))
        faulthandler.cancel_dump_traceback_later()
        connection.send(result)


def keep_memory() -> None:
    """Let arrays of some megabytes take the memory of those before them (glibc).

    Else each is fresh from the system and goes back to it, and every page of it is cleared and entered anew: a tenth of
    the time that a radiograph takes. What is larger than ``LARGE_BYTES`` goes back as before.
    """
    if sys.platform != "linux":
        return
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        library.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


def _confine(limits: Limits) -> None:
    """Limit the data that this process may hold: what it holds now, and the task's share."""
    if limits.memory_gb is None or sys.platform != "linux":
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[5])
    most = pages * os.sysconf("SC_PAGE_SIZE") + int(limits.memory_gb * 1e9)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that ends (Linux)."""
    if sys.platform == "linux":
        import ctypes
        import signal

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
