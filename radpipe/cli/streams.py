"""Standard streams, and the rights of files, as every command wants them."""

import io
import os
import sys
from collections.abc import Sequence

__all__ = ["open_streams", "protect_files"]


def open_streams() -> None:
    """Open standard streams that are closed on nothing, lest the next file get their number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
            setattr(sys, name, os.fdopen(nothing, "r" if number == 0 else "w"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def protect_files(words: Sequence[str]) -> None:
    """Let what is written be read by its owner alone, unless the words of the command line say ``--shared``.

    Parameters
    ----------
    words
        Of the command line.
    """
    if "--shared" not in words:
        os.umask(0o077)
