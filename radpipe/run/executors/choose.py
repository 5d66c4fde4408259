"""Executors by name, as engines have names: a new one is a module and a line of the table."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module

from radpipe.errors import UsageError
from radpipe.run.executors.protocol import BeginsEarly, Executor, Limits, Place

__all__ = ["EXECUTORS", "begun", "choose_executor", "executor_for"]

EXECUTORS: Mapping[str, str] = {
    "serial": "radpipe.run.executors.serial:make",
    "pool": "radpipe.run.executors.pool:make",
    "dask": "radpipe.run.executors.dask:make",
}
"""Name -> MODULE:FUNCTION that makes it for a :class:`~radpipe.run.executors.protocol.Place`; imported when asked."""


def choose_executor(name: str, place: Place) -> Executor:
    """Return the executor of a name.

    Parameters
    ----------
    name
        A key of ``EXECUTORS``.
    place
        What it may take.

    Raises
    ------
    UsageError
        The name is unknown, or what it needs is not installed.
    """
    if name not in EXECUTORS:
        message = f"executor {name!r} is unknown; choose one of {', '.join(EXECUTORS)}"
        raise UsageError(message)
    module, _, function = EXECUTORS[name].partition(":")
    make: Callable[[Place], Executor] = getattr(import_module(module), function)
    return make(place)


def executor_for(jobs: int, limits: Limits | None = None, *, isolate: bool = False, dask: str = "") -> Executor:
    """Return the executor for a number of jobs.

    Parameters
    ----------
    jobs
        Tasks at a time.
    limits
        What a task may take; a limit or more than one job means worker processes.
    isolate
        Worker processes in any case, so that a crash of native code ends its task only.
    dask
        Address or scheduler file of a dask cluster that runs already; then tasks run there, and ``jobs`` is not asked.

    Raises
    ------
    UsageError
        Several jobs or a limit where processes cannot be forked (Windows); there, tasks are measured one by one in this
        process, also where ``isolate`` is asked for.
    """
    limits = limits or Limits()
    if not hasattr(os, "fork"):
        if jobs > 1 or limits.any:
            message = "several jobs and limits need a POSIX system (Linux, macOS, WSL); use one job without limits"
            raise UsageError(message)
        isolate = False
    if dask:
        return choose_executor("dask", Place(0, limits, dask))
    name = "serial" if jobs == 1 and not limits.any and not isolate else "pool"
    return choose_executor(name, Place(jobs, limits))


@contextmanager
def begun(executor: Executor, libraries: Sequence[str]) -> Iterator[Executor]:
    """Let an executor load what tasks will use while they are sought; one without processes does nothing.

    Parameters
    ----------
    executor
        Runs the tasks within the context.
    libraries
        Modules, or as MODULE:FUNCTION functions.
    """
    if not isinstance(executor, BeginsEarly):
        yield executor
        return
    executor.begin(libraries)
    try:
        yield executor
    finally:
        executor.end()
