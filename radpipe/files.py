"""Writing and reading whole files: the one writer of an output folder.

Four verbs are enough for everything that radpipe keeps: write whole, list, read, remove. An object store could stand
behind them. Beside them are the courtesies of a local disk: a damaged file is set aside, temporary files of
killed runs are swept. Every change of a file goes through the functions of :mod:`os` that are called here, so
that a test can make each of them fail in turn.
"""

import errno
import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from radpipe.errors import StorageError

__all__ = [
    "WholeFile", "list_files", "make_folder", "open_checked", "read_whole", "remove", "set_aside", "storage_error",
    "sweep", "unicode_text", "whole_file", "write_text", "write_whole",
]  # fmt: skip

T = TypeVar("T")

PASSING = (errno.ESTALE, errno.EIO)
"""Faults that a network disk tells of a file that is sound: reading is tried again."""

PAUSES_S = (0.05, 0.5)
"""Before the second and the third attempt to read."""

NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)
"""Some network disks cannot sync a folder, and say so by one of these: there is nothing to be done about it."""

A_DAY_S = 86_400.0
"""Temporary files of others are left alone until they are so old: their writer may be at work on another node."""

BUFFER_BYTES = 1 << 20

BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would change line ends without it."""


class WholeFile(io.RawIOBase):
    """A file in the making: bytes are written to a temporary file; see :func:`whole_file`.

    Parameters
    ----------
    descriptor, temporary
        The temporary file, open for writing.
    name
        Under which it will appear; may be set as long as it is written. Empty: it is thrown away.
    """

    def __init__(self, descriptor: int, temporary: Path, name: str) -> None:
        self._descriptor = descriptor
        self.temporary = temporary
        self._waiting = bytearray()
        self.name = name
        self.size = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, content: object) -> int:
        """Take bytes; they reach the disk in large pieces."""
        view = memoryview(content).cast("B")  # type: ignore[arg-type]
        self._waiting += view
        self.size += len(view)
        if len(self._waiting) >= BUFFER_BYTES:
            self._drain()
        return len(view)

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self.size

    def finish(self) -> None:
        """Bring all bytes to the disk, durably."""
        self._drain()
        os.fsync(self._descriptor)

    def _drain(self) -> None:
        left = memoryview(bytes(self._waiting))
        self._waiting.clear()
        while left:
            left = left[os.write(self._descriptor, left) :]


@contextmanager
def whole_file(folder: Path, name: str = "", *, mode: int = 0o666) -> Iterator[WholeFile]:
    """Write a file piece by piece so that it is there whole, and durable, or not at all.

    The bytes go to a temporary file with a name that no other writer has; at the end it is synced and renamed, and the
    folder is synced.

    Parameters
    ----------
    folder
        Made when it is not there.
    name
        Of the file; may also be set on the yielded object, when it depends on the content.
    mode
        Permissions of a new file, before the umask.

    Raises
    ------
    StorageError
        The disk is full (needed and free bytes are told), or the folder cannot be written.
    """
    temporary = folder / f".{name[:150]}.{secrets.token_hex(8)}.tmp"
    file = None
    try:
        make_folder(folder)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, mode)
        there = False
        try:
            file = WholeFile(descriptor, temporary, name)
            try:
                yield file
                file.finish()
            finally:
                os.close(descriptor)
            if file.name:
                _rename(temporary, folder / file.name, file.size)
                there = True
        finally:
            if not there:
                with suppress(OSError):
                    os.unlink(temporary)  # noqa: PTH108
        _sync_folder(folder)
    except OSError as fault:
        raise storage_error(folder / (file.name if file else name), fault, file.size if file else 0) from fault


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, and durable, or not at all; see :func:`whole_file`.

    Raises
    ------
    StorageError
        The disk is full (needed and free bytes are told), or the folder cannot be written.
    """
    with whole_file(path.parent, path.name) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text by :func:`write_whole`; what is not Unicode (from file names) is written as escapes."""
    write_whole(path, unicode_text(text).encode())


def unicode_text(text: str) -> str:
    r"""Return a text in which what is not Unicode, as bytes of old file names, is written as escapes.

    Examples
    --------
    >>> unicode_text("M\udcfcller")
    'M\\udcfcller'
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def list_files(folder: Path, ending: str) -> list[Path]:
    """List the files of a folder and of the folders directly in it, by the ending of their names, sorted.

    Parameters
    ----------
    folder
        May be absent: then nothing is listed.
    ending
        ``.parquet``; names that begin with a dot are never listed.

    Raises
    ------
    StorageError
        The folder cannot be read.
    """
    files = []
    try:
        for entry in _entries(folder):
            below = _entries(Path(entry.path)) if entry.is_dir() else [entry]
            files += [Path(one.path) for one in below if one.name.endswith(ending) and one.name[0] != "."]
    except OSError as fault:
        message = f"{folder} cannot be read: {fault.strerror}"
        raise StorageError(message) from fault
    return sorted(files)


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


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


def remove(path: Path) -> None:
    """Remove a file, durably; one that is not there is removed already.

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
        raise storage_error(path, fault) from fault


def set_aside(path: Path, folder: Path) -> None:
    """Move a file into a folder on the same disk, under its own name; one that is not there was moved by another.

    Raises
    ------
    StorageError
        It could not be moved.
    """
    try:
        make_folder(folder)
        with suppress(FileNotFoundError):
            os.replace(path, folder / path.name)  # noqa: PTH105
        _sync_folder(path.parent)
    except OSError as fault:
        raise storage_error(path, fault) from fault


def sweep(folder: Path, *, older_than_s: float = A_DAY_S) -> None:
    """Remove the temporary files that killed runs left in a folder and those directly in it, when they are old.

    Parameters
    ----------
    folder
        May be absent.
    older_than_s
        Age in seconds, by the clock of this machine.
    """
    oldest = time.time() - older_than_s
    with suppress(OSError):
        for entry in _entries(folder):
            for one in _entries(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else [entry]:
                if one.name.startswith(".") and one.name.endswith(".tmp") and one.stat().st_mtime <= oldest:
                    with suppress(OSError):
                        os.unlink(one.path)  # noqa: PTH108


def _rename(temporary: Path, path: Path, size: int) -> None:
    """Give a file its name; a rename that is told as failed may be done all the same (NFS)."""
    try:
        os.replace(temporary, path)  # noqa: PTH105
    except OSError:
        if temporary.exists() or not path.is_file() or path.stat().st_size != size:
            raise


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; an entry is durable when the folder above it is.

    Raises
    ------
    OSError
        It cannot be made.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        os.mkdir(folder)  # noqa: PTH102
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as fault:
        if fault.errno not in NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def storage_error(path: Path, fault: OSError, needed: int = 0) -> StorageError:
    """Say what could not be written, and on a full disk how many bytes were needed and are free."""
    if fault.errno not in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(f"{path} cannot be written: {fault.strerror}")
    here = next(folder for folder in path.absolute().parents if folder.is_dir())
    return StorageError(f"the disk is full: {path} needs {needed} bytes, {shutil.disk_usage(here).free} are free")
