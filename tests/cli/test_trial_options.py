"""Options that ask for other scanners, contours and centres: each is in the help, and what stands alone is refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.cli.app import app
from radpipe.errors import UsageError


def test_every_option_is_told_in_the_help() -> None:
    told = " ".join(CliRunner().invoke(app, ["survival", "--help"]).output.split())
    for name in ("--batch", "--covariate", "--combat", "--reference-batch", "--robustness", "--least-icc",
                 "--save-model", "--model"):  # fmt: skip
        assert f"{name} " in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--covariate", "stage"], "needs the column of batches; give --batch"),
        (["--reference-batch", "A"], "needs the column of batches; give --batch"),
        (["--batch", "x", "--combat", "magic"], "form of ComBat 'magic' is unknown; allowed: eb, no-eb, mean-only"),
        (["--least-icc", "1.5"], "the least ICC is 1.5; allowed: 0, for no filter, to below 1"),
    ],
)
def test_options_that_do_not_stand_alone_are_refused(tmp_path: Path, words: list[str], told: str) -> None:
    given = ["survival", str(tmp_path / "f.csv"), "--clinical", str(tmp_path / "c.csv"), "-o", str(tmp_path / "o")]
    result = CliRunner().invoke(app, [*given, *words])
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
