"""``OUT/tables/registrations.csv``: the figures of every registration of an output folder."""

import json
from pathlib import Path

import pandas as pd

from radpipe.files import list_files, read_whole, remove
from radpipe.tables.export import write_csv

__all__ = [
    "COVERAGE_COLUMNS",
    "FIGURES",
    "REGISTRATION_COLUMNS",
    "write_coverage",
    "write_registrations",
]

FIGURES = (
    "placed_by", "agreement", "support", "blocks", "overlap", "gain", "information_before", "information_after",
    "information_mirrored", "motion_mm", "rotation_degrees", "fit_mm", "inverse_mm", "start", "bent", "bend_gain",
    "jacobian_low", "jacobian_high", "largest_mm", "bend_inverse_mm",
)  # fmt: skip
"""What :class:`radpipe.imaging.registration.Registration` tells; empty for transforms of the user. From ``bent`` on,
what deformations tell."""

REGISTRATION_COLUMNS = (
    "case_id", "image_id", "modality", "drawn_on", "method", "status", "message", *FIGURES, "transform",
)  # fmt: skip
"""Columns; ``status`` is ok, doubtful, refused or given; ``transform`` is a path in the output folder."""


COVERAGE_COLUMNS = (
    "case_id", "image_id", "drawn_on", "roi", "outside_percent", "drawn_mm3", "carried_mm3", "code",
)  # fmt: skip
"""Columns of ``OUT/tables/coverage.csv``: one row a ROI that was carried to a second image, or could not be."""


def write_coverage(out: Path) -> int:
    """Write which share of each ROI each second image holds, or remove the table; return its number of rows.

    Parameters
    ----------
    out
        The output folder.

    Raises
    ------
    StorageError
        It could not be written, or a record cannot be read.
    """
    path = out / "tables" / "coverage.csv"
    rows = []
    for file in list_files(out / "coverage", ".json"):
        record = json.loads(read_whole(file))
        rows += [[{**record, **roi}[name] for name in COVERAGE_COLUMNS] for roi in record["rois"]]
    if not rows:
        remove(path)
        return 0
    rows.sort(key=lambda row: (str(row[0]), str(row[1]), str(row[3])))
    write_csv(path, pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS)))
    return len(rows)


def write_registrations(out: Path) -> int:
    """Write the table, or remove it where nothing was registered; return its number of rows.

    Parameters
    ----------
    out
        The output folder; the records lie beside the transforms.

    Raises
    ------
    StorageError
        It could not be written, or a record cannot be read.
    """
    path = out / "tables" / "registrations.csv"
    rows = []
    for file in list_files(out / "transforms", ".json"):
        record = json.loads(read_whole(file))
        flat = {**record, **record["figures"]}
        rows.append([flat.get(name, "") for name in REGISTRATION_COLUMNS])
    if not rows:
        remove(path)
        return 0
    rows.sort(key=lambda row: (str(row[0]), str(row[1])))
    write_csv(path, pd.DataFrame(rows, columns=list(REGISTRATION_COLUMNS)))
    return len(rows)
