"""The application: options common to all, and errors to exit codes. Each command parses, calls one function, prints."""

import sys
from importlib import import_module

import typer

from radpipe.errors import RadpipeError

__all__ = ["app", "main"]

app = typer.Typer(
    name="radpipe",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Radiomics for head-and-neck cancer: files in, one trustworthy table out.\n\n"
    "Begin with `radpipe demo`, or with your own data:\n\n"
    "`radpipe check FOLDER --dataset dicom -o out`\n\n"
    "`radpipe extract FOLDER --dataset dicom --params ct_native --roi 'GTV*' -j 2 -o out`",
    epilog="Exit codes: 0 all measured · 1 finished, some failed · 2 usage · 3 nothing usable · "
    "4 output cannot be written · 70 accounts do not add up.",
)

COMMANDS = ("extract", "check", "status", "verify", "survival", "signature", "demo", "params", "datasets", "codes")
"""Modules of :mod:`radpipe.cli` that register a command, in the order of the help."""


@app.callback()
def common(
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error; may stand anywhere."),
) -> None:
    """Take the options that stand before the command; ``main`` looks at ``--debug`` itself."""


for _name in COMMANDS:
    import_module(f"radpipe.cli.{_name}").register(app)


def main() -> None:
    """Run the command line; an error of radpipe's own is one message and an exit code, without a traceback."""
    words = [word for word in sys.argv[1:] if word != "--debug"]
    try:
        app(words)
    except RadpipeError as fault:
        if "--debug" in sys.argv:
            raise
        sys.stderr.write(f"radpipe: {fault}\n")
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("radpipe: stopped; run the same command again to go on\n")
        sys.exit(130)
