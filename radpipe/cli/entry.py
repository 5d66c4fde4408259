"""Where the program begins: what takes longest is begun before anything else is imported.

A worker of ``extract`` needs numba and the readers; loading them takes as long as all that the command does before it
has a task. So the process that loads them is started first, by a look at the words of the command line.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from radpipe.cli.streams import open_streams, protect_files
from radpipe.machine import LINEAR_ALGEBRA

__all__ = ["main", "measures"]

MEASURE = frozenset({"extract", "perturb"})
"""Commands that measure here, with the native engine unless they are told otherwise."""

TELL = frozenset({"-h", "--help", "--version", "--dry-run"})
"""Words with which nothing is measured."""

ELSEWHERE = ("--engine", "--dask")
"""Words with which something else is loaded, or in other processes."""

LIBRARIES = ("radpipe.features.native",)
"""What is loaded whatever the settings are; the rest follows when they are known."""

SHARED = ("radpipe.run.worker", "radpipe.run.executors.pool", "yaml")
"""What both processes need."""

DICOM = ("radpipe.imaging.dicom_index", "radpipe.imaging.dicom_series")
"""What reads a folder of DICOM, the data set that is meant where none is named."""

SELDOM = 50_000
"""So many new objects between two searches for cycles; nearly all of a short run's stay."""


def measures(words: Sequence[str]) -> bool:
    """Tell whether the words of a command line ask to measure something new in processes of this machine.

    Parameters
    ----------
    words
        Behind the program's name. The answer decides how fast a run begins, nothing else.

    Examples
    --------
    >>> measures(["-q", "extract", "IN", "-p", "ct_native", "-o", "no_such_folder"])
    True
    >>> measures(["extract", "IN", "--dry-run"]), measures(["describe", "extract"])
    (False, False)
    """
    behind_option = {k + 1 for k, word in enumerate(words) if word == "--log-file"}
    command = next((w for k, w in enumerate(words) if not w.startswith("-") and k not in behind_option), "")
    if command not in MEASURE or TELL.intersection(words) or any(word.startswith(ELSEWHERE) for word in words):
        return False
    # The output folder has a run already, which may be finished.
    return not any(Path(word.rpartition("=")[2], "plans.json").exists() for word in words)


def main() -> None:
    """Run the command line; see :func:`radpipe.cli.app.main`."""
    words = sys.argv[1:]
    if sys.platform != "linux" or not measures(words):
        _run()
        return
    open_streams()
    protect_files(words)
    gc.set_threshold(SELDOM)
    os.environ.update(LINEAR_ALGEBRA)  # the driver computes nothing; idle threads would spin
    _import_shared(words)
    from radpipe.run.executors.ahead import begun_ahead

    with begun_ahead(LIBRARIES, forked=True):
        _run()


def _import_shared(words: Sequence[str]) -> None:
    """Import what both processes need; the other one is forked after it, while this one has one thread and no data."""
    for name in SHARED:
        import_module(name)
    if any(word.startswith(("-d", "--dataset")) for word in words):
        return
    before = sys.modules.get("requests")
    sys.modules["requests"] = None  # type: ignore[assignment]  # with which pydicom loads files for its own tests
    try:
        for name in DICOM:
            import_module(name)
    finally:
        del sys.modules["requests"]
        if before is not None:
            sys.modules["requests"] = before


def _run() -> None:
    from radpipe.cli.app import main as run

    try:
        run()
    finally:
        gc.freeze()  # else the interpreter searches all that was imported for cycles before it ends
