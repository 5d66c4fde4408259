"""What the packs of a folder hold: which result counts, and what is damaged or only late."""

import errno
import os
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import Note, StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_file
from radpipe.store.index import scan
from radpipe.store.packs import Measured, list_packs
from radpipe.store.writer import Flush, PackWriter

from ..files.disks import standing_for_os

VECTOR = FeatureVector(("a", "b"), np.array([0.1, np.nan]), {"voxel_count": 3, "unit": "HU"})
OK = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=VECTOR)
FAILED = Outcome("p1", "ct", "CT", "GTV-2", "native", Status.FAILED, "E_EMPTY_ROI", "no voxel")


def put(out: Path, *images: tuple[int, Measured], unit: str = "run") -> Path:
    writer = PackWriter(out, unit, Flush(1000.0))
    for position, image in images:
        writer.add(position, image)
    writer.flush()
    return max(list_packs(out), key=lambda pack: pack.path.stat().st_mtime_ns).path


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
    with standing_for_os(Stutter(1, number)), mock.patch("radpipe.files.reading.PAUSES_S", (0.0, 0.0)):
        assert len(scan(tmp_path, whole=whole)) == 1
    with (
        standing_for_os(Stutter(1000, number)),
        mock.patch("radpipe.files.reading.PAUSES_S", (0.0, 0.0)),
        pytest.raises(StorageError, match="cannot be read"),
    ):
        scan(tmp_path, whole=whole)
    assert path.is_file()
    assert not (tmp_path / "damaged").exists()
