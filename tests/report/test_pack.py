"""The pack: every table is there and explained, R finds the same coefficients, hostile words stay words."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import StorageError
from radpipe.report.folder import staged
from radpipe.report.pack import write_pack

REQUIRED = {
    "analysis.csv", "codebook.csv", "screening.csv", "models.csv", "coefficients.csv", "flow.csv", "risk_scores.csv",
    "refit.R",
}  # fmt: skip


def run_r(folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    return subprocess.run(["Rscript", str(folder / "refit.R")], capture_output=True, text=True, check=False)


def test_every_file_is_there_and_every_column_explained(handmade: Any, tmp_path: Path) -> None:
    out = write_pack(handmade.analysis, handmade.patients, tmp_path / "new" / "pack")
    assert {path.name for path in out.iterdir()} >= REQUIRED
    book = pd.read_csv(out / "codebook.csv")
    for path in out.glob("*.csv"):
        if path.name != "codebook.csv":
            assert list(book.loc[book["file"] == path.name, "column"]) == list(pd.read_csv(path).columns)
    assert not book.loc[book["meaning"].isna(), ["file", "column"]].to_numpy().tolist()
    assert not list(out.parent.glob(".pack.*"))


def test_the_codebook_defines_features_and_nothing_else(handmade: Any, tmp_path: Path) -> None:
    out = write_pack(handmade.analysis, handmade.patients, tmp_path)
    book = pd.read_csv(out / "codebook.csv", keep_default_na=False, dtype=str)
    assert book.columns.tolist() == [
        "file", "column", "type", "unit", "meaning", "levels", "missing", "formula", "ibsi_code", "ibsi_name", "remark",
    ]  # fmt: skip
    defined = book[book["formula"] != ""]
    features = [name for name in handmade.patients.features.columns if name in set(pd.read_csv(out / "analysis.csv"))]
    assert defined["column"].tolist() == features
    assert set(defined["file"]) == {"analysis.csv"}
    entropy = defined.set_index("column").loc["original_firstorder_Entropy"]
    assert (entropy["ibsi_code"], entropy["ibsi_name"]) == ("TLU2", "Discretised intensity entropy")
    assert entropy["formula"].startswith("H = -sum_i p(i) log2(p(i) + eps); ")
    assert not [cell for cell in defined[["formula", "ibsi_name", "remark"]].to_numpy().ravel() if cell.startswith("'")]


def test_analysis_csv_has_one_row_per_patient_and_gives_the_same_numbers_back(handmade: Any, tmp_path: Path) -> None:
    analysis = handmade.analysis
    out = write_pack(analysis, handmade.patients, tmp_path)
    table = pd.read_csv(out / "analysis.csv", float_precision="round_trip")
    assert tuple(table["patient_id"]) == analysis.patient_ids
    np.testing.assert_array_equal(table["outcome_time_days"], analysis.time_days)
    np.testing.assert_array_equal(table["outcome_event"], analysis.event)
    np.testing.assert_array_equal(table["risk_clinical_radiomics"], analysis.models[-1].out_of_fold_risk)
    np.testing.assert_array_equal(table["fold_repeat_2"], analysis.folds["repeat_2"])
    np.testing.assert_array_equal(table["event"], handmade.patients.clinical["event"])


def test_clinical_columns_that_are_named_like_ours_keep_their_values(handmade: Any, tmp_path: Path) -> None:
    clinical = handmade.patients.clinical.assign(outcome_event="theirs")
    out = write_pack(handmade.analysis, replace(handmade.patients, clinical=clinical), tmp_path)
    table = pd.read_csv(out / "analysis.csv")
    assert set(table["clinical_outcome_event"]) == {"theirs"}
    assert table.columns.is_unique


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


def test_competing_risks_are_in_the_pack(hostile: Any, tmp_path: Path) -> None:
    out = write_pack(hostile.analysis, hostile.patients, tmp_path)
    assert list(pd.read_csv(out / "cause_specific.csv")["cause"]) == ["event", "competing"]
    assert "outcome_competing" in pd.read_csv(out / "analysis.csv")


def test_a_second_writing_gives_the_same_bytes_and_leaves_other_files(handmade: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for _ in range(2):
        write_pack(handmade.analysis, handmade.patients, tmp_path)
        bytes_now = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert bytes_now["mine.txt"] == b"mine"
    assert bytes_now == {path.name: path.read_bytes() for path in write_pack(
        handmade.analysis, handmade.patients, tmp_path).iterdir()}  # fmt: skip


def test_nothing_is_written_when_the_block_fails(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "a.csv").write_text("half")
        message = "stopped"
        raise ValueError(message)

    with pytest.raises(ValueError, match="stopped"), staged(tmp_path / "out") as folder:
        fail(folder)
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_a_file_is_refused(make: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    made = make(n=40)
    with pytest.raises(StorageError, match="is a file"):
        write_pack(made.analysis, made.patients, tmp_path / "out")
