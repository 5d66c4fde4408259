"""A nursery that was started before it was known what runs: the first pool of this process takes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from radpipe.run.executors.nursery_process import NurseryProcess

__all__ = ["ALWAYS", "begun_ahead", "nursery_for"]

ALWAYS = ("radpipe.run.worker",)
"""What every worker imports."""

_AHEAD: ContextVar[list[NurseryProcess] | None] = ContextVar("_AHEAD", default=None)


@contextmanager
def begun_ahead(libraries: Sequence[str], *, forked: bool = False) -> Iterator[None]:
    """Start a nursery now for the pool that is made within the context; one that no pool took is ended with it.

    Parameters
    ----------
    libraries
        What is known to be used beside ``ALWAYS``.
    forked
        As of :class:`radpipe.run.executors.nursery_process.NurseryProcess`.
    """
    waiting = [NurseryProcess((*ALWAYS, *libraries), forked=forked)]
    before = _AHEAD.set(waiting)
    try:
        yield
    finally:
        _AHEAD.reset(before)
        for nursery in waiting:
            nursery.kill_all()


def nursery_for(libraries: Sequence[str]) -> NurseryProcess:
    """Return the nursery that was started ahead, or a new one, which loads what workers will use.

    Parameters
    ----------
    libraries
        Beside ``ALWAYS``.
    """
    waiting = _AHEAD.get()
    if not waiting:
        return NurseryProcess((*ALWAYS, *libraries))
    nursery = waiting.pop()
    nursery.load(libraries)
    return nursery
