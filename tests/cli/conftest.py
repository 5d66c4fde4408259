"""The command line in this process: its words in, exit code and both streams out."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from radpipe.cli.app import main
from radpipe.cli.say import accounts


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Give the log of radpipe its handlers and levels back."""
    logger = logging.getLogger("radpipe")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    for handler in set(logger.handlers) - set(before[0]):
        handler.close()
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])
    accounts.setLevel(logging.NOTSET)


@pytest.fixture
def radpipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, logging_as_before: None
) -> Callable[..., Ended]:
    """Run the command line as a shell would, without the second that a new process takes."""

    def run(*words: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["radpipe", "--shared", *map(str, words)])  # --shared: umask stays as it is
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        told = capsys.readouterr()
        return Ended(int(left.value.code or 0), told.out, told.err)

    return run


@pytest.fixture(scope="session")
def planned_130(
    made_once: Callable[[str, Callable[[Path], object]], Path], manifest_of: Callable[[Path, int], Path]
) -> Path:
    """A manifest of 130 rows on one small image: two whole stripes of a plan, and a third of two images."""

    def make(folder: Path) -> None:
        folder.mkdir()
        manifest_of(folder, 130)

    return made_once("rows130", make) / "cases.csv"
