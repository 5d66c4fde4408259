"""What is printed cannot steer a terminal."""

import pytest

from radpipe.cli.say import printable, say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\rb\x08c\x7f", "a\\x0db\\x08c\\x7f"),
        ("\x9b2J", "\\x9b2J"),  # the one-byte form of ESC [
        ("GTV\u202e1", "GTV\\u202e1"),
        ("M\udcfcller", "M\\udcfcller"),
        ("two\nlines\tand tabs, Größe 胃", "two\nlines\tand tabs, Größe 胃"),
    ],
)
def test_control_characters_are_escapes(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_line_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say("GTV\x1b[2J")
    assert capsys.readouterr().out == "GTV\\x1b[2J\n"
