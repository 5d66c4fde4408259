"""An entry of a plan: one task, or one row that planning ended, and its record in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from radpipe.errors import AccountsError
from radpipe.files import unicode_text

if TYPE_CHECKING:
    import pyarrow as pa


__all__ = ["PlanEntry", "entry_of", "plan_schema", "record_of", "without_twins"]


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One task, or one row that planning ended.

    Parameters
    ----------
    case_id, image_id, modality, config
        Of its rows.
    rois
        Names of the task's ROIs in their order; of an ended row its one name.
    key
        Of the task; empty when planning ended the row.
    status, code, message
        How planning ended it.
    task
        References and notes of the task as JSON; empty in the public copy of a private plan.
    position
        Number of the task among the tasks of its plan; -1 of an ended row. Given when it is written.
    """

    case_id: str
    image_id: str
    modality: str
    config: str
    rois: tuple[str, ...]
    key: str = ""
    status: str = ""
    code: str = ""
    message: str = ""
    task: str = ""
    position: int = -1

    def row_keys(self) -> list[tuple[str, str, str, str]]:
        """Return case, image, ROI and config of each of its rows."""
        return [(self.case_id, self.image_id, roi, self.config) for roi in self.rois]


@cache
def plan_schema() -> "pa.Schema":
    """Return the columns of a plan's file."""
    import pyarrow as pa

    text = ("case_id", "image_id", "modality", "config")
    ending = ("key", "status", "code", "message", "task")
    return pa.schema(
        [
            *((name, pa.string()) for name in text),
            ("rois", pa.list_(pa.string())),
            *((name, pa.string()) for name in ending),
            ("position", pa.int64()),
        ]
    )


def entry_of(row: dict[str, Any]) -> PlanEntry:
    """Return the entry that a row of the file holds.

    Parameters
    ----------
    row
        Column -> value; ``task`` may be left out.
    """
    place = -1 if row["position"] is None else row["position"]
    return PlanEntry(**{**row, "rois": tuple(row["rois"]), "position": place})


def without_twins(entries: Iterable[PlanEntry]) -> Iterator[PlanEntry]:
    """Pass entries on, and refuse a case that has two rows with one key; the rows of a case stand together.

    Raises
    ------
    AccountsError
        A row is planned twice.
    """
    for _, case in groupby(entries, key=lambda entry: entry.case_id):
        seen: set[tuple[str, ...]] = set()
        for entry in case:
            for key in entry.row_keys():
                if key in seen:
                    message = f"planned twice: {key}"
                    raise AccountsError(message)
                seen.add(key)
            yield entry


def record_of(entry: PlanEntry, position: int) -> dict[str, Any]:
    """Return the row of the file that holds an entry.

    Parameters
    ----------
    entry
        A task, or a row that planning ended.
    position
        Number of the task among the tasks of its plan; of an ended row it is left out.

    Returns
    -------
    dict
        Column -> value, as :func:`plan_schema` names them; text as Unicode that every program reads.
    """
    record: dict[str, Any] = {name: getattr(entry, name) for name in plan_schema().names}
    record["rois"] = [unicode_text(roi) for roi in entry.rois]
    record["position"] = position if entry.key else None  # null, so that statistics are of tasks only
    return {name: unicode_text(value) if isinstance(value, str) else value for name, value in record.items()}
