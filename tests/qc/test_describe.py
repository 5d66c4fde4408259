"""A first look at a table: each sentence counted by hand on a made table with planted oddities."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radpipe.qc.describe import FEATURE_COLUMNS, ROW_COLUMNS, described, write_description

ROWS = 40


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Forty rows of one group: one outlying, two with the same values, a constant, a gap, a feature that is volume."""
    draw = np.random.default_rng(4)
    volume = np.exp(draw.normal(9, 1, ROWS))
    same = {"image_id": "ct", "modality": "CT", "roi": "GTV-1", "config": "native", "status": "ok", "code": ""}
    told = {"message": "", "warnings": "", "diag_unit": "HU", "original_shape_MeshVolume": volume}
    frame = pd.DataFrame({"case_id": [f"p{i}" for i in range(ROWS)], **same, **told})
    for number in range(6):
        frame[f"original_glcm_Noise{number}"] = draw.normal(size=ROWS)
    frame["original_firstorder_Energy"] = volume * 3 + 1
    frame["original_firstorder_Constant"] = 7.0
    noise = [f"original_glcm_Noise{number}" for number in range(6)]
    frame.loc[5, noise] = 50.0
    features = [name for name in frame.columns if str(name).startswith("original")]
    frame.loc[9, features] = frame.loc[8, features]
    frame.loc[3, "original_glcm_Noise0"] = np.nan
    failed = frame.iloc[:1].assign(case_id="q1", status="failed", code="E_EMPTY_ROI")
    failed[features] = np.nan
    return pd.concat([frame, failed], ignore_index=True)


def test_each_feature_is_told_in_numbers(table: pd.DataFrame):
    found = described(table)
    assert tuple(found.features.columns) == FEATURE_COLUMNS
    row = found.features.set_index("feature").loc["original_glcm_Noise0"]
    values = table["original_glcm_Noise0"][:ROWS].dropna()
    assert (row["rows"], row["missing"], row["distinct"]) == (40, 1, 38)
    assert (row["minimum"], row["maximum"]) == (values.min(), 50.0)
    assert row["median"] == values.median()
    assert row["outlying"] == 1


def test_what_follows_volume_is_told(table: pd.DataFrame):
    rho = described(table).features.set_index("feature")["rho_volume"]
    assert rho["original_firstorder_Energy"] == pytest.approx(1)
    assert (
        rho.drop(["original_firstorder_Energy", "original_shape_MeshVolume", "original_firstorder_Constant"])
        .abs()
        .max()
        < 0.6
    )
    assert np.isnan(rho["original_firstorder_Constant"])


def test_a_row_that_is_odd_in_many_features_and_a_copied_one_are_named(table: pd.DataFrame):
    rows = described(table).outlying.set_index("case_id")
    assert tuple(described(table).outlying.columns) == ROW_COLUMNS
    assert rows.loc["p5", "outlying_share"] == pytest.approx(6 / 9)
    assert rows.loc["p5", "worst"].startswith("original_glcm_Noise")
    assert rows["outlying_share"].drop("p5").max() < 0.25
    assert rows["same_values_as"][rows["same_values_as"] != ""].to_dict() == {"p9": "p8"}
    assert rows.loc["p3", "missing_share"] == pytest.approx(1 / 9)


def test_volumes_over_decades_are_judged_on_the_log_scale():
    values = np.exp(np.linspace(0, 5, 30))
    frame = pd.DataFrame({"case_id": [str(i) for i in range(30)], "image_id": "ct", "modality": "CT", "roi": "GTV",
                          "config": "n", "status": "ok", "code": "", "original_shape_MeshVolume": values})  # fmt: skip
    assert described(frame).features["outlying"].tolist() == [0]
    frame.loc[0, "original_shape_MeshVolume"] = 1e-9
    assert described(frame).features["outlying"].tolist() == [1]


def test_the_sentences_count(table: pd.DataFrame):
    first, gaps, volume, rows = described(table).sentences
    assert first == "41 rows (40 ok, 1 failed, 0 skipped), 9 features in 1 groups of configuration, modality and ROI."
    assert gaps == "1 columns have gaps, 1 are constant."
    assert volume == "2 of 8 columns follow volume (Spearman beyond 0.9)."
    assert rows == "1 rows are outlying in at least 25% of their features; 1 rows have the values of another one."


def test_the_page_stands_alone_and_names_what_is_odd(table: pd.DataFrame, tmp_path: Path):
    hostile = table.assign(roi="<script>alert(1)</script>")
    page = write_description(described(hostile), hostile, tmp_path / "new").read_text()
    assert "<script>" not in page
    assert page.count("<svg ") == 2
    for words in ("p5", "p9", "E_EMPTY_ROI", "original_firstorder_Constant", "original_firstorder_Energy"):
        assert words in page.replace("<wbr>", "")
    assert len(pd.read_csv(tmp_path / "new" / "described.csv")) == 9


def test_a_table_without_measured_rows_is_no_fault(table: pd.DataFrame, tmp_path: Path):
    failed = table[table["status"] == "failed"]
    found = described(failed)
    assert (len(found.features), found.codes) == (0, {"E_EMPTY_ROI": 1})
    assert write_description(found, failed, tmp_path).is_file()
