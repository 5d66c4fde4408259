"""Endpoints as rules: which columns hold event and time, in what unit, from when, and what competes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.clinical import ClinicalTable, Endpoint
from radpipe.errors import UsageError
from radpipe.survival.statistics.constants import DAYS_A_YEAR

__all__ = ["DAYS", "FEWEST_EVENTS", "EndpointRule", "Unit"]

Unit = Literal["days", "months", "years"]

DAYS: Mapping[str, float] = {"days": 1.0, "months": DAYS_A_YEAR / 12, "years": DAYS_A_YEAR}
"""Unit -> days."""

FEWEST_EVENTS = 10
"""With fewer events no model is fitted."""


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
