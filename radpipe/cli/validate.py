"""``radpipe validate``: a locked model on other patients."""

from pathlib import Path
from typing import Annotated, Any

import typer

from radpipe.cli.options import Out
from radpipe.cli.say import say
from radpipe.cli.shared import takes
from radpipe.cli.survival_options import (
    ClinicalTableFile,
    Dataset,
    EndpointName,
    EventColumn,
    FeatureTable,
    PrivateKey,
    RoiName,
    TimeColumn,
    TimeUnit,
)
from radpipe.cli.table_options import reading_of

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe validate model.yaml out --clinical clinical.csv --dataset generic --event died --time "
        "days -o validation"
    )(validate)


@takes(reading=reading_of)
def validate(
    model: Annotated[
        Path,
        typer.Argument(
            help="File of `radpipe survival --save-model`, a signature's file, or a built-in signature's name.",
            show_default=False,
        ),
    ],
    features: FeatureTable,
    clinical: ClinicalTableFile,
    out: Out,
    dataset: Dataset = "hn1",
    endpoint: EndpointName = "overall_survival",
    roi: RoiName = None,
    event: EventColumn = None,
    time: TimeColumn = None,
    unit: TimeUnit = "days",
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
    private: PrivateKey = None,
    reading: Any = None,
) -> None:
    """Judge a locked model on patients that it was not made from, unchanged.

    Writes `OUT/validation.html`, figures and tables: order, size and spread of its risks, risk groups, decision curve,
    case mix. A table measured otherwise than the model's own is refused, and every difference named.
    """  # fmt: skip
    from radpipe.report.validation_page import answer
    from radpipe.survival_pipeline import validate_model

    found = validate_model(
        model, features, clinical, out, dataset=dataset, endpoint=endpoint, roi=roi, event=event, time=time, unit=unit,
        horizons_years=tuple(horizon or (2.0, 5.0)), batch=batch, private=private, reading=reading,
    )  # fmt: skip
    say(f"{found.model.name}: {len(found.event)} patients, {int(found.event.sum())} events")
    for sentence in answer(found):
        say(f"  {sentence}")
    for warning in found.warnings:
        say(f"warning: {warning}")
    say(f"page: {out / 'validation.html'}")
