"""``radpipe samplesize``: how many patients a prognostic model needs, before it is made."""

from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = "Example: radpipe samplesize -p 37 --c-index 0.7 --events 74 --patients 137 --follow-up 4.1"
    app.command(epilog=example)(samplesize)


def samplesize(
    parameters: Annotated[
        list[int],
        typer.Option(
            "--parameters", "-p", min=1, help="Candidate parameters, all that are looked at. Repeat for several."
        ),
    ],
    events: Annotated[int, typer.Option(min=1, help="Events in a cohort like yours.")],
    patients: Annotated[int, typer.Option(min=1, help="Patients in that cohort.")],
    follow_up: Annotated[float, typer.Option("--follow-up", help="Its mean follow-up in years.")],
    c_index: Annotated[
        float | None, typer.Option("--c-index", help="C that is expected of the model.", show_default=False)
    ] = None,
    r2: Annotated[
        float | None,
        typer.Option(
            "--r2", help="Explained variation (Cox and Snell) that is expected, instead of a C.", show_default=False
        ),
    ] = None,
    horizon: Annotated[float, typer.Option(help="Years at which the risk shall be known.")] = 2.0,
) -> None:
    """Tell how many patients a Cox model of so many candidate parameters needs (Riley 2019).

    Three criteria: predictions at most a tenth too extreme, explained variation at most 0.05 too high, and the mean
    risk known to 0.05.
    """  # fmt: skip
    from radpipe.errors import UsageError
    from radpipe.survival.statistics.sample_size import r2_of_c, sample_size

    if (c_index is None) == (r2 is None):
        message = "tell what is expected of the model: either --c-index or --r2"
        raise UsageError(message)
    if (c_index is not None and not 0.5 < c_index < 1) or events > patients:
        message = "--c-index must lie between 0.5 and 1, and --events cannot exceed --patients"
        raise UsageError(message)
    explained = r2 if r2 is not None else r2_of_c(c_index or 0.5, events / patients)
    typer.echo(f"explained variation {explained:.3f}; {events / patients / follow_up:.3g} events a patient-year")
    for count in parameters:
        size = sample_size(count, explained, events_per_year=events / patients / follow_up, follow_up_years=follow_up,
                           horizon_years=horizon)  # fmt: skip
        typer.echo(
            f"{count:6d} parameters: {size.patients:8,d} patients ({size.events_per_parameter:.1f} events a parameter)"
            "; "
            f"shrinkage {size.shrinkage:,d}, apparent {size.apparent:,d}, mean risk {size.overall:,d}"
        )
