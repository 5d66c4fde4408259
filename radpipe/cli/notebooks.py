"""``radpipe notebooks``: the notebooks, to be run and changed."""

from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: radpipe notebooks notebooks")(notebooks)


def notebooks(
    folder: Annotated[Path, typer.Argument(help="Where they are written; made if absent.")] = Path("notebooks"),
) -> None:
    """Write the notebooks, which teach CT, survival, PET, MR and contours on made data or on yours.

    What stands there is not overwritten. `pip install 'radpipe[notebooks]'` brings what runs them.
    """
    from radpipe.examples import write_notebooks

    written, kept = write_notebooks(folder)
    for path, title in written:
        say(f"{path}  {title}")
    for path in kept:
        say(f"{path}  is there already and was left alone")
    say(f"jupyter lab {folder}")
