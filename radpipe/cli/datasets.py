"""``radpipe datasets``: the layouts that are known."""

import json
from dataclasses import asdict

import typer

from radpipe.cli.options import Form, Forms
from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(datasets)


def datasets(form: Form = Forms.TEXT) -> None:
    """List the data sets: where to get each, its licence, the folder that is expected, and one command to run."""
    from radpipe.datasets import DATASETS

    if form is Forms.JSON:
        say(json.dumps([asdict(entry) for entry in DATASETS], indent=1))
        return
    for entry in DATASETS:
        say(f"{entry.name}: {entry.title}")
        for what, text in (
            ("source", entry.source),
            ("licence", entry.licence),
            ("layout", entry.layout),
            ("run", entry.command),
        ):
            say(f"  {what:8s} {text}")
