"""What of quality control an analysis takes: the decision file, and rows that nobody decided about."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from radpipe.errors import UsageError

__all__ = ["QcChoice", "Unreviewed", "unreviewed_of"]


class Unreviewed(StrEnum):
    """What becomes of measured ROIs that nobody decided about, and of stale ones."""

    INCLUDE = "include"
    REFUSE = "refuse"


def unreviewed_of(word: str) -> Unreviewed:
    """Read the word of ``--qc-unreviewed``.

    Raises
    ------
    UsageError
        It is unknown.
    """
    if word not in set(Unreviewed):
        message = f"--qc-unreviewed {word!r} is unknown; allowed: {', '.join(Unreviewed)}"
        raise UsageError(message)
    return Unreviewed(word)


@dataclass(frozen=True, slots=True)
class QcChoice:
    """What of quality control an analysis takes.

    Parameters
    ----------
    decisions
        The decision file.
    unreviewed
        Whether rows without a decision enter.
    """

    decisions: Path
    unreviewed: Unreviewed = Unreviewed.INCLUDE
