"""Files are removed, set aside, and swept where killed runs left them."""

import os
import time
from contextlib import suppress
from pathlib import Path

from radpipe.files.disk import storage_error, sync_folder
from radpipe.files.folders import entries_of, make_folder

__all__ = ["remove", "set_aside", "sweep"]


A_DAY_S = 86_400.0
"""Temporary files of others are left alone until they are so old: their writer may be at work on another node."""


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
        sync_folder(path.parent)
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
        sync_folder(path.parent)
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
        for entry in entries_of(folder):
            for one in entries_of(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else [entry]:
                if one.name.startswith(".") and one.name.endswith(".tmp") and one.stat().st_mtime <= oldest:
                    with suppress(OSError):
                        os.unlink(one.path)  # noqa: PTH108
