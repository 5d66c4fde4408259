"""The application: options common to all, and errors to exit codes. Each command parses, calls one function, prints."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from radpipe import __version__
from radpipe.cli.manners import configure_logging, to_the_front
from radpipe.cli.say import printable
from radpipe.cli.streams import open_streams, protect_files
from radpipe.errors import RadpipeError, StorageError
from radpipe.run.stop import LEAVES, take_leave

__all__ = ["app", "main"]

logger = logging.getLogger(__name__)


GROUPS: Mapping[str, tuple[str, ...]] = {
    "Begin": ("demo", "notebooks", "datasets", "params", "codes"),
    "Measure": ("inventory", "check", "extract", "describe", "qc", "perturb", "status", "verify", "join"),
    "Measure on many machines": ("plan", "work", "tables"),
    "Analyse": ("survival", "validate", "signature", "samplesize"),
}
"""Title in the help -> commands in their order; each is a module of :mod:`radpipe.cli` that registers it."""


class _Commands(TyperGroup):
    """Lists commands with the whole first paragraph of their help."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the section of the commands."""
        known = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        for title, names in GROUPS.items():
            helps = [(name, (known[name].help or "").partition("\n\n")[0]) for name in names if name in known]  # type: ignore[union-attr]
            with formatter.section(title):
                formatter.write_dl([(name, " ".join(text.split())) for name, text in helps])


app = typer.Typer(
    name="radpipe",
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # the libraries that draw boxes take a third of a second
    help="Radiomics for head-and-neck cancer: files in, one trustworthy table out.\n\n"
    "Begin with `radpipe demo`, or with your own data:\n\n"
    "`radpipe check FOLDER --dataset dicom -o out`\n\n"
    "`radpipe extract FOLDER --dataset dicom --params ct_native --roi 'GTV*' -j 2 -o out`\n\n"
    "The options below may stand anywhere.",
    epilog="Exit codes: 0 all measured · 1 finished, some failed · 2 usage · 3 nothing usable · "
    "4 output cannot be written · 70 accounts do not add up · 75 stopped or not finished, start again (work, tables).",
)


@app.callback()
def common(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Show the version and exit."),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
    shared: bool = typer.Option(
        False,
        "--shared",
        help="Make files with the rights that your umask gives, instead of for you alone.",
    ),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="No progress, and no account where all was measured."),
    verbose: int = typer.Option(
        0, "--verbose", "-v", count=True, help="Tell each step and image on standard error; -vv details."
    ),
    log_file: Annotated[
        Path | None,
        typer.Option("--log-file", help="Add the same lines, with their time, to this file.", show_default=False),
    ] = None,
) -> None:
    """Take the options that hold for every command, wherever they stood; ``main`` looks at --debug itself."""
    configure_logging(verbose, log_file, quiet=quiet)
    if version:
        typer.echo(f"radpipe {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())
    else:
        return
    raise typer.Exit


for _name in (name for names in GROUPS.values() for name in names):
    import_module(f"radpipe.cli.{_name}").register(app)


def main() -> None:
    """Run the command line; an error of radpipe's own is one message and an exit code, without a traceback.

    What it writes only its owner can read (umask 077), unless ``--shared`` is given: tables and indices hold ids and
    paths. Standard streams that are closed are opened on nothing, lest the next file get their number.
    """
    open_streams()
    protect_files(sys.argv)
    leaving = LEAVES.set(True)
    try:
        try:
            app(to_the_front(sys.argv[1:]))
        except SystemExit as left:
            logger.info("ended with exit code %s", left.code)
            raise
        finally:
            take_leave()
            LEAVES.reset(leaving)  # where it is called in a process that goes on
            sys.stdout.flush()
    except RadpipeError as fault:
        if "--debug" in sys.argv:
            raise
        _end(str(fault), fault.exit_code)
    except KeyboardInterrupt:
        _end("stopped; run the same command again to go on", 130)
    except OSError as fault:
        if "--debug" in sys.argv:
            raise
        place = fault.filename or "standard output"
        _end(f"{place} cannot be read or written: {fault.strerror}", StorageError.exit_code)


def _end(message: str, code: int) -> NoReturn:
    """Tell why, if anybody can hear it, and end with an exit code, without a second try to write what is left."""
    logger.info("%s; ended with exit code %d", printable(message), code)
    with suppress(OSError):
        sys.stderr.write(f"radpipe: {printable(message)}\n")
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes once more at its end
    sys.exit(code)
