"""Faults of the disk: whichever operation fails, once or for good, nothing published is lost and the next run ends."""

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import StorageError
from radpipe.outcome import FeatureVector, Status
from radpipe.run.drive import drive, executor_for
from radpipe.run.plan import Plan
from radpipe.run.progress import SilentProgress
from radpipe.store import files
from radpipe.store.parts import load_part, published

MakePlan = Callable[[list[str]], Plan]
OPERATIONS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "close")


class Disk:
    """Counts the operations of the only writer, and makes some of them fail."""

    def __init__(self, first: int, code: int, *, lasting: bool) -> None:
        self.calls = 0
        self._first, self._code, self._lasting = first, code, lasting

    def __getattr__(self, name: str) -> Any:
        function = getattr(os, name)
        if name not in OPERATIONS:
            return function

        def guarded(*words: Any, **named: Any) -> Any:
            self.calls += 1
            failing = self.calls >= self._first if self._lasting else self.calls == self._first
            if failing and name == "close":
                function(*words, **named)  # a descriptor is gone even when closing it fails
            if failing:
                raise OSError(self._code, os.strerror(self._code))
            return function(*words, **named)

        return guarded


class CountingEngine:
    """Measures the number of voxels."""

    def measure(self, volume: Any, masks: Mapping[str, Any], params: Any) -> dict[str, FeatureVector]:
        return {name: FeatureVector(("voxels",), np.array([float(mask.voxel_count)])) for name, mask in masks.items()}


@pytest.fixture(autouse=True)
def _quick_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("radpipe.run.worker.choose_engine", lambda name: CountingEngine())


def run(plan: Plan, out: Path) -> list[Status]:
    return [one.status for one in drive(plan, out, executor_for(1), SilentProgress())]


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_whichever_operation_fails_nothing_published_is_lost(
    code: int, lasting: bool, plan_of: MakePlan, tmp_path: Path
) -> None:
    plan = plan_of(["a", "b", "c"])
    healthy = Disk(10**9, code, lasting=False)
    with mock.patch.object(files, "os", healthy):
        assert run(plan, tmp_path / "healthy") == [Status.OK] * 3
    assert healthy.calls > 20
    told = []
    for number in range(1, healthy.calls + 1):
        out = tmp_path / f"out{number}"
        with mock.patch.object(files, "os", Disk(number, code, lasting=lasting)):
            try:
                run(plan, out)
            except StorageError as fault:
                told.append(str(fault))
        before = {path: path.stat().st_mtime_ns for path in published(out).values()} if out.exists() else {}
        assert all(load_part(out, path) is not None for path in before)
        assert run(plan, out) == [Status.OK] * 3
        assert {path: path.stat().st_mtime_ns for path in before} == before
        assert not list(out.rglob("*.tmp"))
    assert len(told) > healthy.calls / 2
    assert all(("the disk is full" in one) == (code == errno.ENOSPC) for one in told)


def test_what_was_not_synced_before_a_power_cut_is_measured_again(plan_of: MakePlan, tmp_path: Path) -> None:
    # A rename that outlives its data, as on a disk that loses what was never synced: the part is there, and empty.
    plan, out = plan_of(["a", "b", "c"]), tmp_path / "out"
    run(plan, out)
    path = sorted(published(out).values())[0]
    path.write_bytes(b"")
    others = {one: one.stat().st_mtime_ns for one in published(out).values() if one != path}
    assert run(plan, out) == [Status.OK] * 3
    assert {one: one.stat().st_mtime_ns for one in others} == others
    assert all(load_part(out, one) is not None for one in published(out).values())


def test_files_of_strangers_in_the_store_are_left_alone(plan_of: MakePlan, tmp_path: Path) -> None:
    plan, out = plan_of(["a"]), tmp_path / "out"
    run(plan, out)
    stranger = out / "parts" / "notes.txt"
    stranger.write_text("mine")
    (out / "parts" / "broken.parquet").write_bytes(b"PAR1 but not really")
    assert run(plan, out) == [Status.OK]
    assert stranger.read_text() == "mine"
