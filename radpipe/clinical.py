"""ClinicalTable and Endpoint: outcomes checked once, at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from radpipe.errors import Note, UsageError

__all__ = ["ClinicalTable", "Endpoint"]


@dataclass(frozen=True, slots=True, eq=False)
class ClinicalTable:
    """One row per patient.

    Parameters
    ----------
    frame
        Index: patient ids (str, unique); columns with their proper types, missing values as NaN.
    source
        File it was read from.
    dictionary
        Column -> meaning, where a data dictionary tells it.
    notes
        What a reader of the results must know of the table.
    lines
        Patient -> line of the file, where it is known.

    Raises
    ------
    UsageError
        A patient id occurs twice or is missing.
    """

    frame: pd.DataFrame
    source: str
    dictionary: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = self.frame.index
        nameless = int(np.count_nonzero(index.isna()))
        if nameless:
            message = f"{self.source}: {nameless} rows have no patient id"
            raise UsageError(message)
        if index.has_duplicates:
            twins = ", ".join(map(str, index[index.duplicated()].unique()[:5]))
            message = f"{self.source}: patient {twins} occurs more than once; keep one row per patient"
            raise UsageError(message)


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """Event and time of each patient.

    Parameters
    ----------
    name
        For instance ``overall_survival``.
    patient_ids
        Shape (n,).
    event
        bool, shape (n,): True where the event was seen, False where follow-up ended without it.
    time_days
        float64, shape (n,): days from the origin to event or end of follow-up; finite, >= 0.
    competing
        bool, shape (n,): True where another event (death, for recurrence) ended follow-up; None where there is none.
    origin
        What time counts from, in words.
    competing_later
        bool, shape (n,): the other event came soon after follow-up for this one ended without either; None where that
        is not known.

    Raises
    ------
    UsageError
        A time is negative or not finite, shapes differ, or no patient has the event.
    """

    name: str
    patient_ids: tuple[str, ...]
    event: npt.NDArray[np.bool_]
    time_days: npt.NDArray[np.float64]
    competing: npt.NDArray[np.bool_] | None = None
    origin: str = ""
    competing_later: npt.NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        n = len(self.patient_ids)
        for what, array in (("event", self.event), ("time_days", self.time_days), ("competing", self.competing),
                            ("competing_later", self.competing_later)):  # fmt: skip
            if array is not None and array.shape != (n,):
                message = f"endpoint {self.name}: {n} patients, {what} of shape {array.shape}"
                raise UsageError(message)
        bad = np.flatnonzero(~(np.isfinite(self.time_days) & (self.time_days >= 0)))
        if bad.size:
            patients = ", ".join(f"{self.patient_ids[i]} {self.time_days[i]:g}" for i in bad[:5])
            message = f"endpoint {self.name}: time must be a number of days >= 0; not so for {patients}"
            raise UsageError(message)
        if not self.event.any():
            message = f"endpoint {self.name}: no patient has the event; there is nothing to model"
            raise UsageError(message)

    def __len__(self) -> int:
        return len(self.patient_ids)
