"""``radpipe describe``: a first look at the table of a run."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe describe out")(describe)


def describe(
    out: Annotated[Path, typer.Argument(help="Output folder of `radpipe extract`.", show_default=False)],
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder of page and tables. Default: OUT/described.", show_default=False)
    ] = None,
) -> None:
    """Take a first look at a feature table: distributions, gaps, constants, outlying rows, what follows volume.

    Writes one page and two tables, so that a minute tells whether a run is sane.
    """
    from radpipe.pipeline import read_features
    from radpipe.qc.describe.numbers import described
    from radpipe.qc.describe.page import write_description

    frame = read_features(out)
    description = described(frame)
    for sentence in description.sentences:
        say(sentence)
    say(f"page: {write_description(description, frame, to or out / 'described')}")
