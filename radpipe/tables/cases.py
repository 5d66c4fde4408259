"""Tables beside the features: what is known of each case, and its landmarks; planning kept both."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.files import unicode_text, whole_file
from radpipe.tables.export import csv_header, csv_text
from radpipe.tables.kept_cases import LANDMARK_COLUMNS, read_cases

__all__ = ["write_case_tables"]

FIRST = ("case_id", "clinical_key", "images", "rois", "problems")
"""First columns of ``OUT/tables/cases.csv``."""

STEP = 5_000


def write_case_tables(out: Path, kept: Sequence[Path]) -> int:
    """Write ``OUT/tables/cases.csv``; ``landmarks.csv`` and its dictionary where there are any.

    Parameters
    ----------
    out
        The output folder.
    kept
        Files of :func:`radpipe.tables.kept_cases.keep_cases`, the oldest first; a case that several tell of is as the
        newest tells it.

    Returns
    -------
    int
        Number of cases.

    Raises
    ------
    StorageError
        A table could not be written, or a file cannot be read.
    """
    own: dict[str, None] = {}
    newest: dict[str, int] = {}
    for number, path in enumerate(kept):
        for first, facts, _ in read_cases(path):
            own.update(dict.fromkeys(facts))
            newest[str(first[0])] = number
    columns = [*FIRST, *(name if name not in FIRST else f"{name}_given" for name in own)]
    rows: list[list[object]] = []
    marks: list[Any] = []
    with whole_file(out / "tables", "cases.csv") as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        text.write(csv_header(columns))
        for number, path in enumerate(kept):
            for first, facts, landmarks in read_cases(path):
                if newest[str(first[0])] == number:
                    rows.append([*first, *(facts.get(name, "") for name in own)])
                    marks += landmarks
                if len(rows) == STEP:
                    _write(text, rows, columns)
        _write(text, rows, columns)
        text.flush()
        text.detach()
    if marks:
        with whole_file(out / "tables", "landmarks.csv") as file:
            file.write(unicode_text(csv_text(pd.DataFrame(marks, columns=list(LANDMARK_COLUMNS)))).encode())
        entries = [(name, *about) for name, about in LANDMARK_COLUMNS.items()]
        with whole_file(out / "tables", "landmarks_dictionary.csv") as file:
            file.write(csv_text(pd.DataFrame(entries, columns=["column", "unit", "description"])).encode())
    return len(newest)


def _write(text: io.TextIOWrapper, rows: list[list[object]], columns: Sequence[str]) -> None:
    """Write rows and forget them."""
    text.write(csv_text(pd.DataFrame(rows, columns=list(columns))).split("\n", 1)[1])
    rows.clear()
