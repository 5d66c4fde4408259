"""``radpipe perturb``: measure a cohort in perturbed states."""

from pathlib import Path
from typing import Annotated

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


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe perturb HN1 -d hn1 --roi GTV-1 -p CT=ct_head_neck --states 10 -j 2 -o out")(
        perturb
    )


def perturb(
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
    letters: Annotated[
        str | None,
        typer.Option(
            "--letters",
            help="Which perturbations, any of NTRVC: noise, translation, rotation, volume, contour. Default: all, "
            "without T and R where the parameters do not resample.",
            show_default=False,
        ),
    ] = None,
    states: Annotated[
        int, typer.Option("--states", min=2, help="Perturbed states of each image; 30 for a paper.")
    ] = 10,
    noise: Annotated[
        float | None,
        typer.Option(
            "--noise", help="SD of N in the image's unit. Default: estimated around each ROI.", show_default=False
        ),
    ] = None,
    angle: Annotated[float, typer.Option("--angle", help="Most degrees of R to either side.")] = 10.0,
    volume: Annotated[float, typer.Option("--volume", help="Most that V changes the volume by, as a share.")] = 0.15,
    contour: Annotated[float, typer.Option("--contour", help="Root mean square shift of the surface by C, mm.")] = 2.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Base of all draws; they follow from the voxels.")] = 0,
    jobs: Jobs = 1,
    task_timeout: TaskTimeout = USUAL_TIMEOUT,
    mem_per_task: MemPerTask = None,
    retries: Retries = 1,
    policy: Policies = None,
    include_partial: IncludePartial = False,
    min_dice: MinDice = None,
    roi_dictionary: RoiDictionary = None,
    label: Labels = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Measure images with failed ROIs again.")
    ] = False,
    private: Annotated[
        Path | None,
        typer.Option("--private", help="Key file, outside OUT; made when it is not there: ids become keyed digests."),
    ] = None,
) -> None:
    """Measure the ROIs of a cohort as they are and in perturbed states, and tell which features agree.

    Start the same command again to go on after a stop: what is published is not measured twice.
    """
    from radpipe.datasets.options import DatasetOptions
    from radpipe.errors import Policy
    from radpipe.features.presets import Presets
    from radpipe.features.variant import states as states_of
    from radpipe.pipeline import extract as run
    from radpipe.run.executors.protocol import Limits

    chosen = Presets.parse(params or (), setting or ())
    resampled = [one.ibsi is None and one.settings.resampling_xyz_mm is not None for _, one in chosen.entries]
    wanted = letters if letters is not None else ("NTRVC" if all(resampled) else "NVC")
    options = {"noise_sd": noise, "angle_degrees": angle, "volume_share": volume, "contour_mm": contour, "seed": seed}
    summary = run(
        source,
        params=chosen,
        out=out,
        dataset=dataset,
        rois=roi or (),
        merges=merge or (),
        modalities=modality or (),
        cases=case or (),
        states=states_of(wanted, states, **options),
        jobs=jobs,
        limits=Limits(task_timeout or None, mem_per_task, retries),
        isolate=True,
        policy=Policy.parse(policy or ()),
        options=DatasetOptions(include_partial, min_dice, roi_dictionary, DatasetOptions.parse_labels(label or ())),
        retry_failed=retry_failed,
        private=private,
        quiet=False,
    )
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    if summary.codes:
        say("  each is explained by `radpipe codes`")
    say(f"table: {summary.features.parent / 'robustness.csv'}")
    if summary.stopped:
        raise typer.Exit(128 + summary.stopped)
    if summary.account.failed:
        raise typer.Exit(1)
    if not summary.account.ok:
        say("nothing was measured: every row was skipped")
        raise typer.Exit(3)
