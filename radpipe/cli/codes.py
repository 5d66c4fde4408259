"""``radpipe codes``: the registry of problems."""

from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(codes)


def codes(
    code: Annotated[str | None, typer.Argument(help="Only this code.", show_default=False)] = None,
) -> None:
    """List every problem code: what it means, what happens by default, what a policy may say, what to do."""
    from radpipe.errors import UsageError
    from radpipe.problems import PROBLEMS, problem

    try:
        entries = list(PROBLEMS.values()) if code is None else [problem(code)]
    except KeyError as unknown:
        raise UsageError(unknown.args[0]) from None
    for one in entries:
        others = ", ".join(sorted(str(action) for action in one.allowed if action != one.default))
        say(f"{one.code}  [{one.default}{'; policy: ' + others if others else ''}]")
        say(f"    {one.meaning}")
        say(f"    Do: {one.remedy}.")
