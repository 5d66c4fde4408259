"""The pack: every table is there and explained, R finds the same coefficients, hostile words stay words."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from radpipe.report.pack import write_pack


def run_r(folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    return subprocess.run(["Rscript", str(folder / "refit.R")], capture_output=True, text=True, check=False)


def test_r_finds_the_same_coefficients(handmade: Any, tmp_path: Path) -> None:
    done = run_r(write_pack(handmade.analysis, handmade.patients, tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same" in done.stdout
    assert done.stdout.count("original_firstorder_Entropy") == 2


def test_r_sees_a_coefficient_that_is_wrong_by_two_millionths(handmade: Any, tmp_path: Path) -> None:
    out = write_pack(handmade.analysis, handmade.patients, tmp_path)
    table = pd.read_csv(out / "coefficients.csv")
    table.loc[5, "coefficient"] += 2e-6
    table.to_csv(out / "coefficients.csv", index=False)
    done = run_r(out)
    assert done.returncode == 1, done.stderr
    assert "DIFFERENT" in done.stdout


def test_r_sees_a_term_that_is_not_its_column(handmade: Any, tmp_path: Path) -> None:
    out = write_pack(handmade.analysis, handmade.patients, tmp_path)
    table = pd.read_csv(out / "coefficients.csv")
    table.loc[0, "centre"] += 1e-6
    table.to_csv(out / "coefficients.csv", index=False)
    assert run_r(out).returncode == 1


def test_a_model_without_terms_is_no_hindrance(empty_radiomics: Any, tmp_path: Path) -> None:
    out = write_pack(empty_radiomics.analysis, empty_radiomics.patients, tmp_path)
    assert "radiomics" not in set(pd.read_csv(out / "coefficients.csv")["model"])
    scores = pd.read_csv(out / "risk_scores.csv")
    assert (scores.loc[scores["model"] == "radiomics", "final_fit_risk"] == 0).all()
    assert run_r(out).returncode == 0


def test_formulas_are_guarded_in_every_cell_and_name(hostile: Any, tmp_path: Path) -> None:
    clinical = hostile.patients.clinical.rename(columns={"event": "@SUM(A1)"})
    out = write_pack(hostile.analysis, replace(hostile.patients, clinical=clinical), tmp_path)
    seen = 0
    for path in out.glob("*.csv"):
        table = pd.read_csv(path, keep_default_na=False)
        words = [*map(str, table.columns), *(str(cell) for name in table for cell in table[name]
                                             if table[name].dtype == object)]  # fmt: skip
        numbers = pd.to_numeric(pd.Series(words), errors="coerce").notna()
        assert not [word for word, number in zip(words, numbers, strict=True)
                    if word.startswith(("=", "+", "-", "@")) and not number]  # fmt: skip
        seen += sum(word.startswith(("'=cmd", "'@SUM")) for word in words)
    assert seen > 5
    assert run_r(out).returncode == 0


def test_a_second_writing_gives_the_same_bytes_and_leaves_other_files(handmade: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for _ in range(2):
        write_pack(handmade.analysis, handmade.patients, tmp_path)
        bytes_now = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert bytes_now["mine.txt"] == b"mine"
    assert bytes_now == {path.name: path.read_bytes() for path in write_pack(
        handmade.analysis, handmade.patients, tmp_path).iterdir()}  # fmt: skip
