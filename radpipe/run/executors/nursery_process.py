"""The pool's end of a nursery: it starts the process, has it load libraries, and lets it fork and end workers."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import wait

from radpipe.run.executors.nursery import KILL, LOAD, RECORD, START

__all__ = ["NurseryProcess"]

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS",
    ),
    "1",
)
"""The workers fill the cores; libraries that start threads of their own would only be in their way."""


class NurseryProcess:
    """A nursery that was started; it loads what workers will use while its pool does something else.

    Parameters
    ----------
    libraries
        Modules to import, or as MODULE:FUNCTION functions to call; see :mod:`radpipe.run.executors.nursery`.
    """

    def __init__(self, libraries: Sequence[str]) -> None:
        self.libraries = tuple(libraries)
        self.control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "radpipe.run.executors.nursery", str(theirs.fileno()), *libraries],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ONE_THREAD},
            )

    def load(self, libraries: Sequence[str]) -> None:
        """Have further libraries loaded before the next worker is forked.

        Parameters
        ----------
        libraries
            As when it was started.
        """
        further = [name for name in libraries if name not in self.libraries]
        if further:
            self.libraries = (*self.libraries, *further)
            text = "\n".join(further).encode()
            self.control.sendall(RECORD.pack(LOAD, len(text), 0) + text)

    def fork(self, number: int, connection: int, trace: int) -> None:
        """Have a worker forked.

        Parameters
        ----------
        number
            The pool's, for the worker.
        connection, trace
            The worker's ends, which the pool closes afterwards: the nursery has copies.

        Raises
        ------
        ConnectionError
            The nursery is gone.
        """
        socket.send_fds(self.control, [RECORD.pack(START, number, 0)], [connection, trace])

    def kill(self, number: int) -> None:
        """Have a worker killed."""
        self.control.sendall(RECORD.pack(KILL, number, 0))

    def told(self) -> bytes | None:
        """Return the next record that it sent, empty when it is gone; None when there is none now."""
        if not wait([self.control], 0):
            return None
        try:
            record = self.control.recv(RECORD.size, socket.MSG_WAITALL)
        except ConnectionError:
            record = b""
        return record if len(record) == RECORD.size else b""

    def kill_all(self) -> None:
        """End it now, with its workers, and wait for that."""
        self._process.kill()
        self.end()

    def end(self) -> None:
        """Let it end its workers and itself, and wait for that."""
        self.control.close()
        self._process.wait()
