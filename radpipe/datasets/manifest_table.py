"""The text of a manifest to rows: encodings, separators, columns; what could shift a cell is refused by its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.errors import NothingUsableError, UsageError
from radpipe.separated import OLD_WORKBOOK, WORKBOOK, separated

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "ManifestRow", "ManifestTable", "read_manifest_table"]

COLUMNS = ("case_id", "image", "mask", "roi", "label", "modality", "image_id")
"""What a manifest may hold; the first three are needed."""

_PYRADIOMICS = {"ID": "case_id", "Patient": "case_id", "Image": "image", "Mask": "mask", "Label": "label"}
"""PyRadiomics' names of columns in a batch file."""


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One row.

    Parameters
    ----------
    place
        Where it stands, for messages: ``line 3``, or ``row 2`` of a Parquet file.
    cells
        Known column -> text, without surrounding blanks.
    extra
        Other columns, as they are named in the file; carried into the feature table.
    """

    place: str
    cells: Mapping[str, str]
    extra: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ManifestTable:
    """All rows, and whether the columns are those of PyRadiomics' batch (``Image``, ``Mask``)."""

    rows: tuple[ManifestRow, ...]
    is_batch: bool


def read_manifest_table(source: Path) -> ManifestTable:
    """Read a manifest.

    Parameters
    ----------
    source
        Parquet; or CSV separated by comma, semicolon, tab or bar (told by the header), in UTF-8 or UTF-16 with or
        without a mark, else in Windows-1252.

    Raises
    ------
    NothingUsableError
        It does not exist or has no rows.
    UsageError
        It is an Excel file, a row has more or fewer cells than the header, a column is missing, unknown or there
        twice, or a case id is empty or written in two ways.
    """
    if not source.is_file():
        message = f"the manifest {source} does not exist"
        raise NothingUsableError(message)
    lines = _parquet_lines(source) if source.suffix.lower() in (".parquet", ".pq") else _csv_lines(source)
    if not lines:
        message = f"{source.name} has no rows"
        raise NothingUsableError(message)
    (_, header), *body = lines
    names, is_batch = _named_columns(header, source.name)
    rows = tuple(_row(place, cells, names, source.name) for place, cells in body)
    if not rows:
        message = f"{source.name} has no rows"
        raise NothingUsableError(message)
    if "case_id" not in names:
        rows = tuple(
            ManifestRow(row.place, {"case_id": f"row{number}", **row.cells}, row.extra)
            for number, row in enumerate(rows, start=1)
        )
    _refuse_doubtful_ids(rows, source.name)
    return ManifestTable(rows, is_batch)


_Lines = list[tuple[str, Sequence[str]]]


def _parquet_lines(source: Path) -> _Lines:
    from radpipe.parquet import parquet_frame

    try:
        frame: pd.DataFrame = parquet_frame(source)
    except (ValueError, OSError) as fault:
        message = f"the manifest {source} cannot be read: {' '.join(str(fault).split())[:160]}"
        raise UsageError(message) from fault
    for name in frame.columns:
        if str(name) in ("case_id", "ID") and frame[name].dtype.kind == "f":
            message = f"{source.name}: column {name} holds numbers with decimals; save the ids as text"
            raise UsageError(message)
    text = frame.astype("string").fillna("")
    body = [(f"row {number}", list(row)) for number, row in enumerate(text.to_numpy().tolist(), start=1)]
    return [("header", [str(name) for name in frame.columns]), *body]


def _csv_lines(source: Path) -> _Lines:
    raw = source.read_bytes()
    if raw.startswith((WORKBOOK, OLD_WORKBOOK)) or source.suffix.lower() in (".xlsx", ".xls", ".ods"):
        message = f"{source.name} is a spreadsheet; save it as text first (Excel: File, Save As, CSV UTF-8)"
        raise UsageError(message)
    return [(f"line {line}", cells) for line, cells in separated(raw, source.name).rows if any(cells)]


def _named_columns(header: Sequence[str], file: str) -> tuple[list[str], bool]:
    """Return the known name of each column, its own where it is none of ours, empty where it has none."""
    given = [name.strip() for name in header]
    while given and not given[-1]:
        given.pop()
    is_batch = {"Image", "Mask"} <= set(given)
    names = [_PYRADIOMICS.get(name) or (name.lower() if name.lower() in COLUMNS else name) for name in given]
    if "" in names:
        message = f"{file}: column {names.index('') + 1} of the header has no name"
        raise UsageError(message)
    for name, shown in zip(names, given, strict=True):
        near = get_close_matches(name.lower(), COLUMNS, n=1, cutoff=0.75)
        if name not in COLUMNS and near:
            message = f"{file}: column {shown} is unknown; did you mean {near[0]}?"
            raise UsageError(message)
    missing = [name for name in COLUMNS[:3] if name not in names]
    if missing and missing != ["case_id"]:
        held = ", ".join(given) or "nothing"
        message = (
            f"{file}: column {', '.join(missing)} is missing; needed are {', '.join(COLUMNS[:3])}, there is {held}"
        )
        raise UsageError(message)
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        message = f"{file}: column {', '.join(twins)} is there twice"
        raise UsageError(message)
    return names, is_batch


def _row(place: str, cells: Sequence[str], names: Sequence[str], file: str) -> ManifestRow:
    """Pair cells and columns; cells behind the last column are refused, those of a column without name too."""
    stripped = [cell.strip() for cell in cells]
    if len(stripped) != len(names):
        message = (
            f"{file}, {place}: {len(stripped)} cells where the header has {len(names)} columns; "
            "a cell that holds the separator needs quotes, a line no separator at its end"
        )
        raise UsageError(message)
    pairs = dict(zip(names, stripped, strict=True))
    for name in COLUMNS[:3]:
        if name in pairs and not pairs[name]:
            message = f"{file}, {place}: {name} is empty"
            raise UsageError(message)
    known = {name: value for name, value in pairs.items() if name in COLUMNS}
    return ManifestRow(place, known, {name: value for name, value in pairs.items() if name not in COLUMNS})


def _refuse_doubtful_ids(rows: Sequence[ManifestRow], file: str) -> None:
    """Refuse ids that are one number in two spellings (001, 1, 1.0), as spreadsheets make them."""
    spelt: dict[float, ManifestRow] = {}
    for row in rows:
        word = row.cells["case_id"]
        try:
            number = float(word)
        except ValueError:
            continue
        other = spelt.setdefault(number, row)
        if other.cells["case_id"] != word and number == number:
            message = (
                f"{file}, {row.place}: case_id {word} and {other.cells['case_id']} ({other.place}) are one number in "
                "two spellings; write each id in one way, as text"
            )
            raise UsageError(message)
