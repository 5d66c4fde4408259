"""``radpipe params``: the presets."""

from typing import Annotated

import typer

from radpipe.cli.options import Form, Forms, presets_like
from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(params)


def params(
    name: Annotated[
        str | None,
        typer.Argument(help="Preset or file to show and check.", show_default=False, autocompletion=presets_like),
    ] = None,
    form: Form = Forms.TEXT,
) -> None:
    """List the presets, or show one with the reason for each choice; a file is checked."""
    import json
    from pathlib import Path

    from radpipe.features.params_file import load_params, preset_names, preset_path

    if name is None:
        firsts = {
            preset: preset_path(preset).read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
            for preset in preset_names()
        }
        if form is Forms.JSON:
            records = [
                {"name": preset, "title": first, "for": load_params(preset).purpose.to_json()}
                for preset, first in firsts.items()
            ]
            say(json.dumps(records, indent=1))
            return
        for preset, first in firsts.items():
            say(f"{preset:14s} {first}")
        say("radpipe params NAME shows one; copy it to a file to change it.")
        return
    params = load_params(name)
    if form is Forms.JSON:
        record = {"name": params.name, "remarks": list(params.remarks), **params.to_json()}
        say(json.dumps(record, indent=1))
        return
    path = Path(name) if Path(name).is_file() else preset_path(name)
    say(path.read_text(encoding="utf-8").rstrip())
    for remark in params.remarks:
        say(f"# {remark}")
