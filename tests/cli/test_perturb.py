"""``radpipe perturb`` on a made cohort."""

from pathlib import Path

import pandas as pd
from typer.testing import CliRunner

from radpipe.cli.app import app


def test_a_cohort_is_measured_in_states_and_the_table_is_named(hn1_cohort: Path, tmp_path: Path) -> None:
    words = ["perturb", str(hn1_cohort), "-d", "hn1", "-r", "GTV-1", "--modality", "CT", "-p", "aerts2014"]
    done = CliRunner().invoke(app, [*words, "--states", "2", "--letters", "NV", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "robustness.csv" in done.output
    table = pd.read_csv(tmp_path / "out" / "tables" / "robustness.csv")
    assert set(table["perturbations"]) == {"NV"}
    assert set(table["patients"]) == {5}


def test_an_unknown_letter_is_refused(hn1_cohort: Path, tmp_path: Path) -> None:
    words = ["perturb", str(hn1_cohort), "-d", "hn1", "--letters", "NX", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code != 0
    assert "'NX'" in str(done.exception)
