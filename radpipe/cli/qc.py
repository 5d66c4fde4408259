"""``radpipe qc``: the page on which each mask of a run is looked at."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from radpipe.cli.options import Jobs
from radpipe.cli.qc_decisions import add as add_decisions
from radpipe.cli.say import say

__all__ = ["group", "register"]


class _PageFirst(TyperGroup):
    """Takes ``radpipe qc OUT`` for ``radpipe qc page OUT``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in front of a folder; a folder that bears a command's name is written as ``./import``."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["page", *args]
        return super().parse_args(ctx, args)


group = typer.Typer(
    name="qc",
    cls=_PageFirst,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    help="Look at every mask of a run and decide; decisions reach the analysis. `radpipe qc OUT` writes the page.",
)


def register(app: typer.Typer) -> None:
    """Add the group with its commands."""
    group.command(epilog="Example: radpipe qc out -j 2")(page)
    add_decisions(group)
    group.command(epilog="Example: radpipe qc serve out")(serve)
    app.add_typer(group)


def page(
    out: Annotated[Path, typer.Argument(help="Output folder of `radpipe extract`.", show_default=False)],
    jobs: Jobs = None,
    single: Annotated[
        bool, typer.Option("--single", help="Write one self-contained file too, OUT/qc/review.html, up to 20 MB.")
    ] = False,
    plan: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan", help="Of a private run: the plan in `KEYFILE.plans`. Repeat for more.", show_default=False
        ),
    ] = None,
) -> None:
    """Write the page of a run, `OUT/qc/index.html`: every mask, worst first, one key a verdict.

    It opens the images again; what is drawn already is not drawn twice. The page needs no server and no network.
    """
    from radpipe.machine import usual_jobs
    from radpipe.qc.site.run_page import write_page
    from radpipe.qc.site.single_file import write_single

    def tell(done: int, of: int) -> None:
        if done == of or done % 100 == 0:
            say(f"{done} of {of} images drawn")

    written = write_page(out, jobs=jobs or usual_jobs(), private_plans=plan or (), tell=tell)
    each = written.picture_bytes / max(written.drawn, 1) / 1000
    say(f"{written.masks} masks, {written.drawn} with pictures ({each:.0f} kB each), {written.flagged} flagged")
    for case, roi, why in written.faults[:20]:
        say(f"  {case}  {roi}: {why}")
    if len(written.faults) > 20:
        say(f"  and {len(written.faults) - 20} more; the page tells each")
    say(f"open in a browser: {written.path}")
    if single:
        say(f"in one file: {write_single(out, written)}")


def serve(
    out: Annotated[Path, typer.Argument(help="Output folder with a page (`radpipe qc OUT`).", show_default=False)],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 0,
) -> None:
    """Serve the page to this machine alone, so that each decision is written to `OUT/qc/decisions.jsonl` at once.

    Open the address that is printed: it holds a token without which nothing is answered. Ctrl-C ends it.
    """
    from radpipe.qc.serve import serve as served

    with served(out, port=port, tell=say) as here:
        say(f"open {here.url}")
        say("decisions are saved at each key; Ctrl-C ends")
        here.server.serve_forever()
