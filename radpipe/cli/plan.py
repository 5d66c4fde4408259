"""``radpipe plan``: plan a run that many processes will work off, and say how to start them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from radpipe.cli.options import Controls
from radpipe.cli.say import is_quiet, say
from radpipe.cli.shared import measured_of, takes
from radpipe.cli.states import drawn_of, with_states

if TYPE_CHECKING:
    from collections.abc import Sequence

    from radpipe.store.plans import PlanFile

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe plan HN1 -d hn1 --roi GTV-1 -p ct_head_neck --shards 100 -o out")(plan)


@takes(asked=measured_of, drawn=drawn_of)
def plan(
    asked: dict[str, Any],
    drawn: dict[str, Any],
    states: Annotated[
        int | None,
        typer.Option(
            "--states",
            min=2,
            help="Perturbed states of each image; 30 for a paper.",
            show_default=False,
        ),
    ] = None,
    control: Controls = None,
    shards: Annotated[int, typer.Option("--shards", min=1, help="Shares of the plan: jobs of the array.")] = 1,
) -> None:
    """Plan a run without measuring, and print the lines to submit it to SLURM or LSF.

    Then `radpipe work OUT` measures, in as many processes as you like, and `radpipe tables OUT` writes the tables.
    """
    from radpipe.batch import plan as run
    from radpipe.errors import UsageError
    from radpipe.request import Request

    request = Request(**asked, controls=control or ())
    if states is not None:
        request = with_states(request, states, drawn)
    elif drawn["letters"] is not None:
        message = "--letters says how states are made: say with --states how many"
        raise UsageError(message)
    planned = run(request, shards=shards, quiet=is_quiet())
    for plan_file in planned:
        part = f"{plan_file.config}: " if len(planned) > 1 else ""
        say(f"{part}{plan_file.rows} rows planned, {plan_file.tasks} images to measure, {plan_file.cases} cases")
    for line in _lines(planned, request.folder.resolve(), private=request.private is not None):
        say(line)


def _lines(planned: "Sequence[PlanFile]", out: Path, *, private: bool) -> list[str]:
    command = " ".join(
        [f"radpipe work {out}", *(f"--plan {plan_file.path.resolve()}" for plan_file in planned if private)]
    )
    shards = planned[0].shards
    if shards == 1:
        return [f"to measure: {command}", f"then:       radpipe tables {out}"]
    images = -(-sum(plan_file.tasks for plan_file in planned) // shards)
    return [
        f"{shards} shards of about {images} images; a shard should take 10 minutes to some hours, on 4 cores "
        f"{images / 4 * 26e-3 / 60:.1f} min for radiographs of 26 ms, {images / 4 * 10 / 60:.0f} min for CTs of 10 s",
        "",
        "#!/bin/bash",
        f"#SBATCH --array=0-{shards - 1}",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH --time=04:00:00",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        "#SBATCH --signal=B:TERM@120",
        f"exec {command}",
        "",
        f"LSF: bsub -J 'radpipe[1-{shards}]' -n 4 -R 'span[hosts=1]' {command}",
        f"when all have ended: radpipe status {out} && radpipe tables {out} --wait 60",
    ]
