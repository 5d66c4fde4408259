"""``radpipe validate``: a locked model on other patients."""

from pathlib import Path
from typing import Annotated, Any

import typer

from radpipe.cli.say import say
from radpipe.cli.shared import takes
from radpipe.cli.survival_values import tables_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe validate model.yaml out --clinical clinical.csv --dataset generic --event died --time "
        "days -o validation"
    )(validate)


@takes(tables=tables_of)
def validate(
    model: Annotated[
        Path,
        typer.Argument(
            help="File of `radpipe survival --save-model`, a signature's file, or a built-in signature's name.",
            show_default=False,
        ),
    ],
    tables: dict[str, Any],
    horizon: Annotated[
        list[float] | None,
        typer.Option(
            "--horizon", help="Years of absolute risks; may be repeated. Default: 2 and 5.", show_default=False
        ),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", help="Column of scanners or centres. Default: as the model calls it.", show_default=False
        ),
    ] = None,
) -> None:
    """Judge a locked model on patients that it was not made from, unchanged.

    Writes `OUT/validation.html`, figures and tables: order, size and spread of its risks, risk groups, decision curve,
    case mix. A table measured otherwise than the model's own is refused, and every difference named.
    """  # fmt: skip
    from radpipe.report.validation_page import answer
    from radpipe.survival_pipeline import validate_model

    judged = validate_model(model, **tables, horizons_years=tuple(horizon or (2.0, 5.0)), batch=batch)
    say(f"{judged.model.name}: {len(judged.event)} patients, {int(judged.event.sum())} events")
    for sentence in answer(judged):
        say(f"  {sentence}")
    for warning in judged.warnings:
        say(f"warning: {warning}")
    say(f"page: {tables['out'] / 'validation.html'}")
