"""Stopping: the first signal finishes what runs and writes the tables, the second stops now; no worker stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from radpipe.pipeline import extract, status
from radpipe.run.stop import LEAVES, SIGNALS, Stop, take_leave

SLOWLY = """
import os, sys, time

import radpipe.run.drive
from radpipe.run import worker


def measure(task, out, known=frozenset()):
    open(os.path.join(out, "began-" + task.key), "w").close()
    time.sleep(float(os.environ["SLOWLY"]))
    return worker.measure(task, out, known)


if __name__ == "__main__":
    import slowly
    from radpipe.cli.app import main

    radpipe.run.drive.measure_task = slowly.measure
    main()
"""


@pytest.fixture
def start(tmp_path: Path, manifest: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start ``radpipe extract`` on the manifest, each image taking some seconds, in a process group of its own."""
    (tmp_path / "slowly.py").write_text(SLOWLY)

    def run(out: Path, seconds: float, jobs: int) -> "subprocess.Popen[str]":
        words = ("extract", manifest, "-d", "manifest", "-p", "ct_native", "-j", jobs, "-o", out)
        return subprocess.Popen(
            [sys.executable, tmp_path / "slowly.py", *map(str, words)],
            env={**os.environ, "PYTHONPATH": str(tmp_path), "SLOWLY": str(seconds)},
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return run


def until(true: Callable[[], object], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(true())


def begun(out: Path) -> int:
    return len(list(out.glob("began-*")))


def below(pid: int) -> set[int]:
    """All processes below a process."""
    found: set[int] = set()
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found |= {child, *below(child)}
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.parametrize(("number", "to_all"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_the_first_signal_finishes_what_runs_and_writes_the_tables(
    number: signal.Signals,
    to_all: bool,
    start: Callable[..., "subprocess.Popen[str]"],
    manifest: Path,
    tmp_path: Path,
    published: Callable[[Path], dict[str, tuple[str, int]]],
) -> None:
    out = tmp_path / "out"
    process = start(out, 1.0, 2)
    assert until(lambda: begun(out) == 2)
    workers = below(process.pid)
    assert len(workers) == 3
    (os.killpg if to_all else os.kill)(process.pid, number)  # a terminal signals the whole group
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert "images that are being measured are finished" in said
    assert not any(map(alive, workers))
    frame = pd.read_csv(out / "tables" / "features.csv")
    assert frame["status"].value_counts().to_dict() == {"ok": 2, "skipped": 4}
    assert frame.loc[frame["status"] == "skipped", "message"].str.contains(f"stopped by {number.name}").all()
    assert status(out).account.open == 4
    done = set(published(out).items())
    assert len(done) == 2
    extract(manifest, dataset="manifest", params="ct_native", out=out)
    extract(manifest, dataset="manifest", params="ct_native", out=tmp_path / "whole")
    assert done < set(published(out).items())
    assert (out / "tables" / "features.csv").read_bytes() == (tmp_path / "whole/tables/features.csv").read_bytes()


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_stops_now(
    number: signal.Signals, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start(out, 300.0, 2)
    assert until(lambda: begun(out) == 2)
    workers = below(process.pid)
    began = time.monotonic()
    process.send_signal(number)
    time.sleep(1.2)  # the same signal within a second is the same wish
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert time.monotonic() - began < 10
    assert not any(map(alive, workers))
    assert not (out / "tables").exists()


@linux
def test_workers_end_with_a_driver_that_is_killed(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start(out, 300.0, 2)
    assert until(lambda: begun(out) == 2)
    workers = below(process.pid)
    process.kill()
    process.communicate(timeout=60)
    assert until(lambda: not any(map(alive, workers)), 10)


def test_where_the_process_goes_on_a_stopped_run_gives_the_signals_back() -> None:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    with Stop() as stop:
        signal.raise_signal(signal.SIGTERM)
    assert stop.signal == signal.SIGTERM
    assert {number: signal.getsignal(number) for number in SIGNALS} == before


def test_signals_of_a_stopped_run_are_ignored_while_the_process_ends() -> None:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    token = LEAVES.set(True)
    try:
        take_leave()
        assert {number: signal.getsignal(number) for number in SIGNALS} == before
        with Stop():
            signal.raise_signal(signal.SIGTERM)
        take_leave()
        assert {signal.getsignal(number) for number in SIGNALS} == {signal.SIG_IGN}
    finally:
        LEAVES.reset(token)
        for number, handler in before.items():
            signal.signal(number, handler)
