"""One driver at a time on an output folder: a courtesy to people, on which nothing depends."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from radpipe.errors import StorageError
from radpipe.files import make_folder, storage_error

__all__ = ["locked"]

NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
"""What a disk without locks says. Nothing depends on the lock: writers never share a file's name."""


@contextmanager
def locked(out: Path, tell: Callable[[str], None] = lambda sentence: None) -> Iterator[None]:
    """Hold an output folder for one driver; a second one is refused.

    It is a courtesy to people: nothing depends on it, because no two writers share a file's name. On a disk without
    locks a sentence is told, and the work goes on.

    Parameters
    ----------
    out
        Made when it is not there.
    tell
        Takes that sentence.

    Raises
    ------
    StorageError
        Another run is writing there, or the folder cannot be made.
    """
    try:
        make_folder(out)
        descriptor = os.open(out / ".lock", os.O_WRONLY | os.O_CREAT, 0o666)
    except OSError as fault:
        raise storage_error(out, fault) from fault
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another run is writing to {out}; wait for it, or choose another folder"
            raise StorageError(message) from None
        except OSError as fault:
            if fault.errno not in NO_LOCKS:
                message = f"{out} cannot be locked: {fault.strerror}"
                raise StorageError(message) from fault
            tell(
                f"{out} lies on a disk without locks ({fault.strerror}): see to it that one run at a time writes there"
            )
        yield
    finally:
        os.close(descriptor)
