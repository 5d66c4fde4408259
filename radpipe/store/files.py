"""The only writer of an output folder: whole files or none.

Every change of a file goes through the functions of :mod:`os` that are called here, so that a test can make each of
them fail in turn.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from radpipe.errors import StorageError

__all__ = ["locked", "move", "remove", "sweep", "unicode_text", "write_atomic", "write_text"]


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, and durable, or not at all: temp, fsync, rename, fsync of the folder.

    Raises
    ------
    StorageError
        The disk is full (needed and free bytes are told), or the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name[:200]}.{os.getpid()}.tmp")
    try:
        _make_folder(path.parent)
        try:
            _write_durably(temporary, content)
            os.replace(temporary, path)  # noqa: PTH105
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise
        _sync_folder(path.parent)
    except OSError as fault:
        raise _told(path, fault, len(content)) from fault


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text by :func:`write_atomic`; what is not Unicode (from file names) is written as escapes."""
    write_atomic(path, unicode_text(text).encode())


def unicode_text(text: str) -> str:
    r"""Return a text in which what is not Unicode, as bytes of old file names, is written as escapes.

    Examples
    --------
    >>> unicode_text("M\udcfcller")
    'M\\udcfcller'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def remove(path: Path) -> None:
    """Remove a file, durably.

    Raises
    ------
    StorageError
        It could not be removed.
    """
    try:
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108
        _sync_folder(path.parent)
    except OSError as fault:
        raise _told(path, fault) from fault


def move(path: Path, folder: Path) -> None:
    """Move a file into a folder on the same disk, under its own name.

    Raises
    ------
    StorageError
        It could not be moved.
    """
    try:
        _make_folder(folder)
        os.replace(path, folder / path.name)  # noqa: PTH105
        _sync_folder(path.parent)
    except OSError as fault:
        raise _told(path, fault) from fault


def sweep(folder: Path) -> None:
    """Remove the temporary files that a killed run left in a folder; only one driver, the caller, may use it."""
    for path in folder.glob(".*.tmp"):
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108


def _write_durably(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; an entry is durable when the folder above it is."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        os.mkdir(folder)  # noqa: PTH102
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _told(path: Path, fault: OSError, needed: int = 0) -> StorageError:
    if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(f"{path} cannot be written: {fault.strerror}")
    here = next(one for one in path.absolute().parents if one.is_dir())
    return StorageError(f"the disk is full: {path} needs {needed} bytes, {shutil.disk_usage(here).free} are free")


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold an output folder for one driver; a second one is refused.

    Where the system has no such locks (Windows), none is held.

    Raises
    ------
    StorageError
        Another run is writing there, or the folder cannot be made.
    """
    try:
        _make_folder(out)
        descriptor = os.open(out / ".lock", os.O_WRONLY | os.O_CREAT, 0o666)
    except OSError as fault:
        raise _told(out, fault) from fault
    try:
        try:
            import fcntl
        except ImportError:
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another run is writing to {out}; wait for it, or choose another folder"
            raise StorageError(message) from None
        except OSError as fault:
            message = f"{out} cannot be locked: {fault.strerror}"
            raise StorageError(message) from fault
        yield
    finally:
        os.close(descriptor)
