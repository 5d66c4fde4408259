"""``radpipe check``: open everything, measure nothing but what foretells a run."""

from typing import TYPE_CHECKING, Any

import typer

from radpipe.cli.ended import leave
from radpipe.cli.say import is_quiet, say
from radpipe.cli.shared import foreseen_of, here_of, takes

if TYPE_CHECKING:
    from radpipe.run.forecast import Forecast
    from radpipe.summaries import CheckSummary

__all__ = ["register"]

SHOWN = 40
"""Most ROI names that are listed."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: radpipe check HN1 -d hn1 --roi GTV-1 -o out\n\n"
        "Example: radpipe check HN1 -d hn1 --roi GTV-1 --modality CT -p ct_head_neck -j 2 -o out"
    )(check)


@takes(chosen=foreseen_of, where=here_of)
def check(chosen: dict[str, Any], where: dict[str, Any]) -> None:
    """Open every image and mask that would be measured and say what is wrong, in OUT/check.csv.

    With --params also what the settings would do: voxels that are left, bins, what would be refused, and, from
    measuring the largest image, the time and memory to expect.
    """
    from radpipe.pipeline import check as run
    from radpipe.request import Request

    summary = run(Request(**chosen), **where, quiet=is_quiet())
    if not is_quiet() or summary.account.failed:
        _tell(summary, where["jobs"])
    leave(summary, "nothing would be measured: every row is skipped")


def _tell(summary: "CheckSummary", jobs: int) -> None:
    from radpipe.problems import problem

    say(f"{summary.cases} cases. {summary.account}")
    if summary.files:
        say(f"Files: {', '.join(f'{count} {words}' for words, count in summary.files)}")
    for sentence in summary.problems:
        say(f"  {sentence}")
    for code, count in summary.codes:
        say(f"  {count} x {code}: {problem(code).meaning}")
    say("ROI (cases that have it):")
    for name, count in summary.coverage[:SHOWN]:
        say(f"  {count:5d}  {name}")
    if len(summary.coverage) > SHOWN:
        say(f"         and {len(summary.coverage) - SHOWN} more names")
    for forecast in summary.forecasts:
        say(_expected(forecast, jobs))
    say(f"rows: {summary.table}")


def _expected(forecast: "Forecast", jobs: int) -> str:
    """Say what a run will take; processes that share a machine are seldom as fast as one alone."""
    images = f"{forecast.images} image{'s' if forecast.images > 1 else ''}"
    wall = _time(forecast.seconds / min(jobs, forecast.images))
    return (
        f"expected with {forecast.config}: {images}, about {wall} on {jobs} "
        f"process{'es' if jobs > 1 else ''}, {forecast.peak_bytes / 1e9:.1f} GB each at most; the largest, "
        f"{forecast.case_id}, took {_time(forecast.largest_seconds)}"
    )


def _time(seconds: float) -> str:
    """Write a duration in the unit that one would use.

    Examples
    --------
    >>> _time(2.34), _time(240.0), _time(9000.0)
    ('2.3 s', '4 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
