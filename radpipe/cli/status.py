"""``radpipe status``: the account of a run, going on or finished."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from radpipe.cli.say import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(out: Annotated[Path, typer.Argument(help="Output folder of a run.", show_default=False)]) -> None:
    """Account for a run, going on or finished, from any machine: planned = ok + failed + skipped.

    Of a plan that was cut into shards it names those with open rows, as a scheduler takes them.
    """
    from radpipe.batch import status as account

    standing = account(out)
    say(str(standing.account))
    for code, count in standing.codes:
        say(f"  {count} x {code}")
    if standing.account.open:
        done = standing.images - standing.images_open
        say(f"{done} of {standing.images} images measured{_pace(standing.per_minute, standing.minutes_left)}")
        for config, shards in standing.open_shards.items():
            say(f"open shards of {config}: {ranges(shards)}")
        if standing.open_shards:
            say("submit them again, for instance sbatch --array=" + ranges(next(iter(standing.open_shards.values()))))
        say("not finished: start the same command again to go on")
    raise typer.Exit(1 if standing.account.failed or standing.account.open else 0)


def _pace(per_minute: float, minutes_left: float | None) -> str:
    if minutes_left is None:
        return ", none in the last ten minutes"
    left = f"{minutes_left:.0f} min" if minutes_left < 120 else f"{minutes_left / 60:.1f} h"
    return f", {per_minute:.1f} a minute, {left} left"


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers as SLURM's ``--array`` takes them.

    Parameters
    ----------
    numbers
        Sorted.

    Examples
    --------
    >>> ranges([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
