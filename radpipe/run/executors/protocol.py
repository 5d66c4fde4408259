"""What an executor is: it measures tasks somewhere and yields what became of each, in any order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from radpipe.run.plan import ImageTask
from radpipe.store.parts import Receipt

__all__ = ["Crash", "Executor", "Measure"]

Measure = Callable[[ImageTask, Path], Receipt]
"""Measures a task and publishes its part in the output folder; :func:`radpipe.run.worker.measure`."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A task whose process died each time it was tried."""

    task: ImageTask
    how: str


class Executor(Protocol):
    """Runs tasks."""

    def run(self, tasks: Sequence[ImageTask], out: Path, measure: Measure) -> Iterator[Receipt | Crash]:
        """Measure every task; each gives exactly one receipt, or a crash.

        Raises
        ------
        StorageError
            A part could not be written; nothing more is started.
        """
