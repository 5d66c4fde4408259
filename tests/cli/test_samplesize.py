"""``radpipe samplesize``: the example of the paper, and what is refused."""

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import UsageError


def run(*words: str):
    return CliRunner().invoke(app, ["samplesize", *words])


def test_the_example_of_riley_2019_from_the_command_line() -> None:
    # 0.065 events a patient-year, 2.07 years: 1346 events of 10,000 patients in that time; 30 parameters, R2 0.051.
    found = run("-p", "30", "--r2", "0.051", "--events", "13455", "--patients", "100000", "--follow-up", "2.07")
    assert found.exit_code == 0
    assert "30 parameters:    5,143 patients (23.1 events a parameter)" in found.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "either --c-index or --r2"),
        (("--c-index", "0.7", "--r2", "0.1"), "either --c-index or --r2"),
        (("--c-index", "0.4"), "between 0.5 and 1"),
    ],
)
def test_what_is_not_told_or_not_possible_is_refused(words: tuple[str, ...], told: str) -> None:
    found = run("-p", "5", "--events", "74", "--patients", "137", "--follow-up", "4", *words)
    assert isinstance(found.exception, UsageError)
    assert told in str(found.exception)
