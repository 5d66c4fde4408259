"""The codebook: every column of every table is explained, features by their formula."""

from pathlib import Path
from typing import Any

import pandas as pd

from radpipe.report.pack import write_pack

REQUIRED = {
    "analysis.csv", "codebook.csv", "screening.csv", "models.csv", "coefficients.csv", "flow.csv", "risk_scores.csv",
    "refit.R",
}  # fmt: skip


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
