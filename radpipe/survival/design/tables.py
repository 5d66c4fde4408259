"""The one route from what a user names to a clinical table, an endpoint and a clinical model."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import pandas as pd

from radpipe.clinical import ClinicalTable
from radpipe.errors import Note, UsageError
from radpipe.survival.design.clinical_model import ClinicalModel, load_clinical_model
from radpipe.survival.design.endpoints import EndpointRule, Unit
from radpipe.survival.design.hn1 import HN1_CLINICAL_MODEL, HN1_ENDPOINTS, load_hn1_clinical
from radpipe.survival.design.lesions import Lesions
from radpipe.survival.design.patient_ids import find_id_column
from radpipe.survival.design.text_table import TextTable, read_text_table
from radpipe.survival.design.typed import decimal_commas, typed

__all__ = ["DATASETS", "TableReading", "choose_clinical_model", "choose_endpoint", "load_clinical", "read_clinical"]

DATASETS = ("hn1", "generic")
UNITS = get_args(Unit)


@dataclass(frozen=True, slots=True)
class TableReading:
    """How a clinic's table is read, where it does not tell by itself.

    Parameters
    ----------
    id_column
        Column of patient ids; None takes the usual names.
    loose_ids
        Whether ids are the same that differ in case, blanks, signs, zeros in front and ``.0`` only.
    sheet
        Of a workbook with several.
    event_values
        Words of the event column that mean that the event was seen; empty: 1.
    start, end
        Columns of dates in place of a time.
    date_format
        Of those, as ``%d/%m/%Y``.
    lesions
        What becomes of several ROIs of a patient: ``largest``, ``sum`` or ``primary``.

    Raises
    ------
    UsageError
        Only one of the dates is given, a format without dates, or another word for ``lesions``.
    """

    id_column: str | None = None
    loose_ids: bool = False
    sheet: str | None = None
    event_values: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    date_format: str | None = None
    lesions: str | None = None

    def __post_init__(self) -> None:
        if bool(self.start) != bool(self.end) or (self.date_format and not self.start):
            message = "dates need both --start COLUMN and --end COLUMN"
            raise UsageError(message)
        if self.lesions is not None and self.lesions not in set(Lesions):
            message = f"--lesions {self.lesions!r} is unknown; allowed: {', '.join(Lesions)}"
            raise UsageError(message)

    @property
    def several(self) -> Lesions | None:
        """What becomes of several ROIs; None refuses them."""
        return None if self.lesions is None else Lesions(self.lesions)


def read_clinical(path: str | Path, dataset: str, reading: TableReading | None = None) -> ClinicalTable:
    """Load a clinical table as its data set asks.

    Parameters
    ----------
    path
        The table.
    dataset
        ``hn1``: columns are known and checked; ``generic``: any table.
    reading
        What the table does not tell by itself.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        The data set is unknown, or the table is not usable.
    """
    _known(dataset)
    reading = reading or TableReading()
    load = load_hn1_clinical if dataset == "hn1" else load_clinical
    return load(path, id_column=reading.id_column, sheet=reading.sheet)


def choose_endpoint(
    dataset: str,
    endpoint: str,
    *,
    event: str | None = None,
    time: str | None = None,
    unit: str = "days",
    reading: TableReading | None = None,
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
    reading
        Words that mean the event, and dates in place of ``time``.

    Raises
    ------
    UsageError
        The name, the unit or a column is missing or unknown.
    """
    _known(dataset)
    reading = reading or TableReading()
    if not event and not time and not reading.start and dataset == "hn1":
        if endpoint not in HN1_ENDPOINTS:
            message = f"endpoint {endpoint!r} is unknown; HN1 has {', '.join(HN1_ENDPOINTS)}"
            raise UsageError(message)
        return HN1_ENDPOINTS[endpoint]
    if not event or bool(time) == bool(reading.start):
        message = "an endpoint of your own needs both --event COLUMN and --time COLUMN (or --start and --end, dates)"
        raise UsageError(message)
    if unit not in UNITS:
        message = f"--unit {unit!r} is unknown; allowed: {', '.join(UNITS)}"
        raise UsageError(message)
    return EndpointRule(
        name=endpoint,
        event_column=event,
        time_column=time or "",
        unit=cast(Unit, unit) if time else "days",
        origin=reading.start or "",
        title=event,
        event_values=reading.event_values,
        start_column=reading.start,
        end_column=reading.end,
        date_format=reading.date_format,
    )


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


def load_clinical(path: str | Path, *, id_column: str | None = None, sheet: str | None = None) -> ClinicalTable:
    """Load any clinical table from CSV, Excel or Parquet.

    Parameters
    ----------
    path
        The table, one row per patient.
    id_column
        Column of patient ids; None takes ``patient_id``, ``case_id``, ``id`` or ``PatientID``, whichever there is, or
        the only column whose name is like one.
    sheet
        Of a workbook with several filled sheets.

    Returns
    -------
    ClinicalTable
        Columns of numbers (a decimal comma is one) as float64, all others as words; ids as text. Its notes tell how
        the file was read.

    Raises
    ------
    NothingUsableError
        The file does not exist.
    UsageError
        It cannot be read, there is no id column, an id is missing, or a patient occurs twice.
    """
    text = read_text_table(path, sheet=sheet)
    named = find_id_column(list(text.frame.columns), text.name, id_column)
    ids = text.frame[named].str.strip()
    _refuse_ids(ids, text, named)
    others = text.frame.drop(columns=named)
    with_commas = [str(name) for name in others.columns if decimal_commas(others[name])]
    told = [*text.notes]
    if with_commas:
        told.append(f"{text.name}: a decimal comma in {', '.join(with_commas[:8])}")
    frame = others.apply(typed).set_index(pd.Index(ids, name="id"))
    notes = tuple(Note.of("W_DATASET", what=what) for what in told)
    return ClinicalTable(frame, str(path), {}, notes, dict(zip(ids, text.lines, strict=True)))


def _refuse_ids(ids: "pd.Series[str]", text: TextTable, column: str) -> None:
    """Refuse rows without an id, and patients with several rows, by line."""
    empty = [str(line) for line, patient in zip(text.lines, ids, strict=True) if not patient]
    if empty:
        message = (
            f"{text.name}, line {', '.join(empty[:5])}: no patient id in column {column}; add it or remove the line"
        )
        raise UsageError(message)
    twice = ids[ids.duplicated(keep=False)]
    if len(twice):
        patient = str(twice.iloc[0])
        lines = ", ".join(str(text.lines[place]) for place in ids.index[ids == patient][:5])
        message = f"{text.name}: patient {patient} occurs more than once (line {lines}); keep one row per patient"
        raise UsageError(message)
