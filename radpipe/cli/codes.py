"""``radpipe codes``: the registry of problems."""

import json
from typing import Annotated

import typer

from radpipe.cli.options import Form, Forms, codes_like
from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(codes)


def codes(
    code: Annotated[
        str | None, typer.Argument(help="Only this code.", show_default=False, autocompletion=codes_like)
    ] = None,
    form: Form = Forms.TEXT,
) -> None:
    """List every problem code: what it means, what happens by default, what a policy may say, what to do."""
    from radpipe.errors import UsageError
    from radpipe.problems import STAGES, problem

    try:
        stages = STAGES if code is None else {"": (problem(code.strip().upper()),)}
    except KeyError as unknown:
        raise UsageError(unknown.args[0]) from None
    if form is Forms.JSON:
        records = [
            {
                "code": entry.code,
                "default": entry.default,
                "allowed": sorted(entry.allowed),
                "meaning": entry.meaning,
                "do": entry.remedy,
            }
            for entries in stages.values()
            for entry in entries
        ]
        say(json.dumps(records, indent=1))
        return
    for stage, entries in stages.items():
        if stage:
            say(f"{stage}\n{'-' * len(stage)}")
        for entry in entries:
            others = ", ".join(sorted(str(action) for action in entry.allowed if action != entry.default))
            say(f"{entry.code}  [{entry.default}{'; policy: ' + others if others else ''}]")
            say(f"    {entry.meaning}")
            say(f"    Do: {entry.remedy}.")
