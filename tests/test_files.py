"""Files: whole or not at all, whatever a local or a network disk says."""

import errno
import os
import time
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from radpipe.errors import StorageError
from radpipe.files import list_files, read_whole, remove, sweep, whole_file, write_whole


def test_a_file_is_written_in_pieces_and_appears_whole(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a" / "b") as file:
        file.name = "c.bin"
        for i in range(3):
            file.write(bytes([i]) * 700_000)
        assert list_files(tmp_path, ".bin") == []
    assert read_whole(tmp_path / "a" / "b" / "c.bin") == b"".join(bytes([i]) * 700_000 for i in range(3))


def test_what_fails_within_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with whole_file(tmp_path, "x") as file:
            file.write(b"1")
            raise KeyError("no")

    with pytest.raises(KeyError, match="no"):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_name_is_thrown_away(tmp_path: Path) -> None:
    with whole_file(tmp_path) as file:
        file.write(b"1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EIO])
def test_a_rename_that_is_done_and_told_as_failed_is_done(tmp_path: Path, number: int) -> None:
    real = os.replace

    def told_as_failed(old: Any, new: Any) -> None:
        real(old, new)
        raise OSError(number, os.strerror(number))

    with mock.patch("os.replace", told_as_failed):
        write_whole(tmp_path / "x", b"content")
    assert (tmp_path / "x").read_bytes() == b"content"


def test_a_rename_that_is_not_done_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    write_whole(tmp_path / "x", b"before!")  # of the same size: the temporary file is still there, so it is not ours
    with mock.patch("os.replace", side_effect=OSError(errno.EIO, "no")), pytest.raises(StorageError, match="no"):
        write_whole(tmp_path / "x", b"content")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"x": b"before!"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EIO])
def test_a_folder_that_cannot_be_synced_is_no_fault_but_a_disk_that_fails_is(tmp_path: Path, number: int) -> None:
    real = os.fsync

    def sync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112
            raise OSError(number, os.strerror(number))
        real(descriptor)

    with mock.patch("os.fsync", sync):
        if number == errno.EIO:
            with pytest.raises(StorageError, match="cannot be written"):
                write_whole(tmp_path / "x", b"content")
        else:
            write_whole(tmp_path / "x", b"content")
    assert (tmp_path / "x").read_bytes() == b"content"


def test_a_file_that_cannot_be_synced_is_an_error(tmp_path: Path) -> None:
    with mock.patch("os.fsync", side_effect=OSError(errno.EINVAL, "no")), pytest.raises(StorageError, match="no"):
        write_whole(tmp_path / "x", b"content")
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_others_are_swept_when_they_are_older_than_a_day(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        for name, age in ((".young.tmp", 60), (".old.tmp", 2 * 86_400), ("old.tmp", 2 * 86_400)):
            (folder / name).touch()
            os.utime(folder / name, (time.time() - age,) * 2)
    sweep(tmp_path)
    for folder in (tmp_path, tmp_path / "below"):
        assert sorted(path.name for path in folder.glob("*.tmp")) == [".young.tmp", "old.tmp"]


def test_what_is_not_there_is_listed_as_nothing_and_removed_already(tmp_path: Path) -> None:
    assert list_files(tmp_path / "none", ".parquet") == []
    remove(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="none"):
        read_whole(tmp_path / "none")


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "the disk is full: .* needs 3 bytes"), (errno.EIO, "cannot be written")]
)
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, number: int, said: str) -> None:
    path = tmp_path / "table.csv"
    write_whole(path, b"old")
    with mock.patch("os.fsync", side_effect=OSError(number, "no")), pytest.raises(StorageError, match=said):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]
