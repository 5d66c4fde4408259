"""What became of a task, as outcomes that a pack can hold."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from radpipe.errors import InputError
from radpipe.outcome import Outcome, Status
from radpipe.run.executors.protocol import Crash
from radpipe.store.index import PackIndex
from radpipe.store.ledger import read_entry
from radpipe.store.packs import Measured

__all__ = ["crashed_outcomes", "image_of"]


def image_of(result: Measured | Crash, index: Callable[[], PackIndex]) -> Measured:
    """Return an image with its outcomes; those of a known content are read where they lie.

    Parameters
    ----------
    result
        Of a worker, or what became of its process.
    index
        Gives the index of the packs, where it is needed.

    Raises
    ------
    StorageError
        The outcomes of a known content cannot be read.
    """
    if isinstance(result, Crash):
        return Measured(result.task.key, "", crashed_outcomes(result))
    if result.outcomes is None:
        return replace(result, outcomes=read_entry(index(), result.content))
    return result


def crashed_outcomes(crash: Crash) -> tuple[Outcome, ...]:
    """Return the rows of a task that ended its process."""
    image = crash.task.image
    facts: dict[str, Any] = dict(crash.facts)
    fault = InputError(crash.code, case=image.case_id, **facts)
    return tuple(
        Outcome(
            image.case_id,
            image.image_id,
            image.modality,
            target.name,
            crash.task.params.name,
            Status.FAILED,
            fault.code,
            fault.located(roi=target.name).message,
            crash.task.notes,
            traceback=crash.traceback,
        )
        for target in crash.task.targets
    )
