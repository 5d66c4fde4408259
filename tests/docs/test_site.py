"""The documentation site: each page stands in its nav, each public name on its page of Python, each command is one."""

import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

import radpipe
from radpipe.cli.app import app


def pages(checkout: Path) -> list[Path]:
    return sorted((checkout / "docs").glob("*.md"))


def test_each_page_stands_in_the_nav(checkout: Path) -> None:
    nav = (checkout / "mkdocs.yml").read_text().partition("\nnav:")[2]
    named = re.findall(r": ([\w.-]+\.md)$", nav, flags=re.MULTILINE)
    assert sorted(named) == [page.name for page in pages(checkout)]
    assert yaml.safe_load("nav:" + nav)


def test_each_public_function_and_value_stands_on_the_page_of_python(checkout: Path) -> None:
    text = (checkout / "docs" / "api.md").read_text()
    assert [name for name in radpipe.__all__ if f".{name}\n" not in text] == []


def lines(checkout: Path) -> list[tuple[str, str]]:
    """Every line of ``radpipe`` in a block of sh, and the example of each help: page and line."""
    found = []
    for page in [checkout / "README.md", *pages(checkout)]:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(), flags=re.DOTALL):
            joined = block.replace("\\\n", " ")
            found += [(page.name, line.strip()) for line in joined.splitlines() if line.strip().startswith("radpipe ")]
    commands = getattr(typer.main.get_command(app), "commands", {})
    for name, command in commands.items():
        for line in re.findall(r"Example: (radpipe .*)", command.epilog or ""):
            found.append((f"radpipe {name} --help", line))
    return found


def test_each_command_of_the_pages_has_the_words_and_options_that_radpipe_knows(checkout: Path) -> None:
    group = typer.main.get_command(app)
    wrong = []
    for page, line in lines(checkout):
        words = shlex.split(line.split(";")[0].split("&&")[0], comments=True)[1:]
        command = getattr(group, "commands", {}).get(words[0])
        if command is not None and hasattr(command, "commands"):
            command = command.commands.get(words[1], command.commands.get("page"))  # of `radpipe qc OUT`
        if command is None:
            wrong.append(f"{page}: {line}")
            continue
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        known |= {"--help", "-h", "--debug", "--shared", "--version"}
        asked = [word.split("=")[0] for word in words[1:] if re.match(r"--?[a-z]", word)]
        wrong += [f"{page}: {option} in {line}" for option in asked if option not in known]
    assert len(lines(checkout)) > 10
    assert not wrong


def test_an_option_that_is_not_known_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("```sh\nradpipe extract IN --outt out\n```\n")
    (tmp_path / "README.md").write_text("```sh\n" + "radpipe codes\n" * 11 + "```\n")
    with pytest.raises(AssertionError, match="--outt"):
        test_each_command_of_the_pages_has_the_words_and_options_that_radpipe_knows(tmp_path)
