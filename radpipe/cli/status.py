"""``radpipe status``: the account of a run."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(out: Annotated[Path, typer.Argument(help="Output folder of a run.", show_default=False)]) -> None:
    """Account for a run, finished or not: planned = ok + failed + skipped."""
    from radpipe.pipeline import status as account

    summary = account(out)
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    if summary.account.open:
        say("not finished: start the same extract command again to go on")
    raise typer.Exit(1 if summary.account.failed or summary.account.open else 0)
