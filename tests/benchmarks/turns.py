"""Turns of contestants that live in processes of their own, so that two programs are timed in pairs."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

CLASSES = dict.fromkeys(("firstorder", "shape", "glcm", "glrlm", "glszm", "gldm", "ngtdm"))
PLAIN = {"setting": {"binWidth": 25}, "featureClass": CLASSES}
"""What all contestants measure: all classes on the original image, as parameters of PyRadiomics."""

LEAST_SECONDS = 0.3
"""A contestant's turn lasts at least so long: small ROIs are measured again and again."""


def turn(call: Callable[[], object], least_seconds: float) -> float:
    """Return the median seconds of CPU of the calls of one turn; small ROIs are measured again and again."""
    seconds: list[float] = []
    while sum(seconds) < least_seconds:
        began = time.process_time()
        call()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def take_turns(call: Callable[[], object], least_seconds: float) -> None:
    """Answer each line of the standard input by the seconds of a turn, after a first call that compiles."""
    call()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(f"{turn(call, least_seconds)}\n")
        sys.stdout.flush()


class Peer:
    """A contestant in a process of its own, which has the arrays."""

    def __init__(
        self,
        command: Sequence[str],
        arrays: Mapping[str, npt.NDArray[Any]],
        least_seconds: float,
        environment: Mapping[str, str],
    ) -> None:
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "arrays.npz"
        np.savez(file, **arrays)  # type: ignore[arg-type]
        self._process = subprocess.Popen(
            [*command, str(file), str(least_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environment),
        )
        self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        answer = self._process.stdout.readline().strip()
        if not answer:
            sys.exit(f"{self._process.args!r} ended with {self._process.wait()}")
        return answer

    def turn(self) -> float:
        """Return the seconds of a turn."""
        assert self._process.stdin is not None
        self._process.stdin.write("turn\n")
        self._process.stdin.flush()
        return float(self._answer())

    def __enter__(self) -> "Peer":
        """Use it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()


def peak_gb() -> float:
    """Return the most memory that this process has held.

    ``getrusage`` would begin with what the process that started it held.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**20
