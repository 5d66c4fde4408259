"""A table as a clinic saved it, read as text: CSV of any separator and encoding, Excel, Parquet.

Nothing is typed here: ``0001`` stays ``0001``. What cannot be read is refused with the line and what to do.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_frame
from radpipe.separated import OLD_WORKBOOK, WORKBOOK, separated

__all__ = ["NO_VALUE", "TextTable", "read_text_table"]

NO_VALUE = frozenset({"", "na", "n/a", "nan", "#n/a", "null", "<na>", "."})
"""Words, in lower case, that mean a missing value. ``none``, ``-`` and ``unknown`` may be answers and stay words."""

EXCEL_ERRORS = frozenset({"#DIV/0!", "#NAME?", "#NUM!", "#REF!", "#VALUE!"})


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """A table of words.

    Parameters
    ----------
    frame
        Text without blanks around it, empty where nothing stands; column names unique and not empty.
    lines
        Of each row in the file, from 1; rows of a Parquet file count from 1 too.
    name
        Of the file.
    notes
        How it was read, where that was not comma and UTF-8: sentences.
    """

    frame: pd.DataFrame
    lines: tuple[int, ...]
    name: str
    notes: tuple[str, ...] = ()


def read_text_table(path: str | Path, *, sheet: str | None = None) -> TextTable:
    """Read a table as text.

    Parameters
    ----------
    path
        CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows Latin-1), ``.xlsx`` or Parquet.
    sheet
        Of a workbook with several filled sheets.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        It is empty or cannot be read; names of columns are missing or there twice; a row has another number of cells.
    """
    source = Path(path)
    if not source.is_file():
        message = f"the clinical table {source} does not exist"
        raise NothingUsableError(message)
    if source.suffix.lower() == ".parquet":
        return _parquet(source)
    raw = source.read_bytes()
    notes: tuple[str, ...]
    if raw.startswith(WORKBOOK):
        rows, notes = _excel_rows(source, sheet), ()
    elif raw.startswith(OLD_WORKBOOK) or source.suffix.lower() in (".xls", ".ods", ".numbers", ".sav"):
        message = f"{source.name} is of a program whose files are not read; save it as .xlsx or as CSV UTF-8"
        raise UsageError(message)
    else:
        rows, notes = _csv_rows(raw, source.name)
    return _table(rows, source.name, notes)


_Rows = list[tuple[int, list[str]]]


def _parquet(source: Path) -> TextTable:
    try:
        frame = parquet_frame(source)
    except (ValueError, OSError) as fault:
        message = f"{source.name} cannot be read as Parquet: {' '.join(str(fault).split())[:160]}"
        raise UsageError(message) from fault
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    text = pd.DataFrame({str(name): frame[name].map(_word) for name in frame.columns})
    return TextTable(text, tuple(range(1, len(text) + 1)), source.name)


def _word(value: Any) -> str:
    """Write a cell as text: whole numbers without decimals, dates as year-month-day."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _excel_rows(source: Path, sheet: str | None) -> _Rows:
    """Read a sheet of a workbook; cells of text stay text, so that 0001 stays 0001 where Excel kept it."""
    try:
        import openpyxl
    except ImportError as absent:
        message = (
            f"{source.name} is an Excel workbook, which needs openpyxl: pip install 'radpipe[excel]'; or save it as "
            "text (Excel: File, Save As, CSV UTF-8)"
        )
        raise UsageError(message) from absent
    try:
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as fault:
        message = f"{source.name} cannot be read as an Excel workbook; open it and save it again, or as CSV UTF-8"
        raise UsageError(message) from fault
    try:
        filled = {
            worksheet.title: rows
            for worksheet in book.worksheets
            if (
                rows := [(n, [_word(v) for v in row]) for n, row in enumerate(worksheet.iter_rows(values_only=True), 1)]
            )
            and any(any(cells) for _, cells in rows)
        }
    finally:
        book.close()
    if sheet is not None and sheet not in filled:
        message = f"{source.name} has no filled sheet {sheet!r}; it has {', '.join(filled) or 'none'}"
        raise UsageError(message)
    if sheet is None and len(filled) > 1:
        message = f"{source.name} has {len(filled)} filled sheets ({', '.join(filled)}); name one with --sheet"
        raise UsageError(message)
    rows = filled[sheet] if sheet is not None else next(iter(filled.values()), [])
    width = max((len(cells) for _, cells in rows), default=0)
    return [(line, cells + [""] * (width - len(cells))) for line, cells in rows]


def _csv_rows(raw: bytes, name: str) -> tuple[_Rows, tuple[str, ...]]:
    text = separated(raw, name)
    notes = []
    if text.separator != ",":
        words = {";": "semicolons", "\t": "tabs", "|": "bars"}[text.separator]
        notes.append(f"{name}: cells are separated by {words}")
    if not text.encoding.startswith("utf-8"):
        notes.append(f"{name}: read as {text.encoding}")
    return [(line, list(cells)) for line, cells in text.rows], tuple(notes)


def _table(rows: _Rows, name: str, notes: Sequence[str]) -> TextTable:
    """Check header and cells, and drop rows and columns that are empty all through."""
    filled = [(line, cells) for line, cells in rows if any(cells)]
    if not filled:
        message = f"{name} is empty; it needs a line of column names and a line per patient"
        raise UsageError(message)
    (where, header), body = filled[0], filled[1:]
    width = max((place + 1 for _, cells in filled for place, cell in enumerate(cells) if cell), default=0)
    names = [header[place] if place < len(header) else "" for place in range(width)]
    used = [p for p in range(width) if names[p] or any(cells[p] for _, cells in body if p < len(cells))]
    if sum(map(bool, names)) == 1 < width:
        message = (
            f"{name}, line {where}: one cell only ({next(filter(None, names))!r}), though lines below have {width}; "
            "the first line must name the columns: remove what stands above them"
        )
        raise UsageError(message)
    for place in used:
        if not names[place]:
            line = next(line for line, cells in body if place < len(cells) and cells[place])
            message = (
                f"{name}, line {line}: a cell in column {place + 1}, which has no name in line {where}; name the "
                "column, or put cells with the separator in quotation marks"
            )
            raise UsageError(message)
    twice = sorted({word for word in names if word and names.count(word) > 1})
    if twice:
        message = f"{name}, line {where}: column {', '.join(twice)} is there twice; rename or remove one"
        raise UsageError(message)
    _whole_rows(body, width, name)
    frame = pd.DataFrame([[row[place] for place in used] for _, row in body], dtype=object)
    frame.columns = pd.Index([names[place] for place in used])
    return TextTable(frame, tuple(n for n, _ in body), name, tuple(notes))


def _whole_rows(body: _Rows, width: int, name: str) -> None:
    """Refuse rows that end early, tables without rows, and cells in which a spreadsheet could not compute."""
    if not body:
        message = f"{name} has a line of column names and no patient"
        raise UsageError(message)
    for line, cells in body:
        if len(cells) < width:
            message = (
                f"{name}, line {line}: {len(cells)} cells where there are {width} columns; a line break or separator "
                "within a cell needs quotation marks"
            )
            raise UsageError(message)
        wrong = next((cell for cell in cells if cell in EXCEL_ERRORS), None)
        if wrong:
            message = f"{name}, line {line}: {wrong}, a formula that could not be computed; mend it or empty the cell"
            raise UsageError(message)
