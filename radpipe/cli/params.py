"""``radpipe params``: the presets."""

from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(params)


def params(
    name: Annotated[str | None, typer.Argument(help="Preset or file to show and check.", show_default=False)] = None,
) -> None:
    """List the presets, or show one with the reason for each choice; a file is checked."""
    from pathlib import Path

    from radpipe.features.params_file import load_params, preset_names, preset_path

    if name is None:
        for one in preset_names():
            first = preset_path(one).read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            say(f"{one:14s} {first}")
        say("radpipe params NAME shows one; copy it to a file to change it.")
        return
    params = load_params(name)
    path = Path(name) if Path(name).is_file() else preset_path(name)
    say(path.read_text(encoding="utf-8").rstrip())
    for remark in params.remarks:
        say(f"# {remark}")
