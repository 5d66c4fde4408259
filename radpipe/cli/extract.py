"""``radpipe extract``: measure a cohort."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.options import (
    USUAL_TIMEOUT,
    Cases,
    Dask,
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
    Register,
    Retries,
    RoiDictionary,
    Rois,
    Source,
    TaskTimeout,
    Transforms,
)
from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe extract HN1 -d hn1 --roi GTV-1 --modality CT --params aerts2014 -j 2 -o out")(
        extract
    )


def extract(
    source: Source,
    out: Out,
    dataset: Dataset = "dicom",
    params: Annotated[
        list[str] | None,
        typer.Option(
            "--params",
            "-p",
            help="Preset (`radpipe params`) or PyRadiomics parameter file; `MODALITY=PRESET`, repeated, for several: "
            "`-p CT=ct_head_neck -p PT=pet`. Must be said.",
            show_default=False,
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--setting",
            help="`NAME=VALUE` replaces a setting of the parameters (`binWidth=10`, "
            "`Wavelet.binWidth=5`). Repeat for more.",
            show_default=False,
        ),
    ] = None,
    roi: Rois = None,
    merge: Merges = None,
    modality: Modalities = None,
    case: Cases = None,
    engine: Annotated[
        str, typer.Option("--engine", help="`native`, or `pyradiomics` where it is installed: the same values.")
    ] = "native",
    control: Annotated[
        list[str] | None,
        typer.Option(
            "--control",
            help="Measure this negative control too, in rows of a configuration of its own: `shuffled_roi`, "
            "`randomized_full` ... (docs/robustness.md). Repeat for more.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = 1,
    dask: Dask = "",
    task_timeout: TaskTimeout = USUAL_TIMEOUT,
    mem_per_task: MemPerTask = None,
    retries: Retries = 1,
    policy: Policies = None,
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    roi_dictionary: RoiDictionary = None,
    label: Labels = None,
    register_by: Register = "",
    transform: Transforms = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Measure images with failed ROIs again.")
    ] = False,
    private: Annotated[
        Path | None,
        typer.Option("--private", help="Key file, outside OUT; made when it is not there: ids become keyed digests."),
    ] = None,
) -> None:
    """Measure the ROIs of a cohort and write its tables.

    Start the same command again to go on after a stop: what is published is not measured twice.
    """
    from radpipe.datasets.options import DatasetOptions
    from radpipe.errors import Policy
    from radpipe.features.presets import Presets
    from radpipe.pipeline import extract as run
    from radpipe.run.executors.protocol import Limits

    summary = run(
        source,
        params=Presets.parse(params or (), setting or ()),
        out=out,
        dataset=dataset,
        rois=roi or (),
        merges=merge or (),
        modalities=modality or (),
        cases=case or (),
        engine=engine,
        controls=control or (),
        jobs=jobs,
        dask=dask,
        limits=Limits(task_timeout or None, mem_per_task, retries),
        isolate=True,
        policy=Policy.parse(policy or ()),
        options=DatasetOptions(include_partial, min_dice, roi_dictionary, DatasetOptions.parse_labels(label or ())),
        retry_failed=retry_failed,
        private=private,
        register=register_by,
        transforms=transform or "",
        quiet=False,
    )
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    if summary.codes:
        say(f"  each is explained in {summary.features.parent / 'failures.csv'}")
    say(f"table: {summary.features}")
    if summary.stopped:
        raise typer.Exit(128 + summary.stopped)
    if summary.account.failed:
        raise typer.Exit(1)
    if not summary.account.ok:
        say("nothing was measured: every row was skipped")
        raise typer.Exit(3)
