"""Progress: what came back, told live on a terminal and as plain lines elsewhere."""

import logging
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

__all__ = ["LiveProgress", "PlainProgress", "Progress", "SilentProgress", "progress_for"]

logger = logging.getLogger(__name__)

PLAIN_EVERY_S = 10.0
"""Seconds between the first plain lines; later a tenth of the time that went by, so that a log stays short."""

PLAIN_RARELY_S = 600.0
"""Most seconds between two plain lines."""


class Progress(Protocol):
    """Counts tasks and ROIs that came back."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""

    def advance(self, ok: int, failed: int) -> None:
        """Count one task that came back with its ROIs."""

    def say(self, message: str) -> None:
        """Tell a sentence."""


class SilentProgress:
    """Tells nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def advance(self, ok: int, failed: int) -> None:
        """Count nothing."""

    def say(self, message: str) -> None:
        """Tell nothing but the log."""
        logger.info("%s", message)


class PlainProgress:
    """A line now and then and one at the end, on standard error: for files, as of batch jobs.

    Lines come every ten seconds at first, then whenever a tenth of the time so far went by, at least every ten minutes.
    """

    def __init__(self, images: int) -> None:
        self._images = images
        self._done = self._ok = self._failed = 0
        self._began = self._told = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tell()

    def advance(self, ok: int, failed: int) -> None:
        """Count one image; tell when it is time."""
        self._done += 1
        self._ok += ok
        self._failed += failed
        now = time.monotonic()
        if now - self._told >= min(max(PLAIN_EVERY_S, (now - self._began) / 10), PLAIN_RARELY_S):
            self._tell()

    def say(self, message: str) -> None:
        """Tell a sentence on a line of its own."""
        logger.info("%s", message)
        _write(f"{message}\n")

    def _tell(self) -> None:
        self._told = time.monotonic()
        seconds = max(self._told - self._began, 1e-9)
        left = (self._images - self._done) * seconds / self._done if self._done else 0.0
        _write(
            f"{time.strftime('%Y-%m-%d %H:%M:%S')} {self._done}/{self._images} images, {self._ok} ROIs ok, "
            f"{self._failed} failed, {60 * self._done / seconds:.1f} images/min{_left(left)}\n"
        )


def _left(seconds: float) -> str:
    """Say how long what is left takes; nothing where nothing is left."""
    if seconds <= 0:
        return ""
    return f", {seconds / 60:.0f} min left" if seconds < 7200 else f", {seconds / 3600:.1f} h left"


def _write(text: str) -> None:
    """Write on standard error, if it takes anything: a run does not end because nobody can read how it goes."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


class LiveProgress:
    """A bar with counts, rate and time left."""

    def __init__(self, images: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._ok = self._failed = 0
        self._bar = Bar(
            TextColumn("images"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rois]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("images", total=images, rois="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, ok: int, failed: int) -> None:
        """Count one image."""
        self._ok += ok
        self._failed += failed
        self._bar.update(self._task, advance=1, rois=f"{self._ok} ROIs ok, {self._failed} failed")

    def say(self, message: str) -> None:
        """Tell a sentence above the bar."""
        logger.info("%s", message)
        self._bar.console.print(message)


def progress_for(images: int) -> Progress:
    """Return a live bar on a terminal, plain lines elsewhere."""
    return LiveProgress(images) if sys.stderr.isatty() else PlainProgress(images)
