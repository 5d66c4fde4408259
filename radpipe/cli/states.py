"""Options of perturbed states, which ``perturb`` and ``plan`` share."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from radpipe.request import Request

__all__ = ["drawn_of", "with_states"]


def drawn_of(
    letters: Annotated[
        str | None,
        typer.Option(
            "--letters",
            help="Which perturbations, any of NTRVC: noise, translation, rotation, volume, contour. Default: all, "
            "without T and R where the parameters do not resample.",
            show_default=False,
        ),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(
            "--noise", help="SD of N in the image's unit. Default: estimated around each ROI.", show_default=False
        ),
    ] = None,
    angle: Annotated[float, typer.Option("--angle", help="Most degrees of R to either side.")] = 10.0,
    volume: Annotated[float, typer.Option("--volume", help="Most that V changes the volume by, as a share.")] = 0.15,
    contour: Annotated[float, typer.Option("--contour", help="Root mean square shift of the surface by C, mm.")] = 2.0,
    contour_by: Annotated[
        str, typer.Option("--contour-by", help="How C draws: field, or supervoxels of the image (needs scikit-image).")
    ] = "field",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Base of all draws; they follow from the voxels.")] = 0,
) -> dict[str, Any]:
    """Return what states are drawn from: the letters, and fields of :class:`radpipe.features.variant.State`."""
    return {
        "letters": letters,
        "noise_sd": noise,
        "angle_degrees": angle,
        "volume_share": volume,
        "contour_mm": contour,
        "contour_by": contour_by,
        "seed": seed,
    }


def with_states(plain: "Request", count: int, drawn: dict[str, Any]) -> "Request":
    """Ask for perturbed states beside what a request asks for.

    Parameters
    ----------
    plain
        The request.
    count
        Of states.
    drawn
        As :func:`drawn_of` returns it.

    Raises
    ------
    UsageError
        A letter is unknown, or the settings do not allow it.
    """
    from radpipe.features.variant import states

    fields = dict(drawn)
    resampled = [
        config.ibsi is None and config.settings.resampling_xyz_mm is not None for _, config in plain.presets.entries
    ]
    letters = fields.pop("letters") or ("NTRVC" if all(resampled) else "NVC")
    return replace(plain, states=states(letters, count, **fields))
