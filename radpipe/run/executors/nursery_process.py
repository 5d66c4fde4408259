"""The pool's end of a nursery: it starts the process, has it load libraries, and lets it fork and end workers."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import wait

from radpipe.machine import ONE_THREAD
from radpipe.run.executors.nursery import IGNORED, KILL, LOAD, RECORD, START, tend

__all__ = ["NurseryProcess", "has_one_thread"]


def has_one_thread() -> bool:
    """Tell whether this process has no thread but this one, also none of a library's own (Linux)."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208
    except OSError:
        return False


class _Forked:
    """A nursery forked from this process."""

    def __init__(self, ours: socket.socket, theirs: socket.socket, libraries: Sequence[str]) -> None:
        self.returncode: int | None = None
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, IGNORED)  # until it ignores them: people stop runs at any time
        self._pid = os.fork()
        if self._pid == 0:
            try:
                ours.close()
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.environ.update(ONE_THREAD)
                tend(theirs.detach(), libraries)
            finally:
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, IGNORED)

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self.returncode


class NurseryProcess:
    """A nursery that was started; it loads what workers will use while its pool does something else.

    Parameters
    ----------
    libraries
        Modules to import, or as MODULE:FUNCTION functions to call; see :mod:`radpipe.run.executors.nursery`.
    forked
        It is forked from this process and has what that has imported; only where this process has one thread, which has
        no other, and nothing yet that a worker should not have. Else it is a new program.
    """

    def __init__(self, libraries: Sequence[str], *, forked: bool = False) -> None:
        self.libraries = tuple(libraries)
        self.control, theirs = socket.socketpair()
        with theirs:
            self._process: subprocess.Popen[bytes] | _Forked
            if forked and has_one_thread():
                self._process = _Forked(self.control, theirs, self.libraries)
                return
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
