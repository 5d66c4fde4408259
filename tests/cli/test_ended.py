"""The exit code of a run or a check, and what is told before it."""

from pathlib import Path

import pytest
import typer

from radpipe.cli.ended import leave, tell_run
from radpipe.cli.say import accounts
from radpipe.store.ledger import Account
from radpipe.summaries import RunSummary

TABLE = Path("out/tables/features.csv")


def summary(ok: int, failed: int = 0, skipped: int = 0, *, stopped: int = 0) -> RunSummary:
    codes = tuple((code, count) for code, count in (("E_SUV", failed), ("E_ROI_MISSING", skipped)) if count)
    return RunSummary(Path("out"), TABLE, Account(ok + failed + skipped, ok, failed, skipped), codes, stopped)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (summary(2, failed=1), 1),
        (summary(0, skipped=2), 3),
        (summary(2, failed=1, stopped=15), 143),  # shells: 128 + SIGTERM
        (summary(0, failed=1, skipped=1), 1),
    ],
)
def test_the_exit_code_says_how_a_run_ended(ended: RunSummary, code: int) -> None:
    with pytest.raises(typer.Exit) as left:
        leave(ended, "nothing")
    assert left.value.exit_code == code


def test_a_run_with_a_measured_row_and_skipped_ones_is_all_well(capsys: pytest.CaptureFixture[str]) -> None:
    leave(summary(1, skipped=2), "nothing")
    assert capsys.readouterr().out == ""


def test_nothing_measured_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        leave(summary(0, skipped=2), "nothing was measured")
    assert capsys.readouterr().out == "nothing was measured\n"


def test_account_codes_and_table_are_told_in_this_order(capsys: pytest.CaptureFixture[str]) -> None:
    tell_run(summary(1, skipped=2), TABLE)
    assert capsys.readouterr().out.splitlines() == [
        "3 planned = 1 ok + 0 failed + 2 skipped",
        "  2 x E_ROI_MISSING",
        "  each is explained in out/tables/failures.csv and by `radpipe codes`",
        "table: out/tables/features.csv",
    ]


def test_quiet_tells_only_what_went_wrong(capsys: pytest.CaptureFixture[str], logging_as_before: None) -> None:
    accounts.setLevel("ERROR")
    tell_run(summary(3), TABLE)
    assert capsys.readouterr().out == ""
    with pytest.raises(typer.Exit):
        tell_run(summary(2, failed=1), TABLE)
    assert "1 x E_SUV" in capsys.readouterr().out
