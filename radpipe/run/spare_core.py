"""What may wait until the workers leave a core without work."""

from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self

from radpipe.machine import cores_of_job
from radpipe.run.progress import Progress

__all__ = ["OnSpareCore"]


class OnSpareCore:
    """A progress that begins something else beside, once, when fewer images are left at work than there are cores.

    Parameters
    ----------
    progress
        Is told what comes back.
    images
        That are to be measured.
    jobs
        Images at a time.
    begin
        Runs in a thread of its own; nobody waits for it.
    """

    def __init__(self, progress: Progress, images: int, jobs: int, begin: Callable[[], object]) -> None:
        self._progress = progress
        self._left = images
        self._jobs = jobs
        self._begin: Callable[[], object] | None = begin
        self._cores = cores_of_job()

    def __enter__(self) -> Self:
        self._progress.__enter__()
        self._look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.__exit__(kind, fault, trace)

    def advance(self, ok: int, failed: int) -> None:
        """Count one image."""
        self._progress.advance(ok, failed)
        self._left -= 1
        self._look()

    def say(self, message: str) -> None:
        """Tell a sentence."""
        self._progress.say(message)

    def _look(self) -> None:
        if self._begin is not None and 0 < min(self._left, self._jobs) < self._cores:
            Thread(target=self._begin, daemon=True).start()
            self._begin = None
