"""How people and schedulers stop a run: the first signal asks, the second insists."""

import signal
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import Any, Self

__all__ = ["LEAVES", "Stop", "take_leave"]

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGUSR1") if hasattr(signal, name))
"""Ctrl-C, what schedulers send first, and what SLURM's ``--signal`` usually names; Windows lacks the last."""

LEAVES: ContextVar[bool] = ContextVar("LEAVES", default=False)
"""Whether the process ends with its run, as on the command line: then a stopped run keeps its hands on the signals, for
a scheduler may send its second one while the process takes its leave. Elsewhere (notebooks) they are given back."""

INSISTS_S = 1.0
"""The same signal within this time is the same wish: schedulers and shells send some of them twice."""


class Stop:
    """Says yes from the first SIGINT, SIGTERM or SIGUSR1 on; the same one, a second later or more, ends the program.

    In a thread other than the main one signals cannot be caught, and it never says yes.

    Parameters
    ----------
    tell
        Called once, at the first signal.
    """

    def __init__(self, tell: Callable[[str], None] = lambda message: None) -> None:
        self._tell = tell
        self._before: dict[signal.Signals, Any] = {}
        self.signal: signal.Signals | None = None
        self._since = 0.0

    def __call__(self) -> bool:
        """Tell whether a signal came."""
        return self.signal is not None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._caught) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.signal is not None and LEAVES.get():
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if self.signal is None:
            self.signal, self._since = signal.Signals(number), time.monotonic()
            self._tell("stopping: images that are being measured are finished; the same signal again stops now")
            return
        if number != self.signal or time.monotonic() - self._since < INSISTS_S:
            return
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)


def take_leave() -> None:
    """Ignore the signals that stopped a run, for a process that only has to end with its exit code.

    The interpreter gives signals back their power to kill while it ends, and schedulers send some twice. Nothing
    changes when no run was stopped.
    """
    for number in SIGNALS:
        if isinstance(getattr(signal.getsignal(number), "__self__", None), Stop):
            signal.signal(number, signal.SIG_IGN)
