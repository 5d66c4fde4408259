"""Words that hold for every command: they stand anywhere, say how much is told, and keep a log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from radpipe.cli.app import app, main
from radpipe.cli.manners import configure_logging, to_the_front
from radpipe.cli.options import codes_like, datasets_like, presets_like
from radpipe.cli.say import accounts
from radpipe.errors import StorageError


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    logger = logging.getLogger("radpipe")
    before = (list(logger.handlers), logger.level, logger.propagate)
    yield
    for handler in set(logger.handlers) - set(before[0]):
        handler.close()
    logger.handlers, logger.propagate = before[0], before[2]
    logger.setLevel(before[1])
    accounts.setLevel(logging.NOTSET)


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: object) -> tuple[int, str, str]:
    """Run the command line in this process: exit code, standard output and standard error."""
    monkeypatch.setattr("sys.argv", ["radpipe", "--shared", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    return int(left.value.code or 0), told.out, told.err


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("extract IN -o out", "extract IN -o out"),
        ("extract IN -q -o out --log-file run.log", "-q --log-file run.log extract IN -o out"),
        ("status --debug out", "--debug status out"),
        ("extract --log-file=run.log -vv IN", "--log-file=run.log -vv extract IN"),
        ("extract -- -q", "extract -- -q"),
        ("extract IN --log-file", "--log-file extract IN"),
    ],
)
def test_words_for_every_command_may_stand_anywhere(words: str, moved: str) -> None:
    assert " ".join(to_the_front(words.split())) == moved


def test_a_dry_run_tells_what_would_be_measured_and_writes_nothing(
    hn1_cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-r", "GTV-2", "-p", "ct_native", "--dry-run")
    code, out, _ = said(capsys, monkeypatch, *words, "-o", tmp_path / "out")
    # Five patients, two of whom have no GTV-2.
    assert code == 0
    assert "ct_native: 5 images of 5 cases (5 CT), 10 ROIs; 0 images are measured already" in out
    assert "2 rows end without being measured: E_ROI_MISSING" in out
    assert not (tmp_path / "out").exists()


def test_quiet_tells_nothing_and_the_log_keeps_each_image(
    hn1_cohort: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-p", "ct_native", "--case", "HN1001"]
    log = tmp_path / "logs" / "run.log"
    code, out, err = said(capsys, monkeypatch, *words, "-q", "-o", tmp_path / "out", "--log-file", log)
    assert (code, out, err) == (0, "", "")
    lines = log.read_text().splitlines()
    assert any("HN1001, CT: GTV-1 ok (" in line for line in lines)
    assert lines[-1].endswith("ended with exit code 0")
    code, out, _ = said(capsys, monkeypatch, *words, "-o", tmp_path / "out", "--dry-run")
    assert "1 images are measured already" in out


def test_a_fault_is_told_and_logged_also_when_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = said(capsys, monkeypatch, "status", tmp_path, "-q", "--log-file", tmp_path / "a.log")
    assert code == 3
    assert "holds no run" in err
    assert "ended with exit code 3" in (tmp_path / "a.log").read_text()


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"--log-file .* cannot be written"):
        configure_logging(0, tmp_path / "file" / "run.log")


def test_values_are_completed() -> None:
    assert presets_like("PT=pe") == ["PT=pet"]
    assert "ct_head_neck" in presets_like("CT_H")
    assert datasets_like("han") == ["hanseg"]
    assert codes_like("w_few") == ["W_FEW_BINS"]
    told = CliRunner().invoke(app, ["--help"]).output
    assert "--show-completion" in told
    assert isinstance(typer.main.get_command(app).name, str)
