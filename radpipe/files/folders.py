"""Folders: made durably, and listed."""

import os
from contextlib import suppress
from pathlib import Path

from radpipe.errors import StorageError
from radpipe.files.disk import sync_folder

__all__ = ["entries_of", "list_files", "make_folder"]


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
        for entry in entries_of(folder):
            below = entries_of(Path(entry.path)) if entry.is_dir() else [entry]
            files += [Path(one.path) for one in below if one.name.endswith(ending) and one.name[0] != "."]
    except OSError as fault:
        message = f"{folder} cannot be read: {fault.strerror}"
        raise StorageError(message) from fault
    return sorted(files)


def entries_of(folder: Path) -> list["os.DirEntry[str]"]:
    """Return the entries of a folder; none where it is not there or no folder.

    Parameters
    ----------
    folder
        May be absent.

    Raises
    ------
    OSError
        It cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


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
    sync_folder(folder.parent)
