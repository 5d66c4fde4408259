"""``radpipe work``: measure what of a plan is open, alone or as one of many."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.options import USUAL_TIMEOUT, Dask, Jobs, MemPerTask, Retries, TaskTimeout
from radpipe.cli.say import is_quiet, say

__all__ = ["register"]

TRY_AGAIN = 75
"""``EX_TEMPFAIL``: schedulers can be told to start such a job again."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe work out --shard 17 -j 8")(work)


def work(
    out: Annotated[Path, typer.Argument(help="Output folder with a plan.", show_default=False)],
    shard: Annotated[
        int | None,
        typer.Option(
            "--shard",
            min=0,
            help="Which share of the plan. Default: the place of the job in its array "
            "(SLURM, LSF, PBS, Grid Engine, Kubernetes), else everything.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = None,
    task_timeout: TaskTimeout = USUAL_TIMEOUT,
    mem_per_task: MemPerTask = None,
    retries: Retries = 1,
    plan: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan", help="Of a private run: the plan in `KEYFILE.plans`. Repeat for more.", show_default=False
        ),
    ] = None,
    dask: Dask = "",
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Measure images with failed ROIs again.")
    ] = False,
) -> None:
    """Measure what of the plan is open. Any number of these may run at once, on any machines.

    Exit code 0: the share is published, failed rows included (the tables tell them); 75: stopped before the end.
    """  # fmt: skip
    from radpipe.batch import work as run
    from radpipe.run.executors.protocol import Limits

    limits = Limits(task_timeout or None, mem_per_task, retries)
    summary = run(
        out,
        shard=shard,
        jobs=jobs,
        limits=limits,
        private_plan=plan,
        dask=dask,
        retry_failed=retry_failed,
        quiet=is_quiet(),
    )
    if not is_quiet() or summary.failed:
        say(f"{summary.images} images measured: {summary.ok} ROIs ok, {summary.failed} failed")
    if summary.stopped:
        say("stopped before the end: start the same command again to go on")
        raise typer.Exit(TRY_AGAIN)
