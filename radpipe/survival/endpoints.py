"""Endpoints as rules: which columns hold event and time, in what unit, from when, and what competes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_frame

__all__ = ["FEWEST_EVENTS", "HN1_ENDPOINTS", "EndpointRule", "Unit", "load_clinical", "read_clinical"]

Unit = Literal["days", "months", "years"]

DAYS: Mapping[str, float] = {"days": 1.0, "months": 365.25 / 12, "years": 365.25}

FEWEST_EVENTS = 10
"""With fewer events no model is fitted."""

HN1_ORIGIN = "first day of radiotherapy"


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """How an endpoint is read from a clinical table.

    Parameters
    ----------
    name, title
        For the command line, and for readers.
    event_column, time_column
        Event as 0 or 1, and time until event or end of follow-up.
    unit
        Of the time.
    origin
        What time counts from, in words.
    competing_event_column, competing_time_column
        Another event (death) that makes this one impossible; None where there is none.

    Examples
    --------
    >>> HN1_ENDPOINTS["local"].competing_event_column
    'event_overall_survival'
    """

    name: str
    event_column: str
    time_column: str
    unit: Unit = "days"
    origin: str = ""
    competing_event_column: str | None = None
    competing_time_column: str | None = None
    title: str = ""

    def read(self, table: ClinicalTable) -> Endpoint:
        """Read event and time of every patient.

        Parameters
        ----------
        table
            The clinical table.

        Raises
        ------
        UsageError
            A column does not exist; a value is missing or impossible (all such are listed by patient and column); there
            is no event, or fewer than ten.
        """
        frame = table.frame
        wanted = [self.event_column, self.time_column, self.competing_event_column, self.competing_time_column]
        absent = [name for name in wanted if name is not None and name not in frame.columns]
        if absent:
            message = (
                f"endpoint {self.name}: column {', '.join(absent)} is not in {Path(table.source).name}; it has "
                f"{', '.join(map(str, frame.columns))}"
            )
            raise UsageError(message)
        faults: list[str] = []
        event = _flags(frame[self.event_column], faults)
        time_days = _times(frame[self.time_column], faults) * DAYS[self.unit]
        competing = None
        if self.competing_event_column is not None:
            other = _flags(frame[self.competing_event_column], faults)
            # The table gives one time an endpoint: follow-up for recurrence ends at death, or before it.
            ended = time_days
            if self.competing_time_column is not None:
                ended = _times(frame[self.competing_time_column], faults) * DAYS[self.unit]
            competing = ~event & other & (ended <= time_days)
        if faults:
            told = "; ".join(faults[:10])
            message = f"{Path(table.source).name}: {told}{' ...' if len(faults) > 10 else ''}"
            raise UsageError(message)
        endpoint = Endpoint(self.name, tuple(map(str, frame.index)), event, time_days, competing, self.origin)
        count = int(event.sum())
        if count < FEWEST_EVENTS:
            message = (
                f"endpoint {self.name}: {count} events among {len(event)} patients; no model can be fitted to "
                f"fewer than {FEWEST_EVENTS}"
            )
            raise UsageError(message)
        return endpoint


def _numbers(column: "pd.Series[float]") -> npt.NDArray[np.float64]:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _flags(column: "pd.Series[float]", faults: list[str]) -> npt.NDArray[np.bool_]:
    """Read an event column; other values than 0 and 1 become faults."""
    numbers = _numbers(column)
    bad = ~np.isin(numbers, (0.0, 1.0))
    faults.extend(f"patient {p}, {column.name} is {v!r}, allowed: 0 or 1" for p, v in column[bad].items())
    return np.asarray(numbers == 1)


def _times(column: "pd.Series[float]", faults: list[str]) -> npt.NDArray[np.float64]:
    """Read a time column; missing and negative values become faults."""
    numbers = _numbers(column)
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    faults.extend(f"patient {p}, {column.name} is {v!r}, allowed: a number >= 0" for p, v in column[bad].items())
    return numbers


def _recurrence(name: str, column: str, title: str) -> EndpointRule:
    return EndpointRule(
        name,
        f"event_{column}",
        f"{column}_in_days",
        "days",
        HN1_ORIGIN,
        "event_overall_survival",
        "overall_survival_in_days",
        title,
    )


HN1_ENDPOINTS: Mapping[str, EndpointRule] = {
    "overall_survival": EndpointRule(
        "overall_survival", "event_overall_survival", "overall_survival_in_days", "days", HN1_ORIGIN, title="death"
    ),
    "recurrence_metastasis": _recurrence(
        "recurrence_metastasis", "recurrence_metastatic_free_survival", "recurrence or metastasis"
    ),
    "local": _recurrence("local", "local_recurrence", "local recurrence"),
    "locoregional": _recurrence("locoregional", "locoregional_recurrence", "locoregional recurrence"),
    "distant": _recurrence("distant", "distant_metastases", "distant metastasis"),
}
"""Name -> endpoint of HEAD-NECK-RADIOMICS-HN1; death competes with recurrence."""


def read_clinical(
    path: str | Path, dataset: str, endpoint: str, *, event: str = "", time: str = "", unit: str = "days"
) -> tuple[ClinicalTable, EndpointRule]:
    """Load a clinical table and choose its endpoint, as the command line names them.

    Parameters
    ----------
    path
        The table.
    dataset
        ``hn1``, or ``generic`` for any table.
    endpoint
        One of HN1's; for a generic table only a name.
    event, time, unit
        Columns and unit of a generic table.

    Raises
    ------
    UsageError
        A name is unknown, or a generic table's columns are not given.
    """
    if dataset == "hn1":
        from radpipe.survival.clinical_tables import load_hn1_clinical

        if endpoint not in HN1_ENDPOINTS:
            message = f"endpoint {endpoint!r} is unknown; hn1 has {', '.join(HN1_ENDPOINTS)}"
            raise UsageError(message)
        return load_hn1_clinical(path), HN1_ENDPOINTS[endpoint]
    if dataset != "generic":
        message = f"clinical data set {dataset!r} is unknown; choose hn1 or generic"
        raise UsageError(message)
    if not event or not time or unit not in DAYS:
        message = f"a generic clinical table needs --event COLUMN --time COLUMN and --unit {'|'.join(DAYS)}"
        raise UsageError(message)
    named: Unit = "days" if unit == "days" else "months" if unit == "months" else "years"
    return load_clinical(path), EndpointRule(endpoint or event, event, time, named, title=event)


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
