"""What an executor is: it does a piece of work for each task somewhere and yields what became of it, in any order."""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from radpipe.errors import UsageError
from radpipe.run.tasks import ImageTask

__all__ = ["BeginsEarly", "Crash", "Executor", "Limits", "Place", "Work", "never"]

T = TypeVar("T")

Work = Callable[[ImageTask, Path], T]
"""Does something with a task and an output folder; :func:`radpipe.run.worker.measure` measures it. It pickles, and so
does what it returns."""


def never() -> bool:
    """Tell that nobody wants to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may take, and how often one whose process died is tried again.

    Parameters
    ----------
    task_seconds
        Wall time of one image; None is no limit.
    memory_gb
        Memory of one image in GB (10**9 bytes), beyond what an idle worker holds; None is no limit. Linux only.
    retries
        A task whose process died is done again this often, alone and in a new process. One that took too long is not.

    Raises
    ------
    UsageError
        A limit that is not positive.
    """

    task_seconds: float | None = None
    memory_gb: float | None = None
    retries: int = 1

    def __post_init__(self) -> None:
        for name, value in (("--task-timeout", self.task_seconds), ("--mem-per-task", self.memory_gb)):
            if value is not None and not value > 0:
                message = f"{name} {value:g} is not positive"
                raise UsageError(message)
        if self.retries < 0:
            message = f"--retries {self.retries} is negative"
            raise UsageError(message)

    @property
    def any(self) -> bool:
        """Tell whether a limit is set, which needs a process that can be ended."""
        return self.task_seconds is not None or self.memory_gb is not None


@dataclass(frozen=True, slots=True)
class Place:
    """What an executor may take: processes here, limits of each image, or an address where others run."""

    jobs: int = 1
    limits: Limits = field(default_factory=Limits)
    address: str = ""


@dataclass(frozen=True, slots=True)
class Crash:
    """A task that ended its process each time it was tried.

    Parameters
    ----------
    task
        The task that was tried.
    code
        ``E_CRASHED`` or ``E_TIMEOUT``.
    facts
        What the registry's sentence of the code names.
    traceback
        Where the process was, as far as it could tell.
    """

    task: ImageTask
    code: str
    facts: tuple[tuple[str, str | float], ...]
    traceback: str = ""


class Executor(Protocol):
    """Runs tasks."""

    def run(
        self, tasks: Iterable[ImageTask], out: Path, work: Work[T], stop: Callable[[], bool] = never
    ) -> Generator[T | Crash | None, None, None]:
        """Do the work for every task; each gives exactly one result or a crash. None says that time went by.

        Parameters
        ----------
        tasks
            Taken one by one, as they can be begun.
        out, work
            What is done.
        stop
            Asked before a task is begun; when it says yes no other is begun, and those that run are finished.

        Raises
        ------
        StorageError
            The output could not be written; nothing more is started.
        """


@runtime_checkable
class BeginsEarly(Protocol):
    """An executor whose processes can load libraries while its tasks are still sought."""

    def begin(self, libraries: Sequence[str]) -> None:
        """Begin to load what tasks will use: modules, or as MODULE:FUNCTION functions to call."""

    def end(self) -> None:
        """Give up what was begun, unless a run took it."""
