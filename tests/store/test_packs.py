"""A pack gives back what was put in."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from radpipe.errors import Note
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_table
from radpipe.store.packs import Measured, Receipt, list_packs, outcomes_in
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


def test_a_receipt_counts_what_was_measured_and_what_failed() -> None:
    outcomes = (OK, replace(OK, roi="other", seconds=0.5), FAILED)
    receipt = Receipt.of(Measured("k1", "c1", outcomes))
    assert (receipt.key, receipt.ok, receipt.failed) == ("k1", 2, 1)
    assert receipt.seconds == sum(outcome.seconds for outcome in outcomes)
    assert Receipt.of(Measured("k1", "c1", None)) == Receipt("k1", 0, 0, 0.0)
