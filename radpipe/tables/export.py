"""The tables of a finished run, written whole: CSV for people, Parquet for programs."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.features.params import Params
from radpipe.outcome import Outcome
from radpipe.store.files import write_atomic, write_text
from radpipe.tables.dictionary import data_dictionary
from radpipe.tables.features import failures, guarded, long, wide

__all__ = ["write_csv", "write_tables"]


def write_tables(out: Path, outcomes: Sequence[Outcome], params: Params, provenance: Mapping[str, Any]) -> Path:
    """Write ``OUT/tables`` and return the path of ``features.csv``.

    Parameters
    ----------
    out
        The output folder.
    outcomes
        One per planned ROI, in the plan's order.
    params
        What was measured.
    provenance
        Settings, versions, counts; written as JSON.

    Raises
    ------
    StorageError
        A table could not be written.
    """
    folder = out / "tables"
    features = wide(outcomes)
    write_csv(folder / "features.csv", features)
    _write_parquet(folder / "features.parquet", features)
    _write_parquet(folder / "features_long.parquet", long(outcomes))
    write_csv(folder / "failures.csv", failures(outcomes))
    write_csv(folder / "data_dictionary.csv", data_dictionary([str(name) for name in features.columns], params))
    write_text(folder / "provenance.json", json.dumps(provenance, indent=2, sort_keys=True) + "\n")
    return folder / "features.csv"


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a CSV with shortest digits that give the same number back, text and columns' names guarded."""
    write_text(path, guarded(frame).to_csv(index=False, lineterminator="\n"))


def _write_parquet(path: Path, frame: pd.DataFrame) -> None:
    buffer = BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd")
    write_atomic(path, buffer.getvalue())
