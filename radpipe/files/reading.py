"""Reading with patience: what a network disk may tell of a sound file is tried again."""

import errno
import io
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from radpipe.errors import StorageError
from radpipe.files.disk import BINARY

__all__ = ["open_checked", "read_whole"]


T = TypeVar("T")

PASSING = (errno.ESTALE, errno.EIO)
"""Faults that a network disk tells of a file that is sound: reading is tried again."""

PAUSES_S = (0.05, 0.5)
"""Before the second and the third attempt to read."""


def read_whole(path: Path) -> bytes:
    """Read a file; what a network disk may tell of a sound file (``ESTALE``, ``EIO``) is tried again.

    Raises
    ------
    FileNotFoundError
        It is not there.
    StorageError
        It cannot be read.
    """
    with open_checked(path) as file:
        return file.read() or b""


def open_checked(path: Path) -> "io.RawIOBase":
    """Open a file for reading in pieces, with the patience of :func:`read_whole`.

    Raises
    ------
    FileNotFoundError
        It is not there.
    StorageError
        It cannot be read; the returned file raises it too.
    """
    return _PatientFile(path)


class _PatientFile(io.RawIOBase):
    """A file that is read again, from a new descriptor, after a fault that passes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._place = 0
        self._size = self._tried(lambda: os.fstat(self._descriptor).st_size)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._place = offset + (0, self._place, self._size)[whence]
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        wanted = self._size - self._place if size is None or size < 0 else size
        pieces = []
        while wanted > 0:
            piece = self._tried(lambda: self._piece(wanted))  # noqa: B023
            if not piece:
                break
            pieces.append(piece)
            self._place += len(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def _piece(self, size: int) -> bytes:
        os.lseek(self._descriptor, self._place, os.SEEK_SET)
        return os.read(self._descriptor, size)

    def close(self) -> None:
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
        super().close()

    def _tried(self, step: Callable[[], T]) -> T:
        for pause in (*PAUSES_S, None):
            try:
                if self._descriptor < 0:
                    self._descriptor = os.open(self._path, os.O_RDONLY | BINARY)
                return step()
            except FileNotFoundError:
                raise
            except OSError as fault:
                if fault.errno not in PASSING or pause is None:
                    message = f"{self._path} cannot be read: {fault.strerror}"
                    raise StorageError(message) from fault
                if self._descriptor >= 0:
                    with suppress(OSError):
                        os.close(self._descriptor)
                    self._descriptor = -1
                time.sleep(pause)
        raise AssertionError  # the last attempt returns or raises
