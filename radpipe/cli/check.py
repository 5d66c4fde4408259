"""``radpipe check``: open everything, measure nothing."""

from typing import Any

import typer

from radpipe.cli.say import say
from radpipe.cli.shared import chosen_of, here_of, takes

__all__ = ["register"]

SHOWN = 40
"""Most ROI names that are listed."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe check HN1 -d hn1 --roi GTV-1 -o out")(check)


@takes(chosen=chosen_of, where=here_of)
def check(chosen: dict[str, Any], where: dict[str, Any]) -> None:
    """Open every image and mask that would be measured and say what is wrong, in OUT/check.csv."""
    from radpipe.pipeline import check as run
    from radpipe.problems import problem
    from radpipe.request import Request

    summary = run(Request(**chosen), **where, quiet=False)
    say(f"{summary.cases} cases. {summary.account}")
    if summary.files:
        say(f"Files: {', '.join(f'{count} {words}' for words, count in summary.files)}")
    for told in summary.problems:
        say(f"  {told}")
    for code, count in summary.codes:
        say(f"  {count} x {code}: {problem(code).meaning}")
    say("ROI (cases that have it):")
    for name, count in summary.coverage[:SHOWN]:
        say(f"  {count:5d}  {name}")
    if len(summary.coverage) > SHOWN:
        say(f"         and {len(summary.coverage) - SHOWN} more names")
    say(f"rows: {summary.table}")
    if summary.stopped:
        raise typer.Exit(128 + summary.stopped)
    if summary.account.failed:
        raise typer.Exit(1)
