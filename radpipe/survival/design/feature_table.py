"""The feature table as survival reads it: first who and what, then the features of the rows that are used."""

from pathlib import Path

import pandas as pd

from radpipe.errors import NothingUsableError, UsageError
from radpipe.modalities import modality_of
from radpipe.parquet import parquet_columns, parquet_frame, parquet_rows
from radpipe.survival.design.lesions import VOLUME_COLUMNS

__all__ = ["FIRST_COLUMNS", "of_modality", "read_first_columns", "with_features"]

FIRST_COLUMNS = ("case_id", "image_id", "modality", "roi", "config", "status", "code", "message", "warnings")
"""Columns of a feature table that are no features, beside ``diag_*``."""


def read_first_columns(source: str | Path | pd.DataFrame, volume: str | None = None) -> pd.DataFrame:
    """Read a feature table: of Parquet the columns that are no features, of others everything.

    Parameters
    ----------
    source
        CSV or Parquet, the output folder of a run, or a frame.
    volume
        A ``diag_*`` column that is needed, beside those of volume and spacing.

    Returns
    -------
    pandas.DataFrame
        ``case_id`` is text without blanks around it. The index tells the place of each row in the file.

    Raises
    ------
    NothingUsableError
        It does not exist.
    UsageError
        It has no column ``case_id``, or cannot be read as comma-separated UTF-8.
    """
    path = None if isinstance(source, pd.DataFrame) else _path(source)
    if isinstance(source, pd.DataFrame):
        frame = source
    elif path is not None and path.suffix == ".parquet":
        names = [name for name in parquet_columns(path) if name in FIRST_COLUMNS or _is_needed(name, volume)]
        frame = parquet_frame(path, names)
    else:
        frame = _csv(_path(source), volume)
    if "case_id" not in frame.columns:
        message = "the feature table has no column case_id; is it one of radpipe extract?"
        raise UsageError(message)
    return frame.assign(case_id=frame["case_id"].astype(str).str.strip())


def with_features(source: str | Path | pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Add to some rows of :func:`read_first_columns` their features, where they were not read yet.

    Parameters
    ----------
    source
        As it was given there.
    rows
        Rows, in the order of the table.
    """
    path = None if isinstance(source, pd.DataFrame) else _path(source)
    if path is None or path.suffix != ".parquet":
        return rows
    further = [name for name in parquet_columns(path) if name not in rows.columns and not name.startswith("diag_")]
    return pd.concat([rows, parquet_rows(path, further, rows.index.tolist())], axis=1)


def _path(source: str | Path) -> Path:
    path = Path(source)
    if path.is_dir():
        usual = [path / "tables" / "features.parquet", path / "features.parquet", path / "tables" / "features.csv"]
        path = next((file for file in usual if file.is_file()), path / "tables" / "features.csv")
    if not path.is_file():
        message = f"the feature table {path} does not exist; radpipe extract makes one"
        raise NothingUsableError(message)
    return path


def _is_needed(name: str, volume: str | None) -> bool:
    """Tell whether survival asks for a ``diag_*`` column."""
    return name.startswith("diag_measured_spacing") or (name.startswith("diag_") and name in (volume, *VOLUME_COLUMNS))


def _csv(path: Path, volume: str | None) -> pd.DataFrame:
    """Read a feature table; ids stay text, so that 0001 stays 0001."""
    try:
        return pd.read_csv(
            path,
            low_memory=False,
            converters={"case_id": str},
            usecols=lambda name: _is_needed(str(name), volume) or not str(name).startswith("diag_"),
        )
    except ValueError as fault:  # so are pandas' own faults, and those of encodings
        message = (
            f"the feature table {path.name} cannot be read ({' '.join(str(fault).split())[:120]}); take the one that "
            "radpipe extract wrote, or save it as CSV UTF-8 with commas"
        )
        raise UsageError(message) from fault


def of_modality(source: str | Path | pd.DataFrame, word: str, volume: str | None = None) -> pd.DataFrame:
    """Read the rows of one modality with their features.

    Parameters
    ----------
    source
        As of :func:`read_first_columns`.
    word
        CT, PT or PET, MR; any case.
    volume
        As of :func:`read_first_columns`.

    Raises
    ------
    UsageError
        The table does not tell modalities, or has none of this one; those that it has are named.
    """
    frame = read_first_columns(source, volume)
    if "modality" not in frame:
        message = f"--modality {word}: the feature table has no column modality"
        raise UsageError(message)
    known = frame["modality"].astype(str).map(modality_of)
    rows = frame[known == modality_of(word)]
    if rows.empty:
        message = f"--modality {word}: the feature table has {', '.join(sorted(set(known) - {''})) or 'none'}"
        raise UsageError(message)
    return with_features(source, rows)
