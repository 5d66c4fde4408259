"""The one route from what a user names to a clinical table, an endpoint and a clinical model."""

from pathlib import Path
from typing import cast, get_args

import pandas as pd

from radpipe.clinical import ClinicalTable
from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_frame
from radpipe.survival.design.clinical_model import ClinicalModel, load_clinical_model
from radpipe.survival.design.endpoints import EndpointRule, Unit
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL, HN1_ENDPOINTS, load_hn1_clinical

__all__ = ["DATASETS", "choose_clinical_model", "choose_endpoint", "load_clinical", "read_clinical"]

DATASETS = ("hn1", "generic")
UNITS = get_args(Unit)


def read_clinical(path: str | Path, dataset: str) -> ClinicalTable:
    """Load a clinical table as its data set asks.

    Parameters
    ----------
    path
        The table.
    dataset
        ``hn1``: columns are known and checked; ``generic``: any table.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        The data set is unknown, or the table is not usable.
    """
    _known(dataset)
    return load_hn1_clinical(path) if dataset == "hn1" else load_clinical(path)


def choose_endpoint(
    dataset: str, endpoint: str, *, event: str | None = None, time: str | None = None, unit: str = "days"
) -> EndpointRule:
    """Return the rule of an endpoint, HN1's own or one made of two columns.

    Parameters
    ----------
    dataset
        ``hn1`` or ``generic``.
    endpoint
        One of HN1's; with columns of one's own only a name.
    event, time, unit
        Columns of one's own, and the unit of time: days, months or years.

    Raises
    ------
    UsageError
        The name, the unit or a column is missing or unknown.
    """
    _known(dataset)
    if not event and not time and dataset == "hn1":
        if endpoint not in HN1_ENDPOINTS:
            message = f"endpoint {endpoint!r} is unknown; HN1 has {', '.join(HN1_ENDPOINTS)}"
            raise UsageError(message)
        return HN1_ENDPOINTS[endpoint]
    if not event or not time:
        message = "an endpoint of your own needs both --event COLUMN and --time COLUMN"
        raise UsageError(message)
    if unit not in UNITS:
        message = f"--unit {unit!r} is unknown; allowed: {', '.join(UNITS)}"
        raise UsageError(message)
    return EndpointRule(name=endpoint, event_column=event, time_column=time, unit=cast(Unit, unit), title=event)


def choose_clinical_model(dataset: str, given: str | Path | ClinicalModel | None) -> ClinicalModel:
    """Return the clinical model that was declared, or HN1's own.

    Parameters
    ----------
    dataset
        ``hn1`` or ``generic``.
    given
        A model, a YAML that declares one, or None.

    Raises
    ------
    UsageError
        A generic table without a declared model.
    """
    if isinstance(given, ClinicalModel):
        return given
    if given is not None:
        return load_clinical_model(given)
    if dataset == "hn1":
        return HN1_CLINICAL_MODEL
    message = (
        "a generic clinical table needs --clinical-model YAML, for instance: columns: {age: {kind: numeric}, "
        "stage: {kind: categorical}}"
    )
    raise UsageError(message)


def _known(dataset: str) -> None:
    if dataset not in DATASETS:
        message = f"data set {dataset!r} is unknown for survival; allowed: {', '.join(DATASETS)}"
        raise UsageError(message)


def load_clinical(path: str | Path, *, id_column: str | None = None) -> ClinicalTable:
    """Load any clinical table from CSV or Parquet.

    Parameters
    ----------
    path
        The table, one row per patient.
    id_column
        Column of patient ids; None takes ``patient_id``, ``case_id``, ``id`` or ``PatientID``, whichever there is.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        There is no id column, or a patient occurs twice.
    """
    source = Path(path)
    if not source.is_file():
        message = f"the clinical table {source} does not exist"
        raise NothingUsableError(message)
    if source.suffix == ".parquet":
        frame = parquet_frame(source)
        text = frame.astype(str)
    else:
        text = pd.read_csv(source, dtype=str)
        frame = text.apply(_typed)
    usual = ("patient_id", "case_id", "id", "PatientID")
    named = id_column or next((name for name in usual if name in frame.columns), None)
    if named is None or named not in frame.columns:
        asked = id_column or " or ".join(usual)
        message = f"{source.name} has no patient id column {asked}; it has {', '.join(map(str, frame.columns))}"
        raise UsageError(message)
    ids = pd.Index(text[named].str.strip(), name="id")
    return ClinicalTable(frame.drop(columns=named).set_index(ids), str(source))


def _typed(column: "pd.Series[str]") -> "pd.Series[float] | pd.Series[str]":
    """Take a column of numbers as numbers, any other as words."""
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if numbers.notna().equals(column.notna()) else column
