"""Parts: whole or not at all, checked on reading, damaged ones set aside."""

import errno
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from radpipe.errors import Note, StorageError
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.store.files import locked, write_atomic
from radpipe.store.parts import load_part, publish, published

VECTOR = FeatureVector(("a", "b"), np.array([0.1, np.nan]), {"voxel_count": 3, "unit": "HU"})
OK = Outcome("p1", "ct", "CT", "GTV-1", "native", Status.OK, warnings=(Note("W_CASE", "odd"),), vector=VECTOR)
FAILED = Outcome("p1", "ct", "CT", "GTV-2", "native", Status.FAILED, "E_EMPTY_ROI", "no voxel")


def test_a_part_gives_back_what_was_published(tmp_path: Path) -> None:
    receipt = publish(tmp_path, "k1", [OK, FAILED])
    assert (receipt.ok, receipt.failed) == (1, 1)
    ok, failed = load_part(tmp_path, published(tmp_path)["k1"])
    assert ok.key == OK.key
    assert ok.warnings == OK.warnings
    np.testing.assert_array_equal(ok.vector.values, VECTOR.values)
    assert (ok.vector.names, ok.vector.diagnostics) == (VECTOR.names, VECTOR.diagnostics)
    assert (failed.status, failed.code, failed.message, failed.vector) == (
        Status.FAILED,
        "E_EMPTY_ROI",
        "no voxel",
        None,
    )


@pytest.mark.parametrize("damage", [lambda b: b[:-7], lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:], lambda b: b""])
def test_a_damaged_part_is_set_aside(tmp_path: Path, damage) -> None:
    publish(tmp_path, "k1", [OK])
    path = published(tmp_path)["k1"]
    path.write_bytes(damage(path.read_bytes()))
    assert load_part(tmp_path, path) is None
    assert published(tmp_path) == {}
    assert [one.name for one in (tmp_path / "damaged").iterdir()] == [path.name]


def test_a_part_whose_names_are_damaged_is_set_aside(tmp_path: Path) -> None:
    publish(tmp_path, "k1", [OK])
    (tmp_path / "parts" / "sets" / f"{VECTOR.set_id}.json").write_text('["a", "c"]')
    assert load_part(tmp_path, published(tmp_path)["k1"]) is None


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "the disk is full: .* needs 3 bytes"), (errno.EIO, "cannot be written")]
)
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, number: int, said: str) -> None:
    path = tmp_path / "table.csv"
    write_atomic(path, b"old")
    with mock.patch("os.fsync", side_effect=OSError(number, "no")), pytest.raises(StorageError, match=said):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


def test_a_second_driver_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(StorageError, match="another run is writing"), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()
