"""``radpipe join``: one row per patient over modalities, ROIs and settings."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.options import Modalities, Rois
from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe join out --roi GTV-1 --to joined.csv")(join)


def join(
    outs: Annotated[list[Path], typer.Argument(help="Output folders of `radpipe extract`.", show_default=False)],
    to: Annotated[Path, typer.Option("--to", help="The table to write, CSV.")] = Path("joined.csv"),
    roi: Rois = None,
    modality: Modalities = None,
) -> None:
    """Join the tables of runs to one row per patient, with columns MODALITY.ROI.FEATURE.

    `radpipe survival joined.csv` reads it, so that CT and PET stand in one model.
    """
    from radpipe.pipeline import read_features
    from radpipe.tables.export import write_csv
    from radpipe.tables.join import joined

    frame = joined([read_features(out) for out in outs], rois=roi or (), modalities=modality or ())
    write_csv(to, frame)
    complete = int((frame["status"] == "ok").sum())
    say(f"{len(frame)} patients, {complete} with every part; {len(frame.columns) - 9} features")
    say(f"table: {to}")
