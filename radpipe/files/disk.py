"""What disks and systems differ in: folders that cannot be synced, and what a fault is called."""

import errno
import os
import shutil
from pathlib import Path

from radpipe.errors import StorageError

__all__ = ["BINARY", "storage_error", "sync_folder"]


NO_FOLDER_SYNC = (errno.EINVAL, errno.ENOTSUP)
"""Some network disks cannot sync a folder, and say so by one of these: there is nothing to be done about it."""

BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would change line ends without it."""


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable, where the system can.

    Parameters
    ----------
    folder
        On a disk that may not know what that is (``NO_FOLDER_SYNC``).

    Raises
    ------
    OSError
        The disk fails.
    """
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
