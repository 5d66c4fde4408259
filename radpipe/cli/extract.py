"""``radpipe extract``: measure a cohort."""

from typing import Any

import typer

from radpipe.cli.ended import tell_dry_run, tell_run
from radpipe.cli.options import Controls, DryRun, Pictures, RetryFailed
from radpipe.cli.say import is_quiet, say
from radpipe.cli.shared import execution_of, measured_of, takes

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe extract HN1 -d hn1 --roi GTV-1 --modality CT --params aerts2014 -j 2 -o out")(
        extract
    )


@takes(asked=measured_of, where=execution_of)
def extract(
    asked: dict[str, Any],
    where: dict[str, Any],
    control: Controls = None,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    qc: Pictures = False,
) -> None:
    """Measure the ROIs of a cohort and write its tables.

    Start the same command again to go on after a stop: what is published is not measured twice.
    """
    from radpipe.pipeline import extract as run
    from radpipe.request import Request

    request = Request(**asked, controls=control or ())
    if dry_run:
        tell_dry_run(request)
        return
    summary = run(request, **where, retry_failed=retry_failed, qc=qc, quiet=is_quiet())
    if qc and summary.account.ok and not summary.stopped:
        say(f"page of masks, to open in a browser: {summary.out / 'qc' / 'index.html'}")
    tell_run(summary, summary.features)
