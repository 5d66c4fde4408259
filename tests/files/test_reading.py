"""Reading in pieces, and again after a fault that passes."""

import errno
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from radpipe.errors import StorageError
from radpipe.files import open_checked, read_whole


def test_a_file_is_read_from_any_place(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(range(100)))
    with open_checked(path) as file:
        assert file.seek(-3, os.SEEK_END) == 97
        assert file.read() == bytes([97, 98, 99])
        file.seek(10)
        assert (file.read(2), file.tell()) == (bytes([10, 11]), 12)
        assert (file.seek(5, os.SEEK_CUR), file.read(1)) == (17, bytes([17]))


@pytest.mark.parametrize(("faults", "pauses"), [(0, []), (1, [0.05]), (2, [0.05, 0.5])])
def test_a_fault_that_passes_is_waited_for(tmp_path: Path, faults: int, pauses: list[float]) -> None:
    (tmp_path / "x").write_bytes(b"content")
    real, left, slept = os.read, [OSError(errno.ESTALE, "stale")] * faults, []

    def read(*arguments: Any) -> bytes:
        if left:
            raise left.pop()
        return real(*arguments)

    with mock.patch("os.read", read), mock.patch("time.sleep", slept.append):
        assert read_whole(tmp_path / "x") == b"content"
    assert slept == pauses


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_a_fault_that_stays_is_told(tmp_path: Path, number: int) -> None:
    (tmp_path / "x").write_bytes(b"content")
    slept: list[float] = []
    with (
        mock.patch("os.read", side_effect=OSError(number, "no")),
        mock.patch("time.sleep", slept.append),
        pytest.raises(StorageError, match="x cannot be read: no"),
    ):
        read_whole(tmp_path / "x")
    assert len(slept) == (2 if number == errno.EIO else 0)
