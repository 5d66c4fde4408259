"""Small tables that lie beside the images, and the grids of image files; read once, by their headers."""

import csv
from collections.abc import Mapping
from pathlib import Path

from radpipe.errors import UsageError
from radpipe.geometry import Geometry

__all__ = ["grid_of_file", "number_of", "read_table", "rows_of"]


def rows_of(path: Path) -> list[list[str]]:
    """Read the rows of a small CSV file, the header first; empty rows are left out, cells stripped.

    Parameters
    ----------
    path
        Separated by comma, semicolon or tab (the one that the first line holds most often); UTF-8, with or without a
        mark, else Latin-1.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    lines = text.splitlines()
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter) if any(row)]


def read_table(path: Path) -> dict[str, Mapping[str, str]]:
    """Read a table whose first column names the case.

    Parameters
    ----------
    path
        CSV, as :func:`rows_of` reads it.

    Returns
    -------
    dict
        First column -> {column: text}, cells stripped, the first column left out.

    Raises
    ------
    UsageError
        A case stands in two rows.
    """
    rows = rows_of(path)
    table: dict[str, Mapping[str, str]] = {}
    for row in rows[1:]:
        if row[0] in table:
            message = f"{path.name}: {row[0]} stands in two rows; keep one"
            raise UsageError(message)
        table[row[0]] = dict(zip(rows[0][1:], row[1:], strict=False))
    return table


def number_of(word: str | None) -> float | None:
    """Read a number that may have a decimal comma; None where there is none.

    Examples
    --------
    >>> number_of("0,75"), number_of("1.0"), number_of("")
    (0.75, 1.0, None)
    """
    try:
        return float((word or "").replace(",", "."))
    except ValueError:
        return None


def grid_of_file(path: Path) -> Geometry | None:
    """Return the grid that the header of a NIfTI, NRRD or MHA file promises; None where it cannot be read."""
    import SimpleITK as sitk  # noqa: N813

    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        reader.ReadImageInformation()
        if reader.GetDimension() != 3:
            return None
        (x, y, z), (dx, dy, dz) = reader.GetSize(), reader.GetSpacing()
        return Geometry((z, y, x), (dz, dy, dx), reader.GetOrigin(), reader.GetDirection())
    except (RuntimeError, ValueError):
        return None
