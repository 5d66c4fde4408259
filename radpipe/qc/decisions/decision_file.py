"""The decision file: JSON Lines that are appended and never edited."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from radpipe.errors import UsageError
from radpipe.files import make_folder, read_whole, storage_error
from radpipe.qc.decisions.decision import Decision, parse_decision

__all__ = ["DECISIONS", "Line", "append_lines", "read_lines"]


DECISIONS = Path("qc") / "decisions.jsonl"
"""Of an output folder."""


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
            content = "".join(f"{decision.text()}\n" for decision in decisions).encode(
                "utf-8", errors="backslashreplace"
            )
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
