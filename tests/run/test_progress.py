"""Progress on a pipe: one line at the end, and one whenever ten seconds have passed."""

import pytest

from radpipe.run import progress
from radpipe.run.progress import LiveProgress, PlainProgress, SilentProgress, progress_for


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that the test sets."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_line_when_ten_seconds_have_passed_and_one_at_the_end(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    with PlainProgress(4) as told:
        clock[0] += 6
        told.advance(2, 0)
        assert capsys.readouterr().err == ""
        clock[0] += 4
        told.advance(1, 1)
        assert capsys.readouterr().err == "2/4 images, 3 ROIs ok, 1 failed, 12.0 images/min\n"
        clock[0] += 5
        told.advance(1, 0)
    assert capsys.readouterr().err == "3/4 images, 4 ROIs ok, 1 failed, 12.0 images/min\n"


def test_a_sentence_has_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with PlainProgress(1) as told:
        told.say("stopping")
    assert capsys.readouterr().err.startswith("stopping\n0/1 images")


def test_silence_tells_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with SilentProgress() as told:
        told.advance(1, 1)
        told.say("stopping")
    assert capsys.readouterr() == ("", "")


def test_a_bar_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, kind in ((True, LiveProgress), (False, PlainProgress)):
        monkeypatch.setattr(progress.sys.stderr, "isatty", lambda terminal=terminal: terminal)
        assert isinstance(progress_for(3), kind)
