"""The only writer of an output folder: whole files or none."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radpipe.errors import StorageError

__all__ = ["locked", "write_atomic", "write_text"]


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, and durable, or not at all: temp, fsync, rename, fsync of the folder.

    Raises
    ------
    StorageError
        The disk is full (needed and free bytes are told), or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        temporary.unlink(missing_ok=True)
        message = f"{path} cannot be written: {fault.strerror}"
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(path.parent).free
            message = f"the disk is full: {path} needs {len(content)} bytes, {free} are free"
        raise StorageError(message) from fault


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text by :func:`write_atomic`."""
    write_atomic(path, text.encode("utf-8"))


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold an output folder for one driver; a second one is refused.

    Raises
    ------
    StorageError
        Another run is writing there, or the folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        file = (out / ".lock").open("w")
    except OSError as fault:
        message = f"{out} cannot be written: {fault.strerror}"
        raise StorageError(message) from fault
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another run is writing to {out}; wait for it, or choose another folder"
            raise StorageError(message) from None
        yield
