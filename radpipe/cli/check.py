"""``radpipe check``: open everything, measure nothing."""

import typer

from radpipe.cli.options import (
    USUAL_TIMEOUT,
    Cases,
    Dataset,
    IncludePartial,
    Jobs,
    Labels,
    MemPerTask,
    Merges,
    MinDice,
    Modalities,
    Out,
    Policies,
    Retries,
    RoiDictionary,
    Rois,
    Source,
    TaskTimeout,
)
from radpipe.cli.say import say

__all__ = ["register"]

SHOWN = 40
"""Most ROI names that are listed."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe check HN1 -d hn1 --roi GTV-1 -o out")(check)


def check(
    source: Source,
    out: Out,
    dataset: Dataset = "dicom",
    roi: Rois = None,
    merge: Merges = None,
    modality: Modalities = None,
    case: Cases = None,
    jobs: Jobs = 1,
    task_timeout: TaskTimeout = USUAL_TIMEOUT,
    mem_per_task: MemPerTask = None,
    retries: Retries = 1,
    policy: Policies = None,
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    roi_dictionary: RoiDictionary = None,
    label: Labels = None,
) -> None:
    """Open every image and mask that would be measured and say what is wrong, in OUT/check.csv."""
    from radpipe.datasets.options import DatasetOptions
    from radpipe.errors import Policy
    from radpipe.pipeline import check as run
    from radpipe.problems import problem
    from radpipe.run.executors.protocol import Limits

    summary = run(
        source,
        out=out,
        dataset=dataset,
        rois=roi or (),
        merges=merge or (),
        modalities=modality or (),
        cases=case or (),
        jobs=jobs,
        limits=Limits(task_timeout or None, mem_per_task, retries),
        isolate=True,
        policy=Policy.parse(policy or ()),
        options=DatasetOptions(include_partial, min_dice, roi_dictionary, DatasetOptions.parse_labels(label or ())),
        quiet=False,
    )
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
