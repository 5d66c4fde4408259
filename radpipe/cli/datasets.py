"""``radpipe datasets``: the layouts that are known."""

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(datasets)


def datasets() -> None:
    """List the data sets: where to get each, its licence, the folder that is expected, and one command to run."""
    from radpipe.datasets import DATASETS

    for one in DATASETS:
        typer.echo(f"{one.name}: {one.title}")
        for what, told in (
            ("source", one.source),
            ("licence", one.licence),
            ("layout", one.layout),
            ("run", one.command),
        ):
            typer.echo(f"  {what:8s} {told}")
