"""The feature table as survival reads it: only the rows of the ROI and the columns that are needed."""

from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from radpipe.errors import NothingUsableError, UsageError
from radpipe.parquet import parquet_rows
from radpipe.survival.design import feature_table
from radpipe.survival.design.feature_table import read_first_columns, with_features


@pytest.fixture
def table() -> pd.DataFrame:
    """Ten patients, two ROIs each, in the order of patients."""
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "case_id": [f" 00{i // 2} " for i in range(20)],
            "roi": ["GTV", "Lung"] * 10,
            "status": "ok",
            "diag_voxels": 5,
            "diag_volume_mm3": np.arange(20.0),
            "original_firstorder_Mean": rng.normal(size=20),
            "original_glcm_Id": rng.normal(size=20),
        }
    )


def test_of_parquet_the_features_of_the_chosen_rows_are_read_and_no_others(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_parquet(tmp_path / "features.parquet", row_group_size=3)
    first = read_first_columns(tmp_path)
    assert list(first.columns) == ["case_id", "roi", "status", "diag_volume_mm3"]
    assert first["case_id"].tolist()[:3] == ["000", "000", "001"]
    chosen = first[first["roi"] == "Lung"]
    with mock.patch.object(feature_table, "parquet_rows", wraps=parquet_rows) as read:
        rows = with_features(tmp_path, chosen)
    assert read.call_args.args[1:] == (["original_firstorder_Mean", "original_glcm_Id"], list(range(1, 20, 2)))
    expected = table[table["roi"] == "Lung"].assign(case_id=lambda frame: frame["case_id"].str.strip())
    pd.testing.assert_frame_equal(rows, expected[rows.columns])


def test_a_frame_and_a_csv_have_their_features_at_once(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_csv(tmp_path / "f.csv", index=False)
    for source in (table, tmp_path / "f.csv"):
        first = read_first_columns(source, "diag_voxels")
        assert {"original_glcm_Id", "diag_volume_mm3", "diag_voxels"} <= set(first.columns)
        assert with_features(source, first) is first
    assert "diag_voxels" not in read_first_columns(tmp_path / "f.csv").columns
    assert read_first_columns(tmp_path / "f.csv")["case_id"].iloc[0] == "000"  # text, with its zeros


def test_a_table_is_found_in_a_runs_folder_and_refused_without_ids(table: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    table.to_csv(tmp_path / "tables" / "features.csv", index=False)
    assert len(read_first_columns(tmp_path)) == 20
    with pytest.raises(NothingUsableError, match="radpipe extract makes one"):
        read_first_columns(tmp_path / "nothing")
    with pytest.raises(UsageError, match="no column case_id"):
        read_first_columns(pd.DataFrame({"a": [1]}))
