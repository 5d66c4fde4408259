"""Isolation: whatever an image does to its process, its row tells it and the others are measured."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import StorageError, UsageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.run.drive import executor_for
from radpipe.run.executors.protocol import Limits
from radpipe.run.plan import Plan
from radpipe.run.tasks import ImageTask
from radpipe.run.worker import measure
from radpipe.store.packs import Measured, list_packs

MakePlan = Callable[[list[str]], Plan]


class UnprintableError(Exception):
    """An exception that can neither be printed nor pickled."""

    def __init__(self, one: object, other: object) -> None:
        self.pipe = (one, other)

    def __str__(self) -> str:
        raise RuntimeError("no text")

    def __reduce__(self) -> Any:
        raise RuntimeError("no pickle")


def meet(fate: str, out: Path) -> None:  # noqa: C901
    """Do to the process what a case's id says."""
    if fate == "segfault":
        ctypes.string_at(0)
    elif fate == "abort":
        os.abort()
    elif fate == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif fate == "exit":
        os._exit(7)
    elif fate == "sysexit":
        sys.exit(5)
    elif fate == "hang":  # in C, with the interpreter's lock held, deaf to Python's signals
        ctypes.PyDLL(None).sleep(1000)
    elif fate == "memory":
        np.ones(4_000_000_000, np.uint8).sum()
    elif fate == "unprintable":
        raise UnprintableError(1, 2)
    elif fate == "recursion":
        meet("recursion", out)
    elif fate == "once" and not (out / "died-before").exists():
        (out / "died-before").touch()
        os._exit(9)
    elif fate == "slow":
        time.sleep(0.3)


class FatedEngine:
    """Measures one number, after the case has met its fate."""

    def __init__(self, fate: str, out: Path) -> None:
        self._fate, self._out = fate, out

    def measure(self, volume: Any, masks: Mapping[str, Any], params: Any) -> dict[str, FeatureVector]:
        meet(self._fate, self._out)
        return {
            name: FeatureVector(("sum",), np.array([float(mask.full_array().sum())])) for name, mask in masks.items()
        }


def measure_by_fate(task: ImageTask, out: Path) -> Measured:
    """Measure a task whose case id is ``FATE-NUMBER``; each attempt leaves a line."""
    with (out / "attempts").open("a") as file:
        file.write(f"{task.image.case_id} {os.getpid()}\n")
    fate = task.image.case_id.split("-")[0]
    with mock.patch("radpipe.run.worker.choose_engine", return_value=FatedEngine(fate, out)):
        return measure(task, out)


def ids(**counts: int) -> list[str]:
    return [f"{fate}-{i}" for fate, count in counts.items() for i in range(count)]


@pytest.fixture
def run(run_plan: Any) -> Callable[..., dict[str, Outcome]]:
    """Run a plan in worker processes; case id -> outcome."""

    def go(plan: Plan, out: Path, work: Any, jobs: int = 2, limits: Limits | None = None) -> dict[str, Outcome]:
        out.mkdir(exist_ok=True)
        executor = executor_for(jobs, limits, isolate=True)
        return {one.case_id: one for one in run_plan(plan, out, executor, measure=work)}

    return go


def attempts(out: Path) -> list[list[str]]:
    return [line.split() for line in (out / "attempts").read_text().splitlines()]


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_end_of_a_process_is_a_verdict_of_its_own_row(
    jobs: int, plan_of: MakePlan, tmp_path: Path, by_value: Any, run: Any
) -> None:
    fates = ids(ok=3, segfault=1, abort=1, killed=1, exit=1, sysexit=1, hang=1, memory=1, unprintable=1, recursion=1)
    plan = plan_of([*fates, "ok-9"])
    found = run(plan, tmp_path / "out", by_value(measure_by_fate), jobs, Limits(6.0, 1.0, retries=0))
    told = {name.split("-")[0]: (one.code, one.message) for name, one in found.items()}
    assert {name for name, one in found.items() if one.status is Status.OK} == {"ok-0", "ok-1", "ok-2", "ok-9"}
    for fate, code, said in (
        ("segfault", "E_CRASHED", "(SIGSEGV)"),
        ("abort", "E_CRASHED", "(SIGABRT)"),
        ("killed", "E_CRASHED", "(SIGKILL, as when the system runs out of memory)"),
        ("exit", "E_CRASHED", "(exit code 7)"),
        ("sysexit", "E_CRASHED", "(exit code 5)"),
        ("hang", "E_TIMEOUT", "not done after 6 s"),
        ("memory", "E_MEMORY", "Unable to allocate"),
        ("unprintable", "E_UNEXPECTED", "unexpected UnprintableError: <exception str() failed>"),
        ("recursion", "E_UNEXPECTED", "unexpected RecursionError: maximum recursion depth"),
    ):
        assert told[fate][0] == code
        assert said in told[fate][1]
        assert f"{fate}-0, GTV" in told[fate][1]
    for fate in ("segfault-0", "hang-0"):
        assert "in meet" in found[fate].traceback
    assert sorted(name for name, _ in attempts(tmp_path / "out")) == sorted([*fates, "ok-9"])


def test_a_task_whose_process_died_is_tried_again_alone_when_the_others_are_done(
    plan_of: MakePlan, tmp_path: Path, by_value: Any, run: Any
) -> None:
    plan = plan_of(["once-0", "segfault-0", *ids(ok=6)])
    found = run(plan, tmp_path / "out", by_value(measure_by_fate), limits=Limits(retries=2))
    assert found["once-0"].status is Status.OK
    assert found["segfault-0"].code == "E_CRASHED"
    tried = attempts(tmp_path / "out")
    names = [name for name, _ in tried]
    assert {name: names.count(name) for name in names} == {
        "once-0": 2,
        "segfault-0": 3,
        **dict.fromkeys(ids(ok=6), 1),
    }
    assert set(names[8:]) == {"once-0", "segfault-0"}
    processes = [pid for name, pid in tried if name in {"once-0", "segfault-0"}]
    assert len(set(processes)) == len(processes)


def test_poison_costs_itself_and_under_three_times_the_time(
    plan_of: MakePlan, tmp_path: Path, by_value: Any, run: Any
) -> None:
    seconds = []
    for poison in (0, 1, 3):
        cases = ids(ok=50)
        for i in range(poison):
            cases[7 + 14 * i] = f"segfault-{i}"
        out = tmp_path / f"poisoned{poison}"
        began = time.perf_counter()
        found = run(plan_of(cases), out, by_value(measure_by_fate))
        seconds.append(time.perf_counter() - began)
        assert sum(one.status is Status.OK for one in found.values()) == 50 - poison
        assert [one.code for name, one in found.items() if name.startswith("segfault")] == ["E_CRASHED"] * poison
        assert all("SIGSEGV" in one.message for one in found.values() if one.code)
        names = [name for name, _ in attempts(out)]
        assert all(names.count(name) == 1 for name in cases if name.startswith("ok"))
    assert max(seconds[1:]) < 3 * seconds[0]


def full_disk(task: ImageTask, out: Path) -> Measured:
    raise StorageError("the disk is full")


def test_a_worker_that_cannot_write_ends_the_run(plan_of: MakePlan, tmp_path: Path, by_value: Any, run: Any) -> None:
    with pytest.raises(StorageError, match="the disk is full"):
        run(plan_of(ids(ok=4)), tmp_path / "out", by_value(full_disk))
    assert not list_packs(tmp_path / "out")


def test_workers_that_cannot_start_end_the_run(plan_of: MakePlan, tmp_path: Path, run: Any) -> None:
    with (
        mock.patch("radpipe.run.executors.nursery_process.ONE_THREAD", {"PYTHONPATH": "", "PYTHONHOME": "/nowhere"}),
        pytest.raises(UsageError, match="worker processes end at their start"),
    ):
        run(plan_of(ids(ok=1)), tmp_path / "out", measure)


def kill_the_nursery(task: ImageTask, out: Path) -> Measured:
    if task.image.case_id == "nursery-0" and not (out / "attempts").exists():
        (out / "attempts").touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return measure_by_fate(task, out)


def test_when_the_nursery_is_killed_another_takes_its_place(
    plan_of: MakePlan, tmp_path: Path, by_value: Any, run: Any
) -> None:
    found = run(plan_of(["nursery-0", *ids(ok=5)]), tmp_path / "out", by_value(kill_the_nursery))
    assert {one.status for one in found.values()} == {Status.OK}
