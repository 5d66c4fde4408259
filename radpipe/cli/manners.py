"""What holds for every command: words that may stand anywhere, how much is told, and the file that keeps it."""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from radpipe.cli.say import accounts
from radpipe.errors import StorageError

__all__ = ["configure_logging", "to_the_front"]

FLAGS = frozenset({"--debug", "--shared", "--quiet", "-q", "--verbose", "-v", "-vv"})
"""Words that may stand anywhere."""

VALUED = "--log-file"
"""A word that may stand anywhere and has a value behind it."""

logger = logging.getLogger("radpipe")


def to_the_front(words: Sequence[str]) -> list[str]:
    """Put the words that hold for every command before the command, where they are declared.

    Parameters
    ----------
    words
        Of the command line; behind ``--`` they stay.

    Examples
    --------
    >>> to_the_front(["extract", "IN", "-v", "-o", "out", "--log-file", "run.log"])
    ['-v', '--log-file', 'run.log', 'extract', 'IN', '-o', 'out']
    """
    front: list[str] = []
    rest: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word in FLAGS or word.startswith(f"{VALUED}="):
            front.append(word)
        elif word == VALUED:
            front += [word, *waiting[:1]]
            waiting = waiting[1:]
        else:
            rest.append(word)
    return front + rest


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is when something is told, so that a live bar can move aside."""

    def emit(self, record: logging.LogRecord) -> None:
        self.setStream(sys.stderr)
        super().emit(record)


def _not_shown_otherwise(record: logging.LogRecord) -> bool:
    """Leave out on the terminal what the progress tells there anyway."""
    return record.name != "radpipe.run.progress"


def configure_logging(verbose: int, path: Path | None, *, quiet: bool = False) -> None:
    """Tell what radpipe does on standard error, and keep it in a file.

    Parameters
    ----------
    verbose
        1 tells of each step and image, 2 of details; 0 of nothing.
    path
        A file to which lines with their time are added; None keeps none.
    quiet
        Commands tell no progress, and no account where all was measured; see :func:`radpipe.cli.say.is_quiet`.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    accounts.setLevel(logging.ERROR if quiet else logging.NOTSET)
    if verbose:
        handler = _ToStandardError()
        handler.addFilter(_not_shown_otherwise)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
    if path is not None:
        try:
            path.expanduser().parent.mkdir(parents=True, exist_ok=True)
            keeper = logging.FileHandler(path.expanduser(), encoding="utf-8", errors="backslashreplace")
        except OSError as fault:
            message = f"--log-file {path} cannot be written: {fault.strerror}"
            raise StorageError(message) from None
        keeper.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(keeper)
    if verbose or path is not None:
        logger.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
        logger.propagate = False
