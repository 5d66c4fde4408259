"""What is known of each case, kept beside a plan for the tables; nothing that makes tables is imported for it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from radpipe.cohort import Case, Cohort
from radpipe.files import read_whole, unicode_text, whole_file

__all__ = ["LANDMARK_COLUMNS", "keep_cases", "read_cases"]

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


def keep_cases(
    folder: Path, name: str, cohort: Cohort, landmarks: Mapping[str, Sequence[tuple[object, ...]]] | None = None
) -> None:
    """Keep what is known of each case beside a plan, one JSON line a case, so that tables need no cohort.

    Parameters
    ----------
    folder, name
        Where, and under which name; see :func:`radpipe.tables.cases.write_case_tables`.
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


def read_cases(path: Path) -> Iterator[tuple[list[object], dict[str, str], list[Any]]]:
    """Read first columns, facts and landmarks of each case that :func:`keep_cases` wrote."""
    for line in read_whole(path).splitlines():
        first, facts, landmarks = json.loads(line)
        yield first, facts, landmarks
