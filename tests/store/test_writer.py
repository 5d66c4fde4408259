"""When packs are written, and under which names."""

from pathlib import Path
from unittest import mock

import numpy as np

from radpipe.errors import Note
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_file
from radpipe.store.packs import STRIPE, Measured, list_packs
from radpipe.store.writer import Flush, PackWriter

VECTOR = FeatureVector(("a", "b"), np.array([0.1, np.nan]), {"voxel_count": 3, "unit": "HU"})
OK = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=VECTOR)


def put(out: Path, *images: tuple[int, Measured], unit: str = "run") -> Path:
    writer = PackWriter(out, unit, Flush(1000.0))
    for position, image in images:
        writer.add(position, image)
    writer.flush()
    return max(list_packs(out), key=lambda pack: pack.path.stat().st_mtime_ns).path


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
