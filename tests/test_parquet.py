"""Parquet files are read as they were written, and leave no thread that could take the process down at its end."""

from io import BytesIO
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from radpipe.parquet import parquet_frame, parquet_table


@pytest.fixture
def frame() -> pd.DataFrame:
    """Columns of each type that our tables have, empty cells among them."""
    return pd.DataFrame(
        {"case_id": ["p1", "p2", None], "count": [1, 2, 3], "value": [0.1, float("nan"), -1e300], "ok": [True] * 3}
    )


def test_a_frame_comes_back_as_it_was_written(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame.to_parquet(path, index=False)
    pd.testing.assert_frame_equal(parquet_frame(path), frame)
    pd.testing.assert_frame_equal(parquet_frame(path.read_bytes()), frame)


def test_an_index_comes_back(frame: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame.set_index("count").to_parquet(path)
    pd.testing.assert_frame_equal(parquet_frame(path), frame.set_index("count"))


def test_a_table_keeps_its_schema_and_its_lists() -> None:
    schema = pa.schema([("values", pa.list_(pa.float64()))], metadata={"radpipe_index": "7"})
    table = pa.table({"values": [[1.0, 2.0], None, []]}, schema=schema)
    content = BytesIO()
    pq.write_table(table, content, compression="zstd")
    read = parquet_table(content.getvalue())
    assert read.schema.equals(schema)
    assert read.schema.metadata == schema.metadata
    assert read.to_pylist() == [{"values": [1.0, 2.0]}, {"values": None}, {"values": []}]


def test_a_file_in_row_groups_is_read_whole(tmp_path: Path) -> None:
    table = pa.table({"number": list(range(1000))})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=64)
    assert parquet_table(tmp_path / "a.parquet").equals(table)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"case_id,value\n")
    with pytest.raises(pa.ArrowInvalid, match="Parquet magic bytes"):
        parquet_frame(tmp_path / "a.parquet")
    with pytest.raises(FileNotFoundError, match="absent"):
        parquet_table(tmp_path / "absent.parquet")


def test_reading_starts_no_thread(tmp_path: Path) -> None:
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("reads /proc")
    pd.DataFrame({f"c{i}": range(100) for i in range(200)}).to_parquet(tmp_path / "a.parquet")
    before = {one.name for one in tasks.iterdir()}
    frame = parquet_frame(tmp_path / "a.parquet")
    assert {one.name for one in tasks.iterdir()} <= before
    assert frame.shape == (100, 200)
