"""Where the program begins: what takes longest is begun before anything else is imported.

A worker of ``extract`` needs numba and the readers; loading them takes as long as all that the command does before it
has a task. So the process that loads them is started first, by a look at the words of the command line.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from radpipe.cli.streams import open_streams, protect_files

__all__ = ["main", "measures"]

MEASURE = frozenset({"extract", "perturb"})
"""Commands that measure here, with the native engine unless they are told otherwise."""

TELL = frozenset({"-h", "--help", "--version", "--dry-run"})
"""Words with which nothing is measured."""

ELSEWHERE = ("--engine", "--dask")
"""Words with which something else is loaded, or in other processes."""

LIBRARIES = ("radpipe.features.native",)
"""What is loaded whatever the settings are; the rest follows when they are known."""


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
    if sys.platform != "linux" or not measures(sys.argv[1:]):
        _run()
        return
    open_streams()
    protect_files(sys.argv)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the driver computes nothing; idle threads would spin
    from radpipe.run.executors.ahead import begun_ahead

    with begun_ahead(LIBRARIES):
        _run()


def _run() -> None:
    from radpipe.cli.app import main as run

    run()
