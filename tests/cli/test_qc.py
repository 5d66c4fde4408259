"""``radpipe qc``: the group whose first word may be a folder."""

from pathlib import Path

from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import NothingUsableError


def test_a_folder_in_place_of_a_command_means_the_page(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["qc", str(tmp_path)])
    assert isinstance(result.exception, NothingUsableError)
    assert str(CliRunner().invoke(app, ["qc", "page", str(tmp_path)]).exception) == str(result.exception)


def test_help_names_the_commands(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["qc", "--help"])
    assert result.exit_code == 0
    assert "page" in result.output
    assert "--single" in CliRunner().invoke(app, ["qc", "page", "--help"]).output
