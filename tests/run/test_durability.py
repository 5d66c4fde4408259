"""Durability: whatever the disk does and whenever power is lost, the next run ends with the same bytes."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.run.drive import drive
from radpipe.run.executors.serial import SerialExecutor
from radpipe.run.plan import ImageTask, Plan
from radpipe.run.progress import SilentProgress
from radpipe.store.files import locked
from radpipe.store.parts import Receipt, load_part, publish, published
from radpipe.tables.export import write_tables

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


def measured(task: ImageTask, out: Path) -> Receipt:
    """Publish a row with one value."""
    image = task.image
    vector = FeatureVector(("original_firstorder_Mean",), np.array([float(ord(image.case_id))]))
    return publish(out, task.key, [Outcome(image.case_id, "CT", "CT", "GTV", "fake", Status.OK, vector=vector)])


def go(plan: Plan, out: Path) -> list[str]:
    """Run the plan and write its tables; return the keys that were measured."""
    keys: list[str] = []

    def work(task: ImageTask, out: Path) -> Receipt:
        keys.append(task.key)
        return measured(task, out)

    with locked(out):
        outcomes = drive(plan, out, SerialExecutor(), SilentProgress(), measure=work)
        write_tables(out, outcomes, plan.tasks[0].params, {"told": 1})
    return keys


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "tables").iterdir())}


@pytest.fixture
def plan(plan_of: Callable[[list[str]], Plan]) -> Plan:
    return plan_of(CASES)


def moments(plan: Plan, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Number every file operation of a run, each with a fresh output folder."""
    disk = Disk(0, None)
    with mock.patch("radpipe.store.files.os", disk):
        go(plan, tmp_path / "counted")
    assert disk.operations > 60
    for n in range(1, disk.operations + 1):
        yield n, tmp_path / f"out{n}"


def check_resumed(plan: Plan, out: Path, whole: dict[str, bytes]) -> None:
    """Resume without faults: same bytes, no part measured again, no temporary file left."""
    saved = published(out)
    again = go(plan, out)
    assert not set(again) & set(saved)
    assert tables(out) == whole
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize("lasting", [False, True])
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_every_file_operation_may_fail(fault: int, lasting: bool, plan: Plan, tmp_path: Path) -> None:
    go(plan, tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    refused = []
    for n, out in moments(plan, tmp_path):
        disk = Disk(n, fault, lasting=lasting)
        with mock.patch("radpipe.store.files.os", disk):
            try:
                go(plan, out)
            except StorageError as told:
                refused.append(str(told))
        for path in (out / "tables").glob("[!.]*"):
            assert path.read_bytes() == whole[path.name]
        check_resumed(plan, out, whole)
    assert len(refused) > 60
    assert all(("the disk is full" if fault == errno.ENOSPC else "cannot be") in told for told in refused)


@pytest.mark.parametrize("entries", [False, True])
def test_power_may_be_lost_at_every_file_operation(entries: bool, plan: Plan, tmp_path: Path) -> None:
    go(plan, tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    for n, out in moments(plan, tmp_path):
        disk = Disk(n, None)
        with mock.patch("radpipe.store.files.os", disk), pytest.raises(PowerLossError, match=r"^$"):
            go(plan, out)
        saved = set(published(out))
        disk.lose(entries=entries)
        go(plan, out)
        assert tables(out) == whole
        assert set(published(out)) >= saved


def test_what_a_receipt_tells_survives_a_loss_of_power(plan: Plan, tmp_path: Path) -> None:
    disk = Disk(0, None)
    with mock.patch("radpipe.store.files.os", disk), locked(tmp_path / "out"):
        measured(plan.tasks[0], tmp_path / "out")
        disk.lose(entries=True)
    assert go(plan, tmp_path / "out") == [plan.tasks[1].key]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[:100] + bytes([content[100] ^ 4]) + content[101:],
    "longer": lambda content: content + b"\0",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_store_is_measured_again_where_it_is_damaged(damage: str, plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(plan, out)
    whole = tables(out)
    path = published(out)[plan.tasks[1].key]
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    assert go(plan, out) == [plan.tasks[1].key]
    assert tables(out) == whole
    assert [one.name for one in (out / "damaged").iterdir()] == [path.name]


def test_no_flipped_bit_of_a_part_is_believed(plan: Plan, tmp_path: Path) -> None:
    # Parquet notices some of them only: most of its header and footer is not covered by its own checks.
    measured(plan.tasks[0], tmp_path)
    path = published(tmp_path)[plan.tasks[0].key]
    content = path.read_bytes()
    for place in range(0, len(content), 61):
        path.write_bytes(content[:place] + bytes([content[place] ^ (1 << place % 8)]) + content[place + 1 :])
        assert load_part(tmp_path, path) is None
    path.write_bytes(content)
    assert load_part(tmp_path, path) is not None


def test_damaged_feature_names_are_written_again(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(plan, out)
    whole = tables(out)
    for path in (out / "parts" / "sets").iterdir():
        path.write_bytes(b'["another"]')
    assert len(go(plan, out)) == len(CASES)
    assert tables(out) == whole


def test_foreign_files_in_the_store_do_no_harm(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    go(plan, out)
    whole = tables(out)
    parts = out / "parts"
    (parts / "notes.txt").write_text("mine")
    (parts / "a-b.parquet").write_text("not a part")
    (parts / "..-0123456789abcdef.parquet").write_bytes(b"")
    (parts / "sets" / "x.json").write_text("{")
    foreign = tmp_path / "foreign"  # a table with a true checksum in its name, but not one of ours
    write_tables(foreign, [], plan.tasks[0].params, {})
    content = (foreign / "tables" / "features.parquet").read_bytes()
    key = plan.tasks[0].key
    published(out)[key].unlink()
    (parts / f"{key}-{hashlib.sha256(content).hexdigest()[:16]}.parquet").write_bytes(content)
    assert go(plan, out) == [key]
    assert tables(out) == whole
    assert (parts / "notes.txt").read_text() == "mine"
