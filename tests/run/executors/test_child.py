"""A worker process: it says when a task began, gives back what became of it, and keeps within its limits."""

import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from radpipe.errors import StorageError
from radpipe.run.executors.child import Began, Job, Refused
from radpipe.run.executors.protocol import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

SERVE = """
import sys
from multiprocessing.connection import Connection
from radpipe.run.executors.child import serve
serve(Connection(int(sys.argv[1])), int(sys.argv[2]))
"""


@dataclass(frozen=True)
class Child:
    """The pool's end of a worker."""

    connection: Connection
    trace: IO[bytes]
    process: "subprocess.Popen[bytes]"

    def ask(self, task: object) -> Any:
        """Give a task; return what became of it."""
        self.connection.send(task)
        began = self.connection.recv()
        assert isinstance(began, Began)
        assert abs(began.monotonic_s - time.monotonic()) < 60
        return self.connection.recv()


@pytest.fixture
def child(tmp_path: Path, by_value: Any) -> Iterator[Callable[..., Child]]:
    """Start a worker for a function of a task and a folder."""
    started = []

    def start(work: Any, limits: Limits | None = None) -> Child:
        ours, theirs = Pipe()
        trace = tempfile.TemporaryFile()  # noqa: SIM115
        words = [sys.executable, "-c", SERVE, str(theirs.fileno()), str(trace.fileno())]
        process = subprocess.Popen(words, pass_fds=(theirs.fileno(), trace.fileno()), stderr=subprocess.DEVNULL)
        theirs.close()
        ours.send(Job(by_value(work), tmp_path, limits or Limits()))
        started.append(Child(ours, trace, process))
        return started[-1]

    yield start
    for one in started:
        one.connection.close()
        one.process.wait(timeout=60)
        one.trace.close()


def meet(task: str, out: Path) -> object:
    """Do what the task says."""
    if task == "full disk":
        message = f"{out} is full"
        raise StorageError(message)
    if task == "sleep":
        time.sleep(600)
    if task == "memory":
        try:
            return np.ones(2 * 10**9, np.uint8).sum()
        except MemoryError:
            return "no memory"
    return task.upper()


def test_tasks_are_done_one_after_the_other_until_the_connection_is_closed(child: Any, tmp_path: Path) -> None:
    worker = child(meet, Limits(memory_gb=0.5))
    assert worker.ask("a") == "A"
    assert worker.ask("full disk") == Refused(f"{tmp_path} is full")
    assert worker.ask("memory") == "no memory"
    assert worker.ask("b") == "B"
    worker.connection.close()
    assert worker.process.wait(timeout=60) == 0


def test_a_task_whose_time_is_over_ends_the_process_which_says_where_it_was(child: Any) -> None:
    worker = child(meet, Limits(task_seconds=0.3))
    assert worker.ask("a") == "A"
    worker.connection.send("sleep")
    assert isinstance(worker.connection.recv(), Began)
    assert worker.process.wait(timeout=60) == 1
    worker.trace.seek(0)
    told = worker.trace.read().decode()
    assert told.startswith("Timeout (0:00:00.300000)!")
    assert "in meet" in told


FAULTS = """
import resource, sys
import numpy as np
from radpipe.run.executors.child import keep_memory

if sys.argv[1] == "kept":
    keep_memory()

def faults(megabytes):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        arrays = [np.ones(megabytes << 20, dtype=np.uint8) for _ in range(10)]
        del arrays
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults(8)
print(faults(8) // 10, faults(48) // 10)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's way of keeping memory")
def test_arrays_of_some_megabytes_take_the_memory_of_those_before_them() -> None:
    told = {}
    for how in ("kept", "plain"):
        done = subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True)
        told[how] = [int(word) for word in done.stdout.split()]
    # Ten times 8 MB are 20,480 pages of 4 kB, or 40 of 2 MB, entered once where they are kept; 48 MB go back always.
    assert told["kept"][0] < 10
    assert told["plain"][0] > 20
    assert told["kept"][1] > 20
