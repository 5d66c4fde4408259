"""A file in the making: bytes go to a temporary file until it is whole."""

import io
import os
from pathlib import Path

__all__ = ["WholeFile"]


BUFFER_BYTES = 1 << 20


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
