"""Tables beside the features: what is known of each case, and its landmarks. Planning keeps it, the tables show it."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.cohort import Case, Cohort
from radpipe.files import read_whole, unicode_text, whole_file
from radpipe.tables.export import csv_text

__all__ = ["LANDMARK_COLUMNS", "keep_cases", "write_case_tables"]

LANDMARK_COLUMNS = {
    "case_id": ("", "case"),
    "landmark": ("", "name in the structured report"),
    "x_mm": ("mm", "towards the patient's left, from the origin of the image's frame of reference"),
    "y_mm": ("mm", "towards the patient's back"),
    "z_mm": ("mm", "towards the patient's head"),
    "frame": ("", "LPS: DICOM's patient coordinates, left, posterior, superior"),
    "nearest_roi": ("", "the ROI that lies nearest, within 30 mm"),
    "distance_mm": ("mm", "from the landmark to that ROI's nearest voxel; 0 inside"),
    "message": ("", "a report that cannot be read, or a landmark that lies over 5 mm from every ROI"),
}
"""Columns of ``OUT/tables/landmarks.csv`` with unit and meaning, as ``landmarks_dictionary.csv`` tells them."""

FIRST = ("case_id", "clinical_key", "images", "rois", "problems")
"""First columns of ``OUT/tables/cases.csv``."""

STEP = 5_000


def keep_cases(
    folder: Path, name: str, cohort: Cohort, landmarks: Mapping[str, Sequence[tuple[object, ...]]] | None = None
) -> None:
    """Keep what is known of each case beside a plan, one JSON line a case, so that tables need no cohort.

    Parameters
    ----------
    folder, name
        Where, and under which name; see :func:`write_case_tables`.
    cohort
        All its cases are listed, measured or not.
    landmarks
        Case -> rows of ``LANDMARK_COLUMNS``.

    Raises
    ------
    StorageError
        It could not be written.
    """
    with whole_file(folder, name) as file:
        for case in cohort:
            rows = (landmarks or {}).get(case.case_id, ())
            file.write((json.dumps([_first(case), dict(case.facts), rows], default=str) + "\n").encode())


def _first(case: Case) -> list[object]:
    return [
        unicode_text(case.case_id),
        unicode_text(case.clinical_key),
        " ".join(sorted(image.modality for image in case.images)),
        len(case.rois),
        unicode_text("; ".join(map(str, case.problems))),
    ]


def write_case_tables(out: Path, kept: Sequence[Path]) -> int:
    """Write ``OUT/tables/cases.csv``; ``landmarks.csv`` and its dictionary where there are any.

    Parameters
    ----------
    out
        The output folder.
    kept
        Files of :func:`keep_cases`, the oldest first; a case that several tell of is as the newest tells it.

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
        for first, facts, _ in _kept(path):
            own.update(dict.fromkeys(facts))
            newest[str(first[0])] = number
    columns = [*FIRST, *(name if name not in FIRST else f"{name}_given" for name in own)]
    rows: list[list[object]] = []
    marks: list[Any] = []
    with whole_file(out / "tables", "cases.csv") as file:
        text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        text.write(csv_text(pd.DataFrame(columns=columns)))
        for number, path in enumerate(kept):
            for first, facts, landmarks in _kept(path):
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


def _kept(path: Path) -> Iterator[tuple[list[object], dict[str, str], list[Any]]]:
    for line in read_whole(path).splitlines():
        first, facts, landmarks = json.loads(line)
        yield first, facts, landmarks
