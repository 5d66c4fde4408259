"""Progress on a pipe: one line at the end, and one now and then, each with the time of day."""

import re

import pytest

from radpipe.run import progress
from radpipe.run.progress import LiveProgress, PlainProgress, SilentProgress, progress_for


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the test sets."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that was written, without its time of day."""
    (told,) = capsys.readouterr().err.splitlines()
    when, said = told[:19], told[20:]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", when)
    return said


def test_a_line_when_ten_seconds_have_passed_and_one_at_the_end(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with PlainProgress(4) as told:
        clock[0] += 6
        told.advance(2, 0)
        assert capsys.readouterr().err == ""
        clock[0] += 4
        told.advance(1, 1)
        assert line(capsys) == "2/4 images, 3 ROIs ok, 1 failed, 12.0 images/min, 0 min left"
        clock[0] += 5
        told.advance(1, 0)
    assert line(capsys) == "3/4 images, 4 ROIs ok, 1 failed, 12.0 images/min, 0 min left"


def test_a_log_of_six_hours_has_some_eighty_lines(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    with PlainProgress(21_600) as told:
        for _ in range(21_600):
            clock[0] += 1
            told.advance(1, 0)
    lines = capsys.readouterr().err.splitlines()
    # 10 s apart for 100 s; each next one at 10/9 of the last: log(60) / log(10/9) = 39 to 6,000 s; then every 600 s.
    assert abs(len(lines) - (10 + 39 + 26)) <= 2
    assert re.search(r"images/min, \d\.\d h left$", lines[9])
    assert re.search(r"images/min, \d+ min left$", lines[-3])
    assert lines[-1].endswith("21600/21600 images, 21600 ROIs ok, 0 failed, 60.0 images/min")


def test_a_sentence_has_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with PlainProgress(1) as told:
        told.say("stopping")
    assert capsys.readouterr().err.startswith("stopping\n")


def test_silence_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with SilentProgress() as told:
        told.advance(1, 1)
        told.say("stopping")
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, kind in ((True, LiveProgress), (False, PlainProgress)):
        monkeypatch.setattr(progress.sys.stderr, "isatty", lambda terminal=terminal: terminal)
        assert isinstance(progress_for(3), kind)
