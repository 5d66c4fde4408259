"""``radpipe qc import`` and ``radpipe qc status``: decisions of reviewers, checked against a run and counted."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from radpipe.cli.options import Form, Forms
from radpipe.cli.say import say

if TYPE_CHECKING:
    from radpipe.qc.review import Reviewed

__all__ = ["add"]

Out = Annotated[Path, typer.Argument(help="Output folder of `radpipe extract`.", show_default=False)]

MOST_TOLD = 50
"""Lines that are told one by one."""


def add(group: typer.Typer) -> None:
    """Add both commands to the group of quality control."""
    group.command("import", epilog="Example: radpipe qc import out decisions.jsonl")(import_)
    group.command(epilog="Example: radpipe qc status out --format json")(status)


def import_(
    out: Out,
    files: Annotated[list[Path], typer.Argument(help="Decision files that the page saved.", show_default=False)],
) -> None:
    """Check every line of decision files against a run, append those that hold, and write the verdicts to `qc.csv`.

    Exit code 1: some lines were not taken; each is told with its number.
    """
    from radpipe.qc.review import import_decisions

    refused = 0
    for file in files:
        done = import_decisions(out, file)
        say(f"{file}: {done.added} decisions added, {done.known} known already, {len(done.refused)} not taken")
        for number, why in (*done.refused, *done.remarks)[:MOST_TOLD]:
            say(f"  line {number}: {why}")
        if len(done.refused) + len(done.remarks) > MOST_TOLD:
            say(f"  and {len(done.refused) + len(done.remarks) - MOST_TOLD} more")
        refused += len(done.refused)
    if refused:
        raise typer.Exit(1)


def status(out: Out, form: Form = Forms.TEXT) -> None:
    """Count what is decided, what is left, what stands no more, and how far reviewers agree."""
    import json

    from radpipe.qc.decisions.decision_file import DECISIONS
    from radpipe.qc.flags import read_qc
    from radpipe.qc.review import reviewed

    state = reviewed(read_qc(out), out / DECISIONS)
    if form is Forms.JSON:
        say(json.dumps(state.to_json(), indent=2))
        return
    _tell(state)


def _tell(state: "Reviewed") -> None:
    from radpipe.qc.decisions.words import REASONS

    parts = " + ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in state.rows.items())
    say(f"{sum(state.rows.values())} rows = {parts}")
    say(f"{sum(state.masks.values())} masks, {state.flagged_open} of them flagged and not decided about")
    for reason, count in state.reasons.items():
        say(f"  {count} x excluded, {reason}: {REASONS.get(reason, reason)}")
    for name, count in state.reviewers.items():
        say(f"  {name}: {count} masks")
    for pair in state.agreements:
        kappa = "not defined" if pair.kappa != pair.kappa else f"{pair.kappa:.2f}"
        say(f"  {' and '.join(pair.reviewers)}: the same verdict for {pair.same} of {pair.masks} masks, kappa {kappa}")
    _list("differ, nobody adjudicated", state.disputed)
    _list("decided about, no longer in the run", state.gone)
    for number, why in state.damaged[:MOST_TOLD]:
        say(f"  line {number} of the decision file cannot be read: {why}")
    if state.sha256:
        say(f"decided from {state.first} to {state.last}; file {state.sha256[:12]}")


def _list(what: str, keys: tuple[tuple[str, str, str], ...]) -> None:
    for case, image, roi in keys[:MOST_TOLD]:
        say(f"  {case}, {image}, {roi}: {what}")
    if len(keys) > MOST_TOLD:
        say(f"  and {len(keys) - MOST_TOLD} more: {what}")
