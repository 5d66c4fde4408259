"""Endpoints as rules: which columns hold event and time, in what unit, from when, and what competes."""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import UsageError
from radpipe.survival.design.typed import days_between
from radpipe.survival.statistics.constants import DAYS_A_YEAR

__all__ = ["DAYS", "FEWEST_EVENTS", "EndpointRule", "Unit"]

Unit = Literal["days", "months", "years"]

DAYS: Mapping[str, float] = {"days": 1.0, "months": DAYS_A_YEAR / 12, "years": DAYS_A_YEAR}
"""Unit -> days."""

FEWEST_EVENTS = 10
"""With fewer events no model is fitted; the endpoint is described."""

LONGEST_YEARS = 100.0
"""Nobody is followed up longer."""

SOON_DAYS = 180.0
"""A competing event within so many days after the last look may have been missed as one."""

MOST_OTHER_VALUES = 4
"""So many values may stand beside those that mean the event; more are another column."""


TOTALS = frozenset({"total", "totals", "sum", "mean", "median", "average", "n", "all", "summe", "gesamt", "mittelwert"})
"""Words that stand in place of an id in a line that a spreadsheet adds up."""


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """How an endpoint is read from a clinical table.

    Parameters
    ----------
    name, title
        For the command line, and for readers.
    event_column, time_column
        Event as 0 or 1, and time until event or end of follow-up; no time column where dates are given.
    unit
        Of the time.
    origin
        What time counts from, in words.
    competing_event_column, competing_time_column
        Another event (death) that makes this one impossible; None where there is none.
    event_values
        Words of the event column that mean that it was seen; every other word means that it was not. Empty: 0 and 1.
    start_column, end_column
        Dates from and to which time counts, in place of a time column.
    date_format
        Of those, as ``%d/%m/%Y``; None recognises what has one meaning.

    Examples
    --------
    >>> EndpointRule("death", "died", "months", "months").unit
    'months'
    """

    name: str
    event_column: str
    time_column: str
    unit: Unit = "days"
    origin: str = ""
    competing_event_column: str | None = None
    competing_time_column: str | None = None
    title: str = ""
    event_values: tuple[str, ...] = ()
    start_column: str | None = None
    end_column: str | None = None
    date_format: str | None = None

    @property
    def outcome_columns(self) -> tuple[str, ...]:
        """Columns that tell the outcome, and can be no predictors."""
        names = (self.event_column, self.time_column, self.end_column, self.competing_event_column,
                 self.competing_time_column)  # fmt: skip
        return tuple(name for name in names if name)

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
            is no event; follow-up is longer than any life, or the same for everybody.
        """
        frame = table.frame
        wanted = [*self.outcome_columns, *filter(None, [self.start_column])]
        absent = [name for name in wanted if name not in frame.columns]
        if absent:
            message = (
                f"endpoint {self.name}: column {', '.join(absent)} is not in {Path(table.source).name}; it has "
                f"{', '.join(map(str, frame.columns))}"
            )
            raise UsageError(message)
        faults: list[str] = []
        source = Path(table.source).name
        event = _flags(frame[self.event_column], self.event_values, faults, source)
        if self.start_column and self.end_column:
            time_days = days_between(frame[self.start_column], frame[self.end_column], self.date_format, faults)
        else:
            time_days = _times(frame[self.time_column], faults) * DAYS[self.unit]
        competing = later = None
        if self.competing_event_column is not None:
            other = _flags(frame[self.competing_event_column], (), faults, source)
            # The table gives one time an endpoint: follow-up for recurrence ends at death, or before it.
            ended = time_days
            if self.competing_time_column is not None:
                ended = _times(frame[self.competing_time_column], faults) * DAYS[self.unit]
            competing = ~event & other & (ended <= time_days)
            later = ~event & other & (ended > time_days) & (ended <= time_days + SOON_DAYS)
        if faults:
            listed = "; ".join(_with_line(fault, table.lines) for fault in faults[:10])
            more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
            message = f"{source}: {listed}{more}. Mend these cells, or take the lines out of the table"
            raise UsageError(message)
        if not event.any():
            message = (
                f"{source}: no patient has the event in column {self.event_column}; name another with --event, or "
                "the words that mean it with --event-value"
            )
            raise UsageError(message)
        self._refuse_implausible(time_days, table)
        return Endpoint(self.name, tuple(map(str, frame.index)), event, time_days, competing, self.origin, later)

    def words_told(self, table: ClinicalTable) -> tuple[str, ...]:
        """Tell which words of the event column mean what, where the event's were named: one sentence or none.

        Parameters
        ----------
        table
            The clinical table, which :meth:`read` has taken.
        """
        if not self.event_values:
            return ()
        wanted = {_word_of(word) for word in self.event_values}
        others = sorted(set(table.frame[self.event_column].map(_word_of)) - wanted - {""})
        unseen = f"{', '.join(others)}: not seen" if others else "no other word"
        return (f"{self.event_column}: {', '.join(sorted(wanted))} is the event; {unseen}",)

    def _refuse_implausible(self, time_days: npt.NDArray[np.float64], table: ClinicalTable) -> None:
        """Refuse times that no follow-up has: a wrong unit, or a wrong column."""
        column = f"{self.start_column} to {self.end_column}" if self.start_column else self.time_column
        place = f"{Path(table.source).name}: {column}"
        longest = float(time_days.max(initial=0.0)) / DAYS_A_YEAR
        if longest > LONGEST_YEARS:
            who = table.frame.index[int(np.argmax(time_days))]
            remedy = "look at the dates" if self.start_column else f"is --unit {self.unit} right?"
            line = f" (line {table.lines[who]})" if who in table.lines else ""
            message = f"{place} gives patient {who}{line} a follow-up of {longest:,.0f} years; {remedy}"
            raise UsageError(message)
        if len(time_days) > 1 and np.ptp(time_days) == 0:
            message = f"{place} is {time_days[0]:g} days for every patient; name the column of follow-up with --time"
            raise UsageError(message)


def _with_line(fault: str, lines: Mapping[str, int]) -> str:
    """Name the line of the file that a fault's patient stands on."""
    text = fault.removeprefix("patient ")
    patient = max((who for who in lines if text.startswith(f"{who}, ")), key=len, default=None)
    return fault if patient is None else f"patient {patient} (line {lines[patient]}){text[len(patient) :]}"


def _numbers(column: "pd.Series[float]") -> npt.NDArray[np.float64]:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _flags(column: "pd.Series[Any]", seen: tuple[str, ...], faults: list[str], file: str) -> npt.NDArray[np.bool_]:
    """Read an event column; other values than 0 and 1, or than few words where the event's are named, become faults."""
    if seen:
        return _named_flags(column, seen, faults, file)
    numbers = _numbers(column)
    bad = ~np.isin(numbers, (0.0, 1.0))
    words = sorted({_shown(value).strip("'") for value in column.dropna()})
    few = column[bad].notna().any() and 1 < len(words) <= MOST_OTHER_VALUES + 1
    hint = f"; of {', '.join(words)}, name what means the event: --event-value" if few else ""
    faults.extend(
        f"patient {p}, {column.name} is {_shown(v)}, allowed: 0 or 1{hint}{_of_totals(p)}"
        for p, v in column[bad].items()
    )
    return np.asarray(numbers == 1)


def _named_flags(
    column: "pd.Series[Any]", seen: tuple[str, ...], faults: list[str], file: str
) -> npt.NDArray[np.bool_]:
    """Read an event column by the words that mean the event."""
    words = column.map(_word_of)
    wanted = {_word_of(word) for word in seen}
    held = sorted({word for word in words if word})
    absent = sorted(wanted - set(held))
    if absent:
        message = f"{file}: --event-value {absent[0]}: {column.name} does not hold it; it holds {', '.join(held[:12])}"
        raise UsageError(message)
    if len(set(held) - wanted) > MOST_OTHER_VALUES:
        message = (
            f"{file}: --event-value: {column.name} holds {len(held)} different values ({', '.join(held[:8])} ...), too "
            "many for an event; make a column of 0 and 1"
        )
        raise UsageError(message)
    faults.extend(
        f"patient {p}, {column.name} is missing, allowed: {', '.join(held)}{_of_totals(p)}"
        for p in column.index[words == ""]
    )
    return words.isin(wanted).to_numpy(dtype=np.bool_)


def _shown(value: Any) -> str:
    """Write a cell for a message."""
    if pd.isna(value):
        return "missing"
    return f"{value:g}" if isinstance(value, Real) else repr(value)


def _of_totals(patient: Any) -> str:
    """Ask whether a line is one of totals, where its id is a word for them."""
    return " (a line of totals?)" if str(patient).casefold().strip(" :.=") in TOTALS else ""


def _word_of(value: Any) -> str:
    """Write a value as it is compared: no case, no blanks around it, whole numbers without decimals."""
    if pd.isna(value):
        return ""
    return f"{value:g}" if isinstance(value, Real) else str(value).strip().casefold()


def _times(column: "pd.Series[Any]", faults: list[str]) -> npt.NDArray[np.float64]:
    """Read a time column; missing and negative values become faults."""
    numbers = _numbers(column)
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    for patient, value in column[bad].items():
        twofold = isinstance(value, str) and "," in value
        hint = " (a comma: write 1234 or 1.234)" if twofold else ""
        faults.append(
            f"patient {patient}, {column.name} is {_shown(value)}, allowed: a number >= 0{hint}{_of_totals(patient)}"
        )
    return numbers
