"""What disks tell: folders without a sync, full disks."""

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from radpipe.errors import StorageError
from radpipe.files import write_whole


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
