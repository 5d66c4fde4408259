"""Which rows of a finished run are measured again: the same for the same run, spread over it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from radpipe.outcome import Outcome, Status
from radpipe.run.plan import ImageTask

__all__ = ["Chosen", "choose"]


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """One image with the measured rows that are to be checked."""

    task: ImageTask
    rows: tuple[Outcome, ...]


def choose(tasks: Sequence[ImageTask], outcomes: Sequence[Outcome], sample: int | None) -> tuple[Chosen, ...]:
    """Choose rows that were measured, in an order that a digest of case, image, ROI and config decides.

    Parameters
    ----------
    tasks, outcomes
        Of the run.
    sample
        Number of rows; None takes all.

    Returns
    -------
    tuple of Chosen
        In the order of the run.
    """
    measured = [one for one in outcomes if one.status is Status.OK]
    if sample is not None:
        measured = sorted(measured, key=lambda one: hashlib.sha256("\n".join(one.key).encode()).digest())[:sample]
    rows: dict[tuple[str, str, str], list[Outcome]] = {}
    for one in measured:
        rows.setdefault((one.case_id, one.image_id, one.config), []).append(one)
    keyed = [(rows.get((task.image.case_id, task.image.image_id, task.params.name)), task) for task in tasks]
    return tuple(Chosen(task, tuple(found)) for found, task in keyed if found)
