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
    from radpipe.problems import PROBLEMS, problem

    try:
        entries = list(PROBLEMS.values()) if code is None else [problem(code.strip().upper())]
    except KeyError as unknown:
        raise UsageError(unknown.args[0]) from None
    if form is Forms.JSON:
        records = [
            {
                "code": one.code,
                "default": one.default,
                "allowed": sorted(one.allowed),
                "meaning": one.meaning,
                "do": one.remedy,
            }
            for one in entries
        ]
        say(json.dumps(records, indent=1))
        return
    for one in entries:
        others = ", ".join(sorted(str(action) for action in one.allowed if action != one.default))
        say(f"{one.code}  [{one.default}{'; policy: ' + others if others else ''}]")
        say(f"    {one.meaning}")
        say(f"    Do: {one.remedy}.")
