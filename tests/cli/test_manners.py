"""Words that hold for every command: they stand anywhere, say how much is told, and keep a log."""

from pathlib import Path

import pytest

from radpipe.cli.manners import configure_logging, to_the_front
from radpipe.errors import StorageError


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


def test_a_dry_run_tells_what_would_be_measured_and_writes_nothing(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    words = ("extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-r", "GTV-2", "-p", "ct_native", "--dry-run")
    done = radpipe(*words, "-o", tmp_path / "out")
    # Five patients, two of whom have no GTV-2.
    assert done.code == 0
    assert "ct_native: 5 images of 5 cases (5 CT), 10 ROIs; 0 images are measured already" in done.out
    assert "2 rows end without being measured: E_ROI_MISSING" in done.out
    assert not (tmp_path / "out").exists()


def test_quiet_tells_nothing_and_the_log_keeps_each_image(radpipe, hn1_cohort: Path, tmp_path: Path) -> None:
    words = ["extract", hn1_cohort, "-d", "hn1", "-r", "GTV-1", "-p", "ct_native", "--case", "HN1001"]
    log = tmp_path / "logs" / "run.log"
    done = radpipe(*words, "-q", "-o", tmp_path / "out", "--log-file", log)
    assert (done.code, done.out, done.err) == (0, "", "")
    lines = log.read_text().splitlines()
    assert any("HN1001, CT: GTV-1 ok (" in line for line in lines)
    assert lines[-1].endswith("ended with exit code 0")
    again = radpipe(*words, "-o", tmp_path / "out", "--dry-run")
    assert "1 images are measured already" in again.out


def test_a_fault_is_told_and_logged_also_when_quiet(radpipe, tmp_path: Path) -> None:
    done = radpipe("status", tmp_path, "-q", "--log-file", tmp_path / "a.log")
    assert done.code == 3
    assert "holds no run" in done.err
    assert "ended with exit code 3" in (tmp_path / "a.log").read_text()


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"--log-file .* cannot be written"):
        configure_logging(0, tmp_path / "file" / "run.log")
