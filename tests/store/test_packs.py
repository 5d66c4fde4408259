"""Packs: they give back what was put in, stand alone, and are read again, not thrown away, when a disk stutters."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import Note, StorageError
from radpipe.files import write_whole
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_file, parquet_table
from radpipe.store.index import scan
from radpipe.store.locks import locked
from radpipe.store.packs import STRIPE, Measured, list_packs, outcomes_in
from radpipe.store.writer import Flush, PackWriter

VECTOR = FeatureVector(("a", "b"), np.array([0.1, np.nan]), {"voxel_count": 3, "unit": "HU"})
OTHER = FeatureVector(("c",), np.array([7.0]), {})
OK = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=VECTOR)
FAILED = Outcome("p1", "ct", "CT", "GTV-2", "native", Status.FAILED, "E_EMPTY_ROI", "no voxel")
THIRD = Outcome("p1", "ct", "CT", "GTV-3", "native", Status.OK, vector=OTHER)


def put(out: Path, *images: tuple[int, Measured], unit: str = "run") -> Path:
    writer = PackWriter(out, unit, Flush(1000.0))
    for position, image in images:
        writer.add(position, image)
    writer.flush()
    return max(list_packs(out), key=lambda pack: pack.path.stat().st_mtime_ns).path


def test_a_pack_gives_back_what_was_put_in_and_stands_alone(tmp_path: Path) -> None:
    path = put(tmp_path, (0, Measured("k1", "c1", (OK, FAILED, THIRD))))
    (key, content, ok), (_, _, failed), (_, _, third) = outcomes_in(parquet_table(path.read_bytes()))
    assert (key, content, ok.key, ok.warnings) == ("k1", "c1", OK.key, OK.warnings)
    np.testing.assert_array_equal(ok.vector.values, VECTOR.values)
    assert (ok.vector.names, ok.vector.diagnostics) == (VECTOR.names, VECTOR.diagnostics)
    assert (failed.status, failed.code, failed.message, failed.vector) == (
        Status.FAILED, "E_EMPTY_ROI", "no voxel", None,
    )  # fmt: skip
    assert third.vector.as_dict() == {"c": 7.0}


def test_a_pack_carries_the_numbers_of_a_mask_apart_from_the_diagnostics(tmp_path: Path) -> None:
    numbers = {
        "mask_sha256": "ab",
        "parts": 2,
        "air_share": None,
        "overlaps": [{"roi": "b", "dice": 0.99, "inside": 1.0}],
    }
    path = put(tmp_path, (0, Measured("k1", "c1", (replace(OK, qc=numbers), THIRD))))
    (_, _, with_numbers), (_, _, without) = outcomes_in(parquet_table(path.read_bytes()))
    assert with_numbers.qc == numbers
    assert with_numbers.vector.diagnostics == VECTOR.diagnostics
    assert without.qc == {}


def test_rows_are_sorted_by_position_and_grouped_by_stripes(tmp_path: Path) -> None:
    images = [(position, Measured(f"k{position}", "", (OK,))) for position in (130, 2, 63, 64, 0)]
    path = put(tmp_path, *images)
    with parquet_file(path) as file:
        groups = [file.read_row_group(i, ["position"]).column(0).to_pylist() for i in range(file.num_row_groups)]
    assert groups == [[0, 2, 63], [64], [130]]
    assert STRIPE == 64


def test_what_waits_is_written_by_time_and_by_size(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, flush=Flush(1000.0, size_bytes=5_000))
    for i in range(4):
        writer.add(i, Measured(f"k{i}", "", (OK,)))
    assert len(list_packs(tmp_path)) == 0
    writer.add(4, Measured("k4", "", (OK,)))
    assert len(list_packs(tmp_path)) == 1
    with mock.patch("radpipe.store.writer.time.monotonic", return_value=50.0) as clock:
        writer = PackWriter(tmp_path, flush=Flush(5.0))
        writer.add(9, Measured("k9", "", (OK,)))
        clock.return_value = 54.9
        writer.tick()
        assert len(list_packs(tmp_path)) == 1
        clock.return_value = 55.0
        writer.tick()
    assert len(list_packs(tmp_path)) == 2


def test_two_writers_of_one_process_number_never_share_a_name(tmp_path: Path) -> None:
    with mock.patch("os.getpid", return_value=7):
        paths = {put(tmp_path, (0, Measured("k", "", (OK,)))) for _ in range(2)}
    assert len(list_packs(tmp_path)) == len(paths) == 2


@pytest.mark.parametrize("order", [(OK, FAILED), (FAILED, OK)])
def test_of_two_results_of_a_key_the_ok_one_counts_whatever_the_names(order: Any, tmp_path: Path) -> None:
    import pyarrow as pa

    for number, outcome in enumerate(order):
        path = put(tmp_path / str(number), (0, Measured("k", "", (outcome,))))
        name = path.name.replace(path.name.split("-")[1], f"0000000{number}")
        (tmp_path / "packs" / "x").mkdir(parents=True, exist_ok=True)
        path.rename(tmp_path / "packs" / "x" / name)
    index = scan(tmp_path)
    (best,) = index.best(pa.array(["k"]))
    assert index.failed[best] == 0


DAMAGES = {
    "cut": lambda content: content[:-7],
    "flipped": lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
    "empty": lambda content: b"",
    "foreign": lambda content: b"PAR1" + content,
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("whole", [True, False])
def test_a_damaged_pack_is_set_aside(tmp_path: Path, damage: str, whole: bool) -> None:
    path = put(tmp_path, (0, Measured("k1", "", (OK,))))
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    index = scan(tmp_path, whole=whole)
    assert (len(index), index.damaged) == (0, (path.name,))
    assert list_packs(tmp_path) == []
    assert [one.name for one in (tmp_path / "damaged").iterdir()] == [path.name]


def test_a_scan_of_three_columns_notices_a_bit_in_them_and_not_in_others(tmp_path: Path) -> None:
    path = put(tmp_path, (0, Measured("k1", "", (OK,))))
    with parquet_file(path) as file:
        chunks = [file.metadata.row_group(0).column(i) for i in range(file.metadata.num_columns)]
    place = {chunk.path_in_schema: chunk.data_page_offset + chunk.total_compressed_size - 1 for chunk in chunks}
    content = path.read_bytes()

    def flip(column: str) -> None:
        at = next(place[name] for name in place if name.startswith(column))
        at = min(at, len(content) - 1)
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

    flip("values")
    assert scan(tmp_path).damaged == ()
    assert scan(tmp_path, whole=True).damaged == (path.name,)


class Stutter:
    """Stands for :mod:`os`: reading fails so many times."""

    def __init__(self, times: int, number: int) -> None:
        self._left, self._number = times, number

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name != "read":
            return real

        def read(*arguments: Any) -> Any:
            if self._left:
                self._left -= 1
                raise OSError(self._number, os.strerror(self._number))
            return real(*arguments)

        return read


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO])
def test_a_disk_that_stutters_is_asked_again_and_damages_nothing(tmp_path: Path, number: int, whole: bool) -> None:
    path = put(tmp_path, (0, Measured("k1", "", (OK,))))
    with mock.patch("radpipe.files.os", Stutter(1, number)), mock.patch("radpipe.files.PAUSES_S", (0.0, 0.0)):
        assert len(scan(tmp_path, whole=whole)) == 1
    with (
        mock.patch("radpipe.files.os", Stutter(1000, number)),
        mock.patch("radpipe.files.PAUSES_S", (0.0, 0.0)),
        pytest.raises(StorageError, match="cannot be read"),
    ):
        scan(tmp_path, whole=whole)
    assert path.is_file()
    assert not (tmp_path / "damaged").exists()


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "the disk is full: .* needs 3 bytes"), (errno.EIO, "cannot be written")]
)
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, number: int, said: str) -> None:
    path = tmp_path / "table.csv"
    write_whole(path, b"old")
    with mock.patch("os.fsync", side_effect=OSError(number, "no")), pytest.raises(StorageError, match=said):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_second_driver_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(StorageError, match="another run is writing"), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK])
def test_where_the_disk_has_no_locks_it_is_told_and_the_run_goes_on(tmp_path: Path, number: int) -> None:
    said: list[str] = []
    with (
        mock.patch("fcntl.flock", side_effect=OSError(number, "no locks")),
        locked(tmp_path, said.append),
    ):
        assert "without locks" in said[0]
