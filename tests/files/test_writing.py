"""Files are there whole or not at all, whatever a disk says."""

import errno
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from radpipe.errors import StorageError
from radpipe.files import list_files, read_whole, whole_file, write_whole


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


def test_a_file_that_cannot_be_synced_is_an_error(tmp_path: Path) -> None:
    with mock.patch("os.fsync", side_effect=OSError(errno.EINVAL, "no")), pytest.raises(StorageError, match="no"):
        write_whole(tmp_path / "x", b"content")
    assert list(tmp_path.iterdir()) == []
