"""``radpipe inventory``: the same in the terminal, and never into the source."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app


@pytest.mark.parametrize("where", ["out", "."])
def test_the_command_refuses_to_write_into_the_source(hn1_cohort: Path, where: str):
    done = CliRunner().invoke(app, ["inventory", str(hn1_cohort), "-d", "hn1", "-o", str(hn1_cohort / where)])
    assert done.exit_code != 0
    assert "lies inside the source" in str(done.exception)


def test_the_command_tells_the_same_in_the_terminal(hn1_cohort: Path, tmp_path: Path):
    done = CliRunner().invoke(app, ["inventory", str(hn1_cohort), "-d", "hn1", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert "5 cases" in done.output
    assert "GTV-1  [GTV-1 (5)]" in done.output
