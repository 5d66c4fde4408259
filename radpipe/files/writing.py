"""Writing: a file is there whole, and durable, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from radpipe.files.disk import BINARY, storage_error, sync_folder
from radpipe.files.file_in_making import WholeFile
from radpipe.files.folders import make_folder
from radpipe.files.text import unicode_text

__all__ = ["whole_file", "write_text", "write_whole"]


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
        sync_folder(folder)
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


def _rename(temporary: Path, path: Path, size: int) -> None:
    """Give a file its name; a rename that is told as failed may be done all the same (NFS)."""
    try:
        os.replace(temporary, path)  # noqa: PTH105
    except OSError:
        if temporary.exists() or not path.is_file() or path.stat().st_size != size:
            raise
