"""``radpipe plan``: plan a run that many processes will work off, and say how to start them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radpipe.cli.options import (
    Cases,
    Dataset,
    IncludePartial,
    Labels,
    Merges,
    MinDice,
    Modalities,
    Out,
    Policies,
    Register,
    RoiDictionary,
    Rois,
    Source,
    Transforms,
)
from radpipe.cli.say import say

if TYPE_CHECKING:
    from radpipe.store.plans import PlanFile

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe plan HN1 -d hn1 --roi GTV-1 -p ct_head_neck --shards 100 -o out")(plan)


def plan(
    source: Source,
    out: Out,
    params: Annotated[
        str,
        typer.Option(
            "--params", "-p", help="Preset (`radpipe params`) or PyRadiomics parameter file.", show_default=False
        ),
    ],
    dataset: Dataset = "dicom",
    roi: Rois = None,
    merge: Merges = None,
    modality: Modalities = None,
    case: Cases = None,
    engine: Annotated[
        str, typer.Option("--engine", help="`native`, or `pyradiomics` where it is installed.")
    ] = "native",
    policy: Policies = None,
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    roi_dictionary: RoiDictionary = None,
    label: Labels = None,
    register_by: Register = "",
    transform: Transforms = None,
    private: Annotated[
        Path | None,
        typer.Option(
            "--private", help="Key file, outside OUT: ids become keyed digests; the plan lies in KEYFILE.plans."
        ),
    ] = None,
    shards: Annotated[int, typer.Option("--shards", min=1, help="Shares of the plan: jobs of the array.")] = 1,
) -> None:
    """Plan a run without measuring, and print the lines to submit it to SLURM or LSF.

    Then `radpipe work OUT` measures, in as many processes as you like, and `radpipe tables OUT` writes the tables.
    """
    from radpipe.batch import plan as run
    from radpipe.datasets.options import DatasetOptions
    from radpipe.errors import Policy

    planned = run(
        source,
        params=params,
        out=out,
        dataset=dataset,
        rois=roi or (),
        merges=merge or (),
        modalities=modality or (),
        cases=case or (),
        engine=engine,
        policy=Policy.parse(policy or ()),
        options=DatasetOptions(include_partial, min_dice, roi_dictionary, DatasetOptions.parse_labels(label or ())),
        private=private,
        register=register_by,
        transforms=transform or "",
        shards=shards,
    )
    say(f"{planned.rows} rows planned, {planned.tasks} images to measure, {planned.cases} cases")
    for line in _lines(planned, out.resolve(), private=private is not None):
        say(line)


def _lines(planned: "PlanFile", out: Path, *, private: bool) -> list[str]:
    command = f"radpipe work {out}" + (f" --plan {planned.path.resolve()}" if private else "")
    if planned.shards == 1:
        return [f"to measure: {command}", f"then:       radpipe tables {out}"]
    images = -(-planned.tasks // planned.shards)
    return [
        f"{planned.shards} shards of about {images} images; a shard should take 10 minutes to some hours, on 4 cores "
        f"{images / 4 * 26e-3 / 60:.1f} min for radiographs of 26 ms, {images / 4 * 10 / 60:.0f} min for CTs of 10 s",
        "",
        "#!/bin/bash",
        f"#SBATCH --array=0-{planned.shards - 1}",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH --time=04:00:00",
        "#SBATCH --requeue",
        "#SBATCH --open-mode=append",
        "#SBATCH --signal=B:TERM@120",
        f"exec {command}",
        "",
        f"LSF: bsub -J 'radpipe[1-{planned.shards}]' -n 4 -R 'span[hosts=1]' {command}",
        f"when all have ended: radpipe status {out} && radpipe tables {out} --wait 60",
    ]
