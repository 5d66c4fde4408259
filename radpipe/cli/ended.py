"""How a run ended: told in sentences, and as an exit code."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from radpipe.cli.say import is_quiet, say

if TYPE_CHECKING:
    from radpipe.request import Request
    from radpipe.summaries import CheckSummary, RunSummary

__all__ = ["leave", "tell_dry_run", "tell_run"]


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
    if is_quiet() and not summary.codes and not summary.stopped:
        return
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    if summary.codes:
        say(f"  each is explained in {summary.features.parent / 'failures.csv'} and by `radpipe codes`")
    say(f"table: {table}")
    leave(summary, "nothing was measured: every row was skipped")


def leave(summary: "RunSummary | CheckSummary", nothing: str) -> None:
    """Leave with the exit code of a run or check, unless all is well.

    Parameters
    ----------
    summary
        How it ended.
    nothing
        Said where no row is ok.

    Raises
    ------
    typer.Exit
        128 + signal when it was stopped, 1 when rows failed, 3 when no row is ok.
    """
    if summary.stopped:
        raise typer.Exit(128 + summary.stopped)
    if summary.account.failed:
        raise typer.Exit(1)
    if not summary.account.ok:
        say(nothing)
        raise typer.Exit(3)


def tell_dry_run(request: "Request") -> None:
    """Tell what a request would measure; nothing is written.

    Parameters
    ----------
    request
        What is asked.

    Raises
    ------
    RadpipeError
        As the run itself.
    """
    from radpipe.planning import dry_run

    foreseen = dry_run(request)
    for sentence in foreseen.problems:
        say(f"  {sentence}")
    for config in foreseen.configs:
        say(
            f"{config.name}: {config.images} images of {foreseen.cases} cases ({config.modalities}), {config.rows} "
            f"ROIs; {config.measured} images are measured already"
        )
        for code, count in config.codes:
            say(f"  {count} rows end without being measured: {code}")
        say(f"  ROIs: {', '.join(f'{name} ({count})' for name, count in config.rois)}")
    say(f"nothing was written to {request.folder}")
