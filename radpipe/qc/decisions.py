"""The decision file: what reviewers said of masks, as JSON Lines that are appended and never edited."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.errors import UsageError
from radpipe.files import make_folder, read_whole, storage_error
from radpipe.qc.flags import NOT_REVIEWED

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DECISIONS",
    "REASONS",
    "ROLES",
    "STALE",
    "VERDICTS",
    "Decision",
    "Line",
    "Standing",
    "append_lines",
    "parse_decision",
    "read_lines",
    "standing",
    "with_verdicts",
]

DECISIONS = Path("qc") / "decisions.jsonl"
"""Of an output folder."""

VERDICTS = {
    "per_protocol": "per protocol",
    "variation": "acceptable variation",
    "exclude": "unacceptable: excluded",
}
"""Verdicts from best to worst, in the words of trial reviews; the worst of several reviewers counts."""

STALE = "stale"
"""Verdict of a row whose decisions were taken of another mask: to be taken again."""

REASONS = {
    "wrong_structure": "the outline is that of another structure",
    "wrong_side": "the outline lies on the other side",
    "shifted": "the outline does not sit on the anatomy",
    "cut": "the structure is cut by the border of the image",
    "missing_slices": "slices are missing",
    "stray_parts": "parts lie elsewhere",
    "artefact": "an artefact makes the content meaningless",
    "wrong_image": "the image is the wrong one",
    "contour_style": "drawn by another convention",
    "duplicate": "the same as another ROI or patient",
    "other": "see the note",
}
"""Reason -> sentence. ``other`` needs a note."""

ROLES = ("reviewer", "adjudication")
"""An adjudication counts before any reviewer."""

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


def _faults(one: Decision) -> Iterator[str]:
    for field in fields(Decision):
        value = getattr(one, field.name)
        if field.name != "seconds" and (not isinstance(value, str) or len(value) > LONGEST):
            yield f"{field.name} is no text of at most {LONGEST} characters"
    if isinstance(one.seconds, bool) or not isinstance(one.seconds, int | float) or not 0 <= one.seconds < 1e7:
        yield f"seconds is {one.seconds!r}"
    allowed: tuple[tuple[str, Iterable[str]], ...] = (
        ("verdict", VERDICTS),
        ("reason", ("", *REASONS)),
        ("role", ROLES),
        ("seen", ("single", "sheet")),
    )
    for name, words in allowed:
        if getattr(one, name) not in words:
            known = ", ".join(word or "empty" for word in words)
            yield f"{name} {getattr(one, name)!r} is unknown; it is one of {known}"
    needed = (
        (one.verdict == "per_protocol" or bool(one.reason), f"the verdict {one.verdict} needs a reason"),
        (one.reason != "other" or bool(one.note.strip()), "the reason other needs a note"),
        (bool(one.reviewer.strip()), "no reviewer"),
        (len(one.mask_sha256) == 64, "no digest of the mask"),
        (_is_time(one.decided_at), f"decided_at {one.decided_at!r} is no time with its zone (2026-11-21T09:30:00Z)"),
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file with its number, and its decision or what is wrong with it."""

    number: int
    decision: Decision | None
    fault: str = ""


def read_lines(path: Path) -> list[Line]:
    """Read a decision file; a line that cannot be read is told, not skipped. No file: no lines.

    Raises
    ------
    StorageError
        It cannot be read.
    """
    try:
        content = read_whole(path)
    except FileNotFoundError:
        return []
    lines = []
    for number, text in enumerate(
        content.decode("utf-8", errors="replace").removeprefix("\ufeff").split("\n"), start=1
    ):
        if not text.strip():
            continue
        try:
            lines.append(Line(number, parse_decision(text)))
        except ValueError as fault:
            lines.append(Line(number, None, str(fault)))
    return lines


def append_lines(out: Path, decisions: Sequence[Decision]) -> None:
    """Append decisions to the file of an output folder: one writer at a time, durable when it returns.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    path = out / DECISIONS
    try:
        make_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            with suppress(ImportError):  # Windows
                import fcntl

                fcntl.flock(descriptor, fcntl.LOCK_EX)
            content = "".join(f"{one.text()}\n" for one in decisions).encode("utf-8", errors="backslashreplace")
            size = os.fstat(descriptor).st_size
            if size:
                os.lseek(descriptor, size - 1, os.SEEK_SET)
                content = (b"" if os.read(descriptor, 1) == b"\n" else b"\n") + content  # a torn line stays alone
            while content:
                content = content[os.write(descriptor, content) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as fault:
        raise storage_error(path, fault) from fault


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for a mask.

    Parameters
    ----------
    verdict, reason
        As the adjudication says, else the worst of the reviewers' latest.
    reviewers
        Who decided, in the order of the first decision.
    latest
        The latest decision of each reviewer and role.
    """

    verdict: str
    reason: str
    reviewers: tuple[str, ...]
    latest: tuple[Decision, ...]

    @property
    def disputed(self) -> bool:
        """Whether reviewers differ and nobody adjudicated."""
        adjudicated = any(one.role == "adjudication" for one in self.latest)
        return not adjudicated and len({one.verdict for one in self.latest}) > 1


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str, str, str], Standing]:
    """Return what counts for each mask: case, image, ROI, digest.

    Parameters
    ----------
    decisions
        In the order of the file; a later line of the same reviewer and role replaces an earlier one, by its time, of
        two at one time by its place.
    """
    latest: dict[tuple[str, str, str, str], dict[tuple[str, str], Decision]] = {}
    for one in decisions:
        own = latest.setdefault(one.mask, {})
        key = (one.role, one.reviewer.strip())
        if key not in own or _time(one) >= _time(own[key]):
            own[key] = one
    return {mask: _counted(tuple(own.values())) for mask, own in latest.items()}


def _time(one: Decision) -> datetime:
    return datetime.fromisoformat(one.decided_at)


def _counted(latest: tuple[Decision, ...]) -> Standing:
    above = [one for one in latest if one.role == "adjudication"]
    order = list(VERDICTS)
    counts = max(above, key=_time) if above else max(latest, key=lambda one: (order.index(one.verdict), _time(one)))
    reviewers = tuple(dict.fromkeys(one.reviewer.strip() for one in latest))
    return Standing(counts.verdict, counts.reason, reviewers, latest)


def with_verdicts(table: "pd.DataFrame", counted: Mapping[tuple[str, str, str, str], Standing]) -> "pd.DataFrame":
    """Fill verdict, reason and reviewers of the rows of ``qc.csv``.

    Parameters
    ----------
    table
        As :func:`radpipe.qc.flags.flagged` or :func:`radpipe.qc.flags.read_qc` gives it.
    counted
        Of :func:`standing`.

    Returns
    -------
    pandas.DataFrame
        A row whose mask was decided about has that verdict; one of which only another mask was, ``stale``.
    """
    others = {mask[:3] for mask in counted}
    verdicts, reasons, reviewers = [], [], []
    masks = (table[name] for name in ("case_id", "image_id", "roi", "mask_sha256"))
    for mask in zip(*masks, strict=True):
        own = counted.get(mask)
        verdicts.append(own.verdict if own is not None else STALE if mask[:3] in others else NOT_REVIEWED)
        reasons.append("" if own is None else own.reason)
        reviewers.append("" if own is None else "; ".join(own.reviewers))
    filled = table.copy(deep=False)  # only these columns are new
    filled["verdict"], filled["reason"], filled["reviewers"] = verdicts, reasons, reviewers
    return filled


def refuse_without(path: Path) -> None:
    """Refuse a decision file that is not there.

    Raises
    ------
    UsageError
        It is not.
    """
    if not path.is_file():
        message = f"{path} is no file; radpipe qc OUT makes the page that writes it"
        raise UsageError(message)
