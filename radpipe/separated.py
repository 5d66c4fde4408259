"""Cells of a text file that people saved from a spreadsheet: its encoding and separator, and the line of each row.

Nothing is typed here and no name is asked for: what manifests and clinical tables have in common.
"""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass

from radpipe.errors import UsageError

__all__ = ["OLD_WORKBOOK", "SEPARATORS", "WORKBOOK", "Separated", "separated"]

SEPARATORS = ",;\t|"

WORKBOOK = b"PK\x03\x04"
"""How a workbook of today's spreadsheets begins: as a ZIP archive."""

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""How one of before 2007 begins: as a compound file."""

_MARKS = ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Separated:
    """The cells of a file, and how it was read.

    Parameters
    ----------
    rows
        The line that each begins in, from 1, and its cells without blanks around them. Empty lines are rows too.
    separator, encoding
        As they were told by the file.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    separator: str
    encoding: str


def separated(raw: bytes, name: str) -> Separated:
    r"""Tell the cells of a text file.

    Parameters
    ----------
    raw
        Its bytes: UTF-8 or UTF-16, with or without a mark, else Windows-1252.
    name
        Named in errors.

    Raises
    ------
    UsageError
        It is no text, or a quotation mark is not closed.

    Examples
    --------
    >>> separated('id;name\n01;"a;b"\n'.encode("utf-16"), "x.csv")
    Separated(rows=((1, ('id', 'name')), (2, ('01', 'a;b'))), separator=';', encoding='utf-16')
    """
    text, encoding = _decoded(raw, name)
    separator, skipped = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    rows = []
    begin = 1
    try:
        for cells in reader:
            if begin > skipped:
                rows.append((begin, tuple(cell.strip() for cell in cells)))
            begin = reader.line_num + 1
    except csv.Error as fault:
        message = f"{name}, line {begin}: {fault}; a quotation mark is open or a cell is damaged"
        raise UsageError(message) from fault
    return Separated(tuple(rows), separator, encoding)


def _decoded(raw: bytes, name: str) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), None)
    if marked is None and raw[:400].count(b"\0") > len(raw[:400]) // 4:
        marked = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    message = f"{name} cannot be read as text; save it as CSV UTF-8"
    raise UsageError(message)


def _separator(text: str) -> tuple[str, int]:
    """Return the separator of the header, and how many lines (Excel's ``sep=;``) stand before it."""
    first = next((line.strip(" ") for line in text.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) == 5 and first[4] in SEPARATORS:
        return first[4], 1
    return max(SEPARATORS, key=first.count), 0
