"""The bar: nothing of it in a pipe, and shares reach it."""

import pytest

from radpipe.cli.time_left import time_left


def test_a_pipe_sees_nothing_of_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with time_left("models") as told:
        for share in (0.1, 0.5, 1.0):
            told(share)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_terminal_sees_how_much_is_left(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with time_left("models") as told:
        told(0.5)
    assert "50%" in capsys.readouterr().err
