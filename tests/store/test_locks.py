"""One driver writes to a folder at a time."""

import errno
from pathlib import Path
from unittest import mock

import pytest

from radpipe.errors import StorageError
from radpipe.store.locks import locked


def test_a_second_driver_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(StorageError, match="another run is writing"), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK])
def test_where_the_disk_has_no_locks_it_is_told_and_the_run_goes_on(tmp_path: Path, number: int) -> None:
    said: list[str] = []
    with (
        mock.patch("fcntl.flock", side_effect=OSError(number, "no locks")),
        locked(tmp_path, said.append),
    ):
        assert "without locks" in said[0]
