"""The walk through a folder: every file once, and an account of what was not opened and why."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Crawl", "Place", "crawl"]

HIDDEN = "hidden (name begins with a dot)"
DIRECTORY_FILE = "DICOMDIR"
SEEN_FOLDER = "folder reached a second time (link or loop)"
SPECIAL = "no regular file (pipe, device or socket)"

DANGLING = "it is a link to a file that is not there"


@dataclass(frozen=True, slots=True)
class Place:
    """A file as the file system tells it.

    Parameters
    ----------
    path
        Absolute, as it was reached; links are not resolved.
    size, mtime_ns
        Bytes, and time of the last change; -1 and 0 where the file cannot be opened.
    fault
        Why it cannot be opened, in words; empty where it can.
    """

    path: str
    size: int
    mtime_ns: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Crawl:
    """All that a folder holds.

    Parameters
    ----------
    places
        Its files, sorted by path.
    ignored
        Reason -> number of entries that were not opened for it.
    unlisted
        Folders that the system does not let us list, each with its reason.
    """

    places: tuple[Place, ...]
    ignored: dict[str, int] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()


def crawl(root: Path) -> Crawl:
    """Walk through a folder and everything below it.

    Parameters
    ----------
    root
        The folder. Links to folders are followed once each, after the folders that lie here themselves, so that a loop
        ends and a file is not reached twice. Hidden files and folders are counted, not entered.

    Returns
    -------
    Crawl
        Files, and the account of the rest. Nothing is raised for what a folder holds: the depth is not bounded by the
        interpreter's stack, and a folder that cannot be listed is told in ``unlisted``.
    """
    walk = _Walk()
    walk.enter(str(root.resolve()))
    while walk.folders or walk.links:
        walk.enter(walk.folders.pop() if walk.folders else walk.links.pop(0))
    return Crawl(tuple(sorted(walk.places, key=lambda place: place.path)), dict(walk.ignored), tuple(walk.unlisted))


class _Walk:
    """What is still to be entered, and what was met."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.ignored: Counter[str] = Counter()
        self.unlisted: list[str] = []
        self.folders: list[str] = []
        self.links: list[str] = []
        self._entered: set[tuple[int, int]] = set()

    def enter(self, folder: str) -> None:
        """List a folder that was not entered before."""
        try:
            status = Path(folder).stat()
            identity = (status.st_dev, status.st_ino)
            if identity in self._entered:
                self.ignored[SEEN_FOLDER] += 1
                return
            self._entered.add(identity)
            entries = list(_entries(folder))
        except OSError as fault:
            self.unlisted.append(f"{folder}: {fault.strerror or type(fault).__name__}")
            return
        for entry in entries:
            self._take(entry)

    def _take(self, entry: "os.DirEntry[str]") -> None:
        if entry.name.startswith("."):
            self.ignored[HIDDEN] += 1
            return
        try:
            status = entry.stat()
        except OSError as fault:
            reason = DANGLING if entry.is_symlink() else f"{fault.strerror or type(fault).__name__}"
            self.places.append(Place(entry.path, -1, 0, reason))
            return
        if stat.S_ISDIR(status.st_mode):
            (self.links if entry.is_symlink() else self.folders).append(entry.path)
        elif not stat.S_ISREG(status.st_mode):
            self.ignored[SPECIAL] += 1
        elif entry.name.upper() == DIRECTORY_FILE:
            self.ignored[DIRECTORY_FILE] += 1
        else:
            self.places.append(Place(entry.path, status.st_size, status.st_mtime_ns))


def _entries(folder: str) -> "Iterator[os.DirEntry[str]]":
    """List a folder in the order of its names, so that which way into a linked folder is taken is always the same."""
    with os.scandir(folder) as entries:
        yield from sorted(entries, key=lambda entry: entry.name)
