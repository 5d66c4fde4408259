"""A decision: what one reviewer said of one mask, and how a line is read."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from radpipe.qc.decisions.words import REASONS, ROLES, VERDICTS

__all__ = ["Decision", "parse_decision"]


LONGEST = 4000
"""Most characters of a text in a line."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line: what one reviewer said of one mask.

    Parameters
    ----------
    case_id, image_id, roi, config, task_key
        Row of the run; the decision counts for every configuration that was measured in the same mask.
    mask_sha256
        Of voxels and grid, as in ``qc.csv``.
    verdict
        One of ``VERDICTS``.
    reason, note
        One of ``REASONS``, needed unless the verdict is ``per_protocol``; ``other`` needs a note.
    reviewer, role
        Who; one of ``ROLES``.
    seen
        ``single``, or ``sheet`` where it was accepted from a contact sheet.
    flags
        That were shown, codes joined by a semicolon.
    seconds
        That the mask was looked at.
    decided_at
        UTC, ISO 8601.
    page_digest, radpipe
        Of the page, and the version that wrote it.

    Raises
    ------
    ValueError
        A field is missing, no value of its kind, or a reason is missing.
    """

    case_id: str
    image_id: str
    roi: str
    config: str
    task_key: str
    mask_sha256: str
    verdict: str
    reason: str = ""
    note: str = ""
    reviewer: str = ""
    role: str = "reviewer"
    seen: str = "single"
    flags: str = ""
    seconds: float = 0.0
    decided_at: str = ""
    page_digest: str = ""
    radpipe: str = ""

    def __post_init__(self) -> None:
        for message in _faults(self):
            raise ValueError(message)

    @property
    def mask(self) -> tuple[str, str, str, str]:
        """What was decided about: case, image, ROI and digest."""
        return (self.case_id, self.image_id, self.roi, self.mask_sha256)

    def text(self) -> str:
        """Return the line, without its end."""
        return json.dumps(asdict(self), ensure_ascii=False)


def _faults(decision: Decision) -> Iterator[str]:
    for field in fields(Decision):
        value = getattr(decision, field.name)
        if field.name != "seconds" and (not isinstance(value, str) or len(value) > LONGEST):
            yield f"{field.name} is no text of at most {LONGEST} characters"
    if (
        isinstance(decision.seconds, bool)
        or not isinstance(decision.seconds, int | float)
        or not 0 <= decision.seconds < 1e7
    ):
        yield f"seconds is {decision.seconds!r}"
    allowed: tuple[tuple[str, Iterable[str]], ...] = (
        ("verdict", VERDICTS),
        ("reason", ("", *REASONS)),
        ("role", ROLES),
        ("seen", ("single", "sheet")),
    )
    for name, words in allowed:
        if getattr(decision, name) not in words:
            known = ", ".join(word or "empty" for word in words)
            yield f"{name} {getattr(decision, name)!r} is unknown; it is one of {known}"
    needed = (
        (decision.verdict == "per_protocol" or bool(decision.reason), f"the verdict {decision.verdict} needs a reason"),
        (decision.reason != "other" or bool(decision.note.strip()), "the reason other needs a note"),
        (bool(decision.reviewer.strip()), "no reviewer"),
        (len(decision.mask_sha256) == 64, "no digest of the mask"),
        (
            _is_time(decision.decided_at),
            f"decided_at {decision.decided_at!r} is no time with its zone (2026-11-21T09:30:00Z)",
        ),
    )
    yield from (message for holds, message in needed if not holds)


def _is_time(text: str) -> bool:
    with suppress(ValueError):
        return datetime.fromisoformat(text).tzinfo is not None
    return False


def parse_decision(text: str) -> Decision:
    """Read a line.

    Raises
    ------
    ValueError
        It is no decision; the sentence says why.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        message = "no JSON"
        raise ValueError(message) from None
    if not isinstance(record, dict):
        message = "no JSON object"
        raise ValueError(message)
    names = {field.name for field in fields(Decision)}
    missing = sorted({"case_id", "image_id", "roi", "config", "task_key", "mask_sha256", "verdict"} - set(record))
    if missing:
        message = f"{', '.join(missing)} missing"
        raise ValueError(message)
    return Decision(**{name: value for name, value in record.items() if name in names})
