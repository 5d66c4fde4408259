"""The nursery: it forks workers, tells how each ended, is deaf to the signals of schedulers, and goes with its pool."""

import operator
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

import pytest

from radpipe.run.executors.child import Began, Job
from radpipe.run.executors.nursery import ENDED, KILL, RECORD, START
from radpipe.run.executors.protocol import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes of Linux")


@dataclass(frozen=True)
class Nursery:
    """The pool's end of a nursery."""

    control: socket.socket
    process: "subprocess.Popen[bytes]"

    def worker(self, number: int) -> Connection:
        """Have a worker forked that joins ``out`` to its tasks, which are paths."""
        ours, theirs = Pipe()
        with tempfile.TemporaryFile() as trace:
            socket.send_fds(self.control, [RECORD.pack(START, number, 0)], [theirs.fileno(), trace.fileno()])
        theirs.close()
        ours.send(Job(operator.truediv, Path("out"), Limits()))
        return ours

    def told(self) -> tuple[bytes, int, int]:
        """Return the next record: operation, number of the worker, status."""
        operation, number, status = RECORD.unpack(self.control.recv(RECORD.size, socket.MSG_WAITALL))
        return operation, number, status


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """A nursery that preloads nothing but a module that is not there."""
    ours, theirs = socket.socketpair()
    words = [sys.executable, "-m", "radpipe.run.executors.nursery", str(theirs.fileno()), "no_such_module"]
    process = subprocess.Popen(words, pass_fds=[theirs.fileno()])
    theirs.close()
    ours.settimeout(60)
    yield Nursery(ours, process)
    ours.close()
    process.wait(timeout=60)


def done(connection: Connection, task: Path) -> object:
    connection.send(task)
    assert isinstance(connection.recv(), Began)
    return connection.recv()


def test_workers_work_and_their_ends_are_told_by_number(nursery: Nursery) -> None:
    first, second = nursery.worker(7), nursery.worker(8)
    assert done(first, Path("in")) == Path("in/out")
    assert done(second, Path("there")) == Path("there/out")
    nursery.control.sendall(RECORD.pack(KILL, 7, 0))
    assert nursery.told() == (ENDED, 7, signal.SIGKILL)
    assert done(second, Path("in")) == Path("in/out")  # the other one is not touched
    second.close()
    assert nursery.told() == (ENDED, 8, 0)


def test_signals_of_schedulers_do_not_reach_it_and_it_ends_with_its_pool(nursery: Nursery) -> None:
    connection = nursery.worker(1)
    assert done(connection, Path("in")) == Path("in/out")
    (worker,) = Path(f"/proc/{nursery.process.pid}/task/{nursery.process.pid}/children").read_text().split()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        nursery.process.send_signal(number)
        os.kill(int(worker), number)
    assert done(connection, Path("in")) == Path("in/out")
    nursery.control.close()
    assert nursery.process.wait(timeout=60) == 0
    assert not is_there(int(worker))


def is_there(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(ProcessLookupError):
            os.kill(pid, 0)
            time.sleep(0.01)
            continue
        return False
    return True
