"""One task after the other, in this process."""

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TypeVar

from radpipe.run.executors.protocol import Place, Work, never
from radpipe.run.tasks import ImageTask

__all__ = ["SerialExecutor", "make"]

T = TypeVar("T")


class SerialExecutor:
    """Works in the calling process: for debuggers. A crash in native code ends the run, and no limit holds."""

    def run(
        self, tasks: Iterable[ImageTask], out: Path, work: Work[T], stop: Callable[[], bool] = never
    ) -> Generator[T, None, None]:
        """Do the tasks in their order; see :class:`~radpipe.run.executors.protocol.Executor`."""
        for task in tasks:
            if stop():
                return
            yield work(task, out)


def make(place: Place) -> SerialExecutor:
    """Make the executor; it takes nothing of a place."""
    return SerialExecutor()
