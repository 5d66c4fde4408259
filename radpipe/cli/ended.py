"""How a run ended: told in sentences, and as an exit code."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from radpipe.cli.say import say

if TYPE_CHECKING:
    from radpipe.summaries import RunSummary

__all__ = ["tell_run"]


def tell_run(summary: "RunSummary", table: Path) -> None:
    """Tell how a run ended; leave with its exit code unless everything was measured.

    Parameters
    ----------
    summary
        Of the run.
    table
        What its user asked for.

    Raises
    ------
    typer.Exit
        128 + signal when it was stopped, 1 when rows failed, 3 when nothing was measured.
    """
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    if summary.codes:
        say(f"  each is explained in {summary.features.parent / 'failures.csv'} and by `radpipe codes`")
    say(f"table: {table}")
    if summary.stopped:
        raise typer.Exit(128 + summary.stopped)
    if summary.account.failed:
        raise typer.Exit(1)
    if not summary.account.ok:
        say("nothing was measured: every row was skipped")
        raise typer.Exit(3)
