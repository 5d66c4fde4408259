"""``radpipe perturb``: measure a cohort in perturbed states."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from radpipe.cli.ended import tell_dry_run, tell_run
from radpipe.cli.options import DryRun, RetryFailed
from radpipe.cli.say import is_quiet
from radpipe.cli.shared import execution_of, measured_of, takes

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe perturb HN1 -d hn1 --roi GTV-1 --modality CT -p ct_head_neck --states 10 -j 2 -o out"
    )(perturb)


@takes(asked=measured_of, where=execution_of)
def perturb(
    asked: dict[str, Any],
    where: dict[str, Any],
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
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
) -> None:
    """Measure the ROIs of a cohort as they are and in perturbed states, and tell which features agree.

    Start the same command again to go on after a stop: what is published is not measured twice.
    """
    from radpipe.features.variant import states as states_of
    from radpipe.pipeline import extract as run
    from radpipe.request import Request

    plain = Request(**asked)
    resampled = [
        config.ibsi is None and config.settings.resampling_xyz_mm is not None for _, config in plain.presets.entries
    ]
    wanted = letters if letters is not None else ("NTRVC" if all(resampled) else "NVC")
    options = {"noise_sd": noise, "angle_degrees": angle, "volume_share": volume, "contour_mm": contour, "seed": seed}
    request = replace(plain, states=states_of(wanted, states, **options))
    if dry_run:
        tell_dry_run(request)
        return
    summary = run(request, **where, retry_failed=retry_failed, quiet=is_quiet())
    tell_run(summary, summary.features.parent / "robustness.csv")
