"""Durability: whatever the disk does and whenever power is lost, the next run ends with the same bytes."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radpipe.errors import StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_table
from radpipe.run.drive import drive, share_of
from radpipe.run.executors.serial import SerialExecutor
from radpipe.run.plan import Plan
from radpipe.run.progress import SilentProgress
from radpipe.run.tasks import ImageTask
from radpipe.steps import make_tables
from radpipe.store.index import scan
from radpipe.store.locks import locked
from radpipe.store.packs import Measured
from radpipe.store.plans import PlanFile
from radpipe.store.writer import Flush, PackWriter

from ..files.disks import standing_for_os

CASES = ["a", "b"]


class PowerLossError(BaseException):
    """Not an Exception: nothing may catch it and tidy up."""


class Disk:
    """Stands for :mod:`os` in the module that writes: fails from, or at, its N-th operation, or loses power there.

    It keeps what was not synced, so that :meth:`lose` can do to the folder what a loss of power does: content that was
    not synced is gone, and entries of folders that were not synced may be as they were before.
    """

    COUNTED = ("open", "write", "fsync", "replace", "mkdir", "unlink")

    def __init__(self, at: int, fault: int | None, *, lasting: bool = False) -> None:
        self.operations = 0
        self._at, self._fault, self._lasting = at, fault, lasting
        self._names: dict[int, Path] = {}
        self._unsynced: set[Path] = set()
        self._undo: list[tuple[Path, Callable[[], object]]] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.COUNTED:
            return real

        def operation(*arguments: Any) -> Any:
            self.operations += 1
            if self.operations == self._at or (self._lasting and self.operations > self._at):
                if self._fault is None:
                    raise PowerLossError
                raise OSError(self._fault, os.strerror(self._fault))
            getattr(self, f"_before_{name}", lambda *_: None)(*arguments)
            result = real(*arguments)
            getattr(self, f"_after_{name}", lambda *_: None)(result, *arguments)
            return result

        return operation

    def _after_open(self, descriptor: int, path: Path, *_: Any) -> None:
        self._names[descriptor] = Path(path)

    def _after_write(self, _: int, descriptor: int, content: bytes) -> None:
        self._unsynced.add(self._names[descriptor])

    def _after_fsync(self, _: None, descriptor: int) -> None:
        path = self._names[descriptor]
        self._unsynced.discard(path)
        self._undo = [(folder, undo) for folder, undo in self._undo if folder != path]

    def _before_replace(self, old: Path, new: Path) -> None:
        moved = old.read_bytes()
        before = new.read_bytes() if new.exists() else None
        here = old.parent == new.parent
        self._undo.append((new.parent, lambda: new.unlink() if before is None else new.write_bytes(before)))
        if not here:
            self._undo.append((old.parent, lambda: old.write_bytes(moved)))
        if old in self._unsynced:
            self._unsynced = {*(self._unsynced - {old}), new}

    def _before_unlink(self, path: Path) -> None:
        if path.exists():
            content = path.read_bytes()
            self._undo.append((path.parent, lambda: path.write_bytes(content)))

    def _after_mkdir(self, _: None, path: Path) -> None:
        self._undo.append((path.parent, lambda: shutil.rmtree(path)))

    def lose(self, *, entries: bool) -> None:
        """Drop what was not synced: content always, entries of folders on request."""
        for path in self._unsynced:
            if path.exists():
                path.write_bytes(b"")
        for folder, undo in reversed(self._undo if entries else []):
            if folder.is_dir():
                undo()


def measured(task: ImageTask) -> Measured:
    """Measure one value."""
    name = task.image.case_id
    vector = FeatureVector(("original_firstorder_Mean",), np.array([float(ord(name))]))
    return Measured(task.key, "", (Outcome(name, "CT", "CT", "GTV", "fake", Status.OK, vector=vector),))


KeepPlan = Callable[[Plan, Path], PlanFile]
Go = Callable[[Plan, Path], list[str]]


@pytest.fixture
def go(keep_plan: KeepPlan) -> Go:
    """Run a plan, each image in a pack of its own, and write its tables; return the keys that were measured."""

    def run(plan: Plan, out: Path) -> list[str]:
        keys: list[str] = []

        def work(task: ImageTask, out: Path) -> Measured:
            keys.append(task.key)
            return measured(task)

        with locked(out):
            file = keep_plan(plan, out)
            share = share_of(file, out, whole=True)
            drive(share, out, SerialExecutor(), SilentProgress(), measure=work, flush=Flush(0.0))
            make_tables(out)
        return keys

    return run


def packs(out: Path) -> dict[str, Path]:
    """Key -> the pack in which it lies."""
    found = {}
    for path in sorted((out / "packs").glob("*/[!.]*.parquet")):
        found.update(dict.fromkeys(parquet_table(path, ["key"]).column("key").to_pylist(), path))
    return found


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "tables").glob("[!.]*"))}


@pytest.fixture
def plan(plan_of: Callable[[list[str]], Plan]) -> Plan:
    return plan_of(CASES)


def moments(go: Go, plan: Plan, tmp_path: Path, share: int, shares: int) -> Iterator[tuple[int, Path]]:
    """Number a share of the file operations of a run, each with a fresh output folder; the shares are all of them."""
    disk = Disk(0, None)
    with standing_for_os(disk):
        go(plan, tmp_path / "counted")
    assert disk.operations > 60
    for n in range(1 + share, disk.operations + 1, shares):
        yield n, tmp_path / f"out{n}"


def check_resumed(go: Go, plan: Plan, out: Path, whole: dict[str, bytes]) -> None:
    """Resume without faults: same bytes, nothing in a pack measured again."""
    saved = packs(out)
    again = go(plan, out)
    assert not set(again) & set(saved)
    assert tables(out) == whole


@pytest.mark.parametrize(("share", "fault", "lasting"), [
    (0, errno.ENOSPC, False), (1, errno.EIO, True), (2, errno.ENOSPC, True), (3, errno.EIO, False),
    (5, errno.ENOSPC, False), (7, errno.EIO, True),
])  # fmt: skip
def test_every_file_operation_may_fail(
    share: int, fault: int, lasting: bool, go: Go, plan: Plan, tmp_path: Path
) -> None:
    go(plan, tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    refused = []
    for n, out in moments(go, plan, tmp_path, share, 8):
        disk = Disk(n, fault, lasting=lasting)
        with standing_for_os(disk):
            try:
                go(plan, out)
            except StorageError as told:
                refused.append(str(told))
        for path in (out / "tables").glob("[!.]*"):
            assert path.read_bytes() == whole[path.name]
        check_resumed(go, plan, out, whole)
    assert len(refused) > 7
    # A full disk is named where something is written; some of the operations only open a file to read it.
    assert all("the disk is full" in told or "cannot be" in told for told in refused)
    assert fault != errno.ENOSPC or any("the disk is full" in told for told in refused)


@pytest.mark.parametrize("entries", [False, True])
def test_power_may_be_lost_at_every_file_operation(entries: bool, go: Go, plan: Plan, tmp_path: Path) -> None:
    go(plan, tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    for n, out in moments(go, plan, tmp_path, 4 + 2 * int(entries), 8):
        disk = Disk(n, None, lasting=True)
        with standing_for_os(disk), pytest.raises(PowerLossError, match=r"^$"):
            go(plan, out)
        saved = set(packs(out))
        disk.lose(entries=entries)
        go(plan, out)
        assert tables(out) == whole
        assert set(packs(out)) >= saved


def test_what_was_flushed_survives_a_loss_of_power(go: Go, keep_plan: KeepPlan, plan: Plan, tmp_path: Path) -> None:
    out, disk = tmp_path / "out", Disk(0, None)
    with standing_for_os(disk), locked(out):
        keep_plan(plan, out)
        writer = PackWriter(out)
        writer.add(0, measured(plan.tasks[0]))
        writer.flush()
        disk.lose(entries=True)
    assert go(plan, out) == [plan.tasks[1].key]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[:100] + bytes([content[100] ^ 4]) + content[101:],
    "longer": lambda content: content + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_measured_again_where_it_is_damaged(damage: str, go: Go, plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(plan, out)
    whole = tables(out)
    path = packs(out)[plan.tasks[1].key]
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert go(plan, out) == [plan.tasks[1].key]
    assert tables(out) == whole
    assert [one.name for one in (out / "damaged").iterdir()] == [path.name]


def test_no_flipped_bit_of_a_pack_is_believed(plan: Plan, tmp_path: Path) -> None:
    # Parquet notices some of them only: most of its header and footer is not covered by its own checks.
    writer = PackWriter(tmp_path)
    writer.add(0, measured(plan.tasks[0]))
    writer.flush()
    (path,) = packs(tmp_path).values()
    content = path.read_bytes()
    for place in range(0, len(content), 61):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :])
        assert scan(tmp_path, whole=True).damaged == (path.name,)
    path.write_bytes(content)
    assert len(scan(tmp_path, whole=True)) == 1


def test_foreign_files_in_the_store_do_no_harm(go: Go, plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(plan, out)
    whole = tables(out)
    victim = packs(out)[plan.tasks[0].key]
    folder = victim.parent
    (folder / "notes.txt").write_text("mine")
    (out / "packs" / "a-b.parquet").write_text("not a pack")
    (folder / "..-0123456789abcdef.parquet").write_bytes(b"")
    # A table with a true checksum in its name, but not one of ours.
    content = (out / "tables" / "features.parquet").read_bytes()
    victim.unlink()
    foreign = folder / f"run-00000000-000000-{hashlib.sha256(content).hexdigest()[:16]}.parquet"
    foreign.write_bytes(content)
    assert go(plan, out) == [plan.tasks[0].key]
    assert tables(out) == whole
    assert (folder / "notes.txt").read_text() == "mine"
    assert not foreign.exists()
