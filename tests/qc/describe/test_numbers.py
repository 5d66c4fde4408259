"""Numbers of a description, counted by hand on a made table with planted oddities."""

import numpy as np
import pandas as pd
import pytest

from radpipe.qc.describe.description import FEATURE_COLUMNS, ROW_COLUMNS
from radpipe.qc.describe.numbers import described


def test_each_feature_is_told_in_numbers(table: pd.DataFrame):
    found = described(table)
    assert tuple(found.features.columns) == FEATURE_COLUMNS
    row = found.features.set_index("feature").loc["original_glcm_Noise0"]
    values = table["original_glcm_Noise0"].dropna()
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
