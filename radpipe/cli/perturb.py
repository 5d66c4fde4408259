"""``radpipe perturb``: measure a cohort in perturbed states."""

from typing import Annotated, Any

import typer

from radpipe.cli.ended import tell_dry_run, tell_run
from radpipe.cli.options import DryRun, RetryFailed
from radpipe.cli.say import is_quiet
from radpipe.cli.shared import execution_of, measured_of, takes
from radpipe.cli.states import drawn_of, with_states

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe perturb HN1 -d hn1 --roi GTV-1 --modality CT -p ct_head_neck --states 10 -j 2 -o out"
    )(perturb)


@takes(asked=measured_of, where=execution_of, drawn=drawn_of)
def perturb(
    asked: dict[str, Any],
    where: dict[str, Any],
    drawn: dict[str, Any],
    states: Annotated[
        int, typer.Option("--states", min=2, help="Perturbed states of each image; 30 for a paper.")
    ] = 10,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
) -> None:
    """Measure the ROIs of a cohort as they are and in perturbed states, and tell which features agree.

    Start the same command again to go on after a stop: what is published is not measured twice.
    """
    from radpipe.pipeline import extract as run
    from radpipe.request import Request

    request = with_states(Request(**asked), states, drawn)
    if dry_run:
        tell_dry_run(request)
        return
    summary = run(request, **where, retry_failed=retry_failed, quiet=is_quiet())
    tell_run(summary, summary.features.parent / "robustness.csv")
