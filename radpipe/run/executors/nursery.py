"""The nursery: a small clean process that imports the libraries once and forks workers, so that one starts in a moment.

It has no threads, holds no data, and ignores the signals by which people stop a run: the pool decides. It knows four
records, each an operation, the pool's number for a worker, and a status: START (with the worker's two file
descriptors), KILL, LOAD (the number is that of the bytes that follow, names of what further tasks need), and ENDED,
which it sends when a worker ended, with the status that ``waitpid`` gave. When the pool is gone, for whatever reason,
it ends its workers and itself.
"""

import gc
import os
import select
import signal
import socket
import struct
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from typing import NoReturn

__all__ = ["ENDED", "IGNORED", "KILL", "LOAD", "RECORD", "START", "main", "tend"]

RECORD = struct.Struct("<cqq")
START, KILL, LOAD, ENDED = b"s", b"k", b"l", b"e"

IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU)
"""Schedulers send these to every process of a job; what they mean is the pool's to decide."""


def main() -> None:
    """Run the nursery: arguments are the file descriptor of the control socket, and what workers will use."""
    tend(int(sys.argv[1]), sys.argv[2:])


def tend(control_number: int, libraries: Sequence[str]) -> NoReturn:
    """Be the nursery until the pool is gone, and end this process.

    Parameters
    ----------
    control_number
        File descriptor of the control socket.
    libraries
        What workers will use: modules, to be imported, and functions, as MODULE:FUNCTION, to be called.
    """
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, IGNORED)
    warnings.simplefilter("ignore")  # problems are told in rows; a library's warning may quote a header's value
    control = socket.socket(fileno=control_number)
    # Nothing is imported before signals are ignored: people stop runs at any time.
    _preload(("radpipe.run.executors.child", *libraries))
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    _Nursery(control, (awake, wake)).run()
    os._exit(0)  # the libraries need half a second to take themselves down


def _preload(names: Sequence[str]) -> None:
    # Elsewhere system libraries do not survive a fork once they are loaded.
    gc.disable()  # what is imported stays
    for name in names if sys.platform == "linux" else ():
        module, _, function = name.partition(":")
        with suppress(ImportError):  # the tasks that need it will say so
            loaded = import_module(module)
            if function:
                getattr(loaded, function)()
    gc.freeze()  # nor do workers look through it
    gc.enable()


class _Nursery:
    def __init__(self, control: socket.socket, pipe: tuple[int, int]) -> None:
        self._control = control
        self._pipe = pipe
        self._numbers: dict[int, int] = {}

    def run(self) -> None:
        """Serve the pool until it is gone."""
        awake = self._pipe[0]
        while True:
            ready = select.select([self._control.fileno(), awake], [], [])[0]
            if awake in ready:
                os.read(awake, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._obey():
                break
        # The pool is gone: nobody would take results. All are killed before any is waited for.
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)
        for pid in self._numbers:
            os.waitpid(pid, 0)

    def _obey(self) -> bool:
        """Take one record; False when the pool is gone."""
        try:
            record, descriptors, _, _ = socket.recv_fds(self._control, RECORD.size, 2)
        except ConnectionError:
            return False
        if not record:
            return False
        # A stream may deliver a record in pieces; the descriptors come with its first byte.
        record += self._received(RECORD.size - len(record))
        operation, number, _ = RECORD.unpack(record)
        if operation == START:
            self._start(number, descriptors[0], descriptors[1])
        elif operation == LOAD:
            _preload(self._received(number).decode().split("\n"))
        elif operation == KILL:
            for pid, known in self._numbers.items():
                if known == number:
                    os.kill(pid, signal.SIGKILL)
        return True

    def _received(self, count: int) -> bytes:
        """Take so many bytes of the pool's; fewer when it is gone."""
        return self._control.recv(count, socket.MSG_WAITALL) if count else b""

    def _start(self, number: int, connection: int, trace: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._become_worker(connection, trace)
        # The worker alone holds its ends, so that its death closes them.
        os.close(connection)
        os.close(trace)
        self._numbers[pid] = number

    def _become_worker(self, connection: int, trace: int) -> None:
        """Work in the new process, and end it here: it must not return into the nursery's loop."""
        status = 1
        try:
            # What the nursery listens to is not a worker's: its children's ends and its pool's records.
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            for end in self._pipe:
                os.close(end)
            from radpipe.run.executors.child import serve

            serve(Connection(connection), trace)
            status = 0
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
        except (EOFError, ConnectionError):
            status = 0
        finally:
            kind, fault, where = sys.exc_info()
            if kind is not None and fault is not None:
                sys.excepthook(kind, fault, where)
            os._exit(status)

    def _reap(self) -> None:
        """Tell the pool of every worker that ended."""
        # One SIGCHLD may stand for several deaths, so all that ended are taken.
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            try:
                self._control.sendall(RECORD.pack(ENDED, self._numbers.pop(pid), status))
            except ConnectionError:
                return


if __name__ == "__main__":
    main()
