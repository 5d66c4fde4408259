"""The pool's end of a nursery: it loads libraries, also later ones, forks and ends workers, and tells of its death."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any

import pytest

from radpipe.machine import ONE_THREAD
from radpipe.run.executors.child import Began, Job
from radpipe.run.executors.nursery import ENDED, RECORD
from radpipe.run.executors.nursery_process import NurseryProcess
from radpipe.run.executors.protocol import Limits

PATIENCE_S = 30.0

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="nurseries load libraries on Linux")


def modules_there(task: str, out: Path) -> dict[str, bool]:
    """Tell which of some modules a worker has without importing them."""
    return {name: name in sys.modules for name in task.split()}


def forked(nursery: NurseryProcess, number: int, trace: IO[bytes], out: Path, by_value: Any) -> Connection:
    """Have a worker forked that tells of modules."""
    ours, theirs = Pipe()
    nursery.fork(number, theirs.fileno(), trace.fileno())
    theirs.close()
    ours.send(Job(by_value(modules_there), out, Limits()))
    return ours


def answer(worker: Connection, task: str) -> object:
    worker.send(task)
    assert worker.poll(PATIENCE_S)
    assert isinstance(worker.recv(), Began)
    assert worker.poll(PATIENCE_S)
    return worker.recv()


def record(nursery: NurseryProcess) -> bytes:
    """Wait for the next record."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        told = nursery.told()
        if told is not None:
            return told
        time.sleep(0.01)
    pytest.fail("the nursery told nothing")


def test_workers_have_what_was_loaded_at_the_start_and_later(tmp_path: Path, by_value: Any) -> None:
    nursery = NurseryProcess(["colorsys"])
    with (tmp_path / "trace").open("w+b") as trace:
        try:
            first = forked(nursery, 1, trace, tmp_path, by_value)
            assert answer(first, "colorsys chunk") == {"colorsys": True, "chunk": False}
            nursery.load(["colorsys", "sched", "this_module_does_not_exist"])
            assert nursery.libraries == ("colorsys", "sched", "this_module_does_not_exist")
            second = forked(nursery, 2, trace, tmp_path, by_value)
            assert answer(second, "colorsys sched") == {"colorsys": True, "sched": True}
            assert answer(first, "sched") == {"sched": False}
        finally:
            nursery.end()


def test_a_killed_worker_is_told_with_its_number_and_signal(tmp_path: Path, by_value: Any) -> None:
    nursery = NurseryProcess([])
    with (tmp_path / "trace").open("w+b") as trace:
        try:
            worker = forked(nursery, 7, trace, tmp_path, by_value)
            answer(worker, "os")
            assert nursery.told() is None
            nursery.kill(7)
            operation, number, status = RECORD.unpack(record(nursery))
            assert (operation, number, os.WTERMSIG(status)) == (ENDED, 7, signal.SIGKILL)
        finally:
            nursery.end()


def test_the_death_of_a_nursery_is_an_empty_record() -> None:
    nursery = NurseryProcess([])
    nursery._process.kill()
    assert record(nursery) == b""
    nursery.end()


def test_a_nursery_that_nobody_uses_ends_when_it_is_told_to() -> None:
    nursery = NurseryProcess(["colorsys"])
    nursery.end()
    assert nursery._process.returncode == 0


FORKED = """
import sys, threading
from radpipe.run.executors.nursery_process import NurseryProcess, has_one_thread
import colorsys, os, signal
from multiprocessing.connection import Pipe
from radpipe.run.executors.child import Job
from radpipe.run.executors.protocol import Limits
from pathlib import Path

def modules_there(task, out):
    return [name in sys.modules for name in task.split()]

assert has_one_thread()
nursery = NurseryProcess(["sched"], forked=True)
ours, theirs = Pipe()
nursery.fork(1, theirs.fileno(), os.open(os.devnull, os.O_WRONLY))
ours.send(Job(modules_there, Path("out"), Limits()))
for number in (signal.SIGINT, signal.SIGTERM):
    os.kill(nursery._process._pid, number)
ours.send("colorsys sched chunk")
ours.recv()
print(ours.recv())
nursery.end()
print(nursery._process.returncode)
print(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

event = threading.Event()
thread = threading.Thread(target=event.wait)
thread.start()
print(has_one_thread())
second = NurseryProcess([], forked=True)
print(type(second._process).__name__)
second.kill_all()
print(second._process.returncode)
event.set()
"""


def test_a_forked_nursery_has_what_its_process_has_and_is_a_program_of_its_own_beside_threads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED],
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["[True, True, False]", "0", "set()", "False", "Popen", "-9"], done.stderr
