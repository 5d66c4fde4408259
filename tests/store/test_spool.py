"""Rows in a spool: they come back in their order whatever the block, and the file is gone afterwards."""

from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pytest

from radpipe.errors import StorageError
from radpipe.store import spool as spools
from radpipe.store.spool import spool

SCHEMA = pa.schema([("roi", pa.string()), ("volume", pa.float64())])

ROWS = [(f"roi {number}", number / 7) for number in range(10)]


def test_few_rows_are_not_read_from_the_disk(tmp_path: Path, monkeypatch):
    monkeypatch.delattr(spools, "parquet_file")
    with spool(tmp_path, SCHEMA) as rows:
        for row in ROWS:
            rows.add(row)
        for _ in range(2):
            (block,) = rows.blocks(["volume", "roi"])
            assert block.column_names == ["volume", "roi"]
            assert block.to_pylist() == [{"volume": volume, "roi": roi} for roi, volume in ROWS]


@pytest.mark.parametrize("block", [1, 3, 5, 10, 11])
def test_rows_come_back_in_blocks_and_none_is_lost_at_a_border(tmp_path: Path, monkeypatch, block: int):
    monkeypatch.setattr(spools, "BLOCK_ROWS", block)
    with spool(tmp_path, SCHEMA) as rows:
        for row in ROWS:
            rows.add(row)
        blocks = [part.to_pydict() for part in rows.blocks()]
        again = [part.to_pydict() for part in rows.blocks(["volume"])]
    assert [len(part["roi"]) for part in blocks[:-1]] == [block] * (len(blocks) - 1)
    assert [row for part in blocks for row in zip(part["roi"], part["volume"], strict=True)] == ROWS
    assert [value for part in again for value in part["volume"]] == [volume for _, volume in ROWS]


def test_without_rows_there_is_one_empty_block(tmp_path: Path):
    with spool(tmp_path, SCHEMA) as rows:
        assert [(part.num_rows, part.column_names) for part in rows.blocks(["roi"])] == [(0, ["roi"])]


def test_nothing_is_left_behind_after_an_end_or_a_fault(tmp_path: Path):
    with spool(tmp_path / "a", SCHEMA) as rows:
        rows.add(ROWS[0])
        assert len(list((tmp_path / "a").iterdir())) == 1
    with suppress(KeyboardInterrupt), spool(tmp_path / "b", SCHEMA) as rows:
        rows.add(ROWS[0])
        raise KeyboardInterrupt
    assert list((tmp_path / "a").iterdir()) == list((tmp_path / "b").iterdir()) == []


def fill(folder: Path) -> None:
    with spool(folder, SCHEMA) as rows:
        rows.add(ROWS[0])
        list(rows.blocks())


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch):
    def full(descriptor: int, content: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("radpipe.files.file_in_making.os.write", full)
    with pytest.raises(StorageError, match="the disk is full"):
        fill(tmp_path)
    assert list(tmp_path.iterdir()) == []
