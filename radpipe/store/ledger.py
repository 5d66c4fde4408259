"""The ledger: every planned ROI, written before the first pixel is read, and the account of how each ended."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from radpipe.errors import AccountsError, NothingUsableError
from radpipe.outcome import Outcome, Status
from radpipe.store.files import unicode_text, write_text
from radpipe.store.parts import load_part, published

__all__ = ["Account", "PlannedRow", "read_outcomes", "read_plan", "write_plan"]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One planned ROI; ``key`` names the task that measures it, or is empty when planning already ended it."""

    case_id: str
    image_id: str
    modality: str
    roi: str
    config: str
    key: str = ""
    status: str = ""
    code: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        for name in ("case_id", "image_id", "roi", "message"):
            object.__setattr__(self, name, unicode_text(getattr(self, name)))

    @property
    def row_key(self) -> tuple[str, str, str, str]:
        """Case, image, ROI and config."""
        return (self.case_id, self.image_id, self.roi, self.config)

    def ended(self) -> Outcome:
        """Return the outcome of a row that planning ended."""
        return Outcome(
            self.case_id,
            self.image_id,
            self.modality,
            self.roi,
            self.config,
            Status(self.status),
            self.code,
            self.message,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """How the planned ROIs ended.

    Examples
    --------
    >>> print(Account(9, 7, 1, 1))
    9 planned = 7 ok + 1 failed + 1 skipped
    """

    planned: int
    ok: int
    failed: int
    skipped: int

    @property
    def open(self) -> int:
        """Planned ROIs without an outcome: a run that was stopped."""
        return self.planned - self.ok - self.failed - self.skipped

    def __str__(self) -> str:
        """Say the identity, and what is still open."""
        told = f"{self.planned} planned = {self.ok} ok + {self.failed} failed + {self.skipped} skipped"
        return told if self.open == 0 else f"{told} + {self.open} not yet measured"

    @classmethod
    def of(cls, planned: int, outcomes: Iterable[Outcome]) -> "Account":
        """Count outcomes."""
        counts = Counter(one.status for one in outcomes)
        return cls(planned, counts[Status.OK], counts[Status.FAILED], counts[Status.SKIPPED])


def write_plan(out: Path, rows: Sequence[PlannedRow]) -> None:
    """Write the plan; it replaces that of an earlier run.

    Raises
    ------
    AccountsError
        Two rows have one key.
    """
    twins = [key for key, count in Counter(row.row_key for row in rows).items() if count > 1]
    if twins:
        message = f"planned twice: {twins[0]}"
        raise AccountsError(message)
    fields = ("case_id", "image_id", "modality", "roi", "config", "key", "status", "code", "message")
    lines = [json.dumps([getattr(row, name) for name in fields]) for row in rows]
    write_text(out / "plan.jsonl", "\n".join(lines) + "\n")


def read_plan(out: Path) -> tuple[PlannedRow, ...]:
    """Read the plan of a run.

    Raises
    ------
    NothingUsableError
        The folder holds no run.
    """
    try:
        lines = (out / "plan.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        message = f"{out} holds no run (plan.jsonl is missing)"
        raise NothingUsableError(message) from None
    return tuple(PlannedRow(*json.loads(line)) for line in lines)


def read_outcomes(out: Path, rows: Sequence[PlannedRow]) -> tuple[Outcome | None, ...]:
    """Return the outcome of each planned row, None where it is still open."""
    parts = published(out)
    found: dict[tuple[str, tuple[str, str, str, str]], Outcome] = {}
    for key in dict.fromkeys(row.key for row in rows if row.key in parts):
        for one in load_part(out, parts[key]) or ():
            found[(key, one.key)] = one
    return tuple(row.ended() if not row.key else found.get((row.key, row.row_key)) for row in rows)
