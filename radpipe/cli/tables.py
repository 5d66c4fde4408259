"""``radpipe tables``: write the tables of what was measured."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say
from radpipe.cli.work import TRY_AGAIN

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe tables out --wait 60")(tables)


def tables(
    out: Annotated[Path, typer.Argument(help="Output folder with a plan.", show_default=False)],
    partial: Annotated[
        bool, typer.Option("--partial", help="Write rows that are still open as skipped, with E_STOPPED.")
    ] = False,
    long: Annotated[bool, typer.Option("--long", help="Write features_long.parquet though it is large.")] = False,
    wait: Annotated[
        float,
        typer.Option(
            "--wait",
            min=0,
            help="Seconds to look again while rows are open: a network disk may show late what other machines wrote.",
        ),
    ] = 0.0,
) -> None:
    """Write the tables of what `radpipe work` measured.

    Exit code 0: all measured; 1: some failed; 75: rows are open, and nothing was written.
    """  # fmt: skip
    from radpipe.batch import tables as run

    summary, still_open = run(out, partial=partial, with_long=long, wait_s=wait)
    if summary is None:
        say(f"{still_open} rows are not yet measured; radpipe status {out} names the shards, --partial writes the rest")
        raise typer.Exit(TRY_AGAIN)
    say(str(summary.account))
    for code, count in summary.codes:
        say(f"  {count} x {code}")
    say(f"table: {summary.features}")
    if summary.account.failed:
        raise typer.Exit(1)
