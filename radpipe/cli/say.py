"""What commands print: plain text, whatever names and files hold."""

import logging
import sys
import unicodedata

import typer

__all__ = ["accounts", "is_quiet", "printable", "say"]


accounts = logging.getLogger(__name__)
"""Its level says whether commands account for what was done."""


def is_quiet() -> bool:
    """Tell whether the command line says ``--quiet``."""
    return accounts.level >= logging.ERROR


def say(text: object = "") -> None:
    """Print a line on standard output."""
    typer.echo(printable(str(text)))


def printable(text: str) -> str:
    r"""Return a text in which control characters are escapes, so that no name can steer a terminal.

    Line breaks and tabs stay. Characters that turn the direction of writing are escaped too, and what the output cannot
    encode.

    Examples
    --------
    >>> printable("GTV\x1b[2J\u202e1")
    'GTV\\x1b[2J\\u202e1'
    """
    safe = "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else _escape(char)
        for char in text
    )
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return safe.encode(encoding, "backslashreplace").decode(encoding)


def _escape(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode() if ord(char) > 127 else f"\\x{ord(char):02x}"
