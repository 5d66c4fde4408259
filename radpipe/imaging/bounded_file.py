"""A regular file of which no more is asked than it has."""

import io
import os
import stat

__all__ = ["BoundedFile"]


class BoundedFile(io.BufferedReader):
    """A regular file of which no more is asked than it has.

    A damaged length of 4 GB would otherwise have Python allocate as much before it reads the few bytes that are there;
    and a pipe or device in the place of a file would be waited for without end.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    OSError
        The file cannot be opened, or is a pipe, device or socket.
    """

    def __init__(self, path: str) -> None:
        super().__init__(io.FileIO(path, opener=_open_without_waiting))
        status = os.fstat(self.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.close()
            message = "it is a pipe, device or socket, no regular file"
            raise OSError(message)
        self._bytes = status.st_size

    def read(self, size: int | None = -1) -> bytes:
        """Read as :class:`io.BufferedReader` does."""
        if size is not None and size > io.DEFAULT_BUFFER_SIZE:
            size = min(size, max(self._bytes - self.tell(), 0))
        return super().read(size)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
