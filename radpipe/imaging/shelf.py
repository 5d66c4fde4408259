"""A shelf for the file that was read last: the ROIs of one file are read and unpacked once, not once each."""

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["Shelf"]

T = TypeVar("T")


class Shelf:
    """What one file holds, kept by a caller that reads several ROIs in turn; the next file takes its place.

    A caller's own: it lives as long as one image is opened, so that a file that changes later is read again.
    """

    def __init__(self) -> None:
        self._kept: tuple[str, Any] | None = None

    def once(self, path: str, read: Callable[[], T]) -> T:
        """Return what the file at a path holds, read when another file lies here; a fault is raised each time.

        Parameters
        ----------
        path
            Of the file; a file has one reader.
        read
            Reads it; nobody changes what it returns.
        """
        if self._kept is None or self._kept[0] != path:
            self._kept = None  # before the next file is read: two need not fit into memory
            self._kept = (path, read())
        kept: T = self._kept[1]
        return kept
