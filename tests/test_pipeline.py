"""Reading a finished run back: a table that does not account for every planned row is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.errors import NothingUsableError, UsageError
from radpipe.pipeline import extract, read_features, status


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two images; the mask of the second is not there, so one row is ok and one failed."""
    folder = tmp_path_factory.mktemp("run")
    array = np.random.default_rng(4).integers(-100, 100, (4, 8, 8)).astype(np.int16)
    mask = np.zeros(array.shape, np.uint8)
    mask[1:3, 2:6, 2:6] = 1
    for name, values in (("image", array), ("mask", mask)):
        sitk.WriteImage(sitk.GetImageFromArray(values), folder / f"{name}.nrrd")
    rows = ["case_id,image,mask,roi,modality", "p1,image.nrrd,mask.nrrd,GTV,CT", "p2,image.nrrd,none.nrrd,GTV,CT"]
    (folder / "cases.csv").write_text("\n".join(rows) + "\n")
    extract(folder / "cases.csv", dataset="manifest", params="aerts2014", out=folder / "out")
    return folder / "out"


@pytest.fixture
def told(finished: Path) -> Path:
    """The provenance of the run, put back after the test."""
    path = finished / "tables" / "provenance.json"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def change_counts(path: Path, **counts: int) -> None:
    record = json.loads(path.read_text())
    record["counts"] |= counts
    path.write_text(json.dumps(record))


def test_a_finished_run_is_read_with_its_failed_row(finished: Path) -> None:
    assert read_features(finished)["status"].tolist() == ["ok", "failed"]
    assert str(status(finished).account) == "2 planned = 1 ok + 1 failed + 0 skipped"


@pytest.mark.parametrize(
    "counts",
    [{"ok": 2, "failed": 0}, {"failed": 0, "skipped": 1}, {"ok": 0, "skipped": 1}, {"planned": 3}],
    ids=str,
)
def test_a_table_that_does_not_fit_its_account_is_refused(finished: Path, told: Path, counts: dict[str, int]) -> None:
    change_counts(told, **counts)
    with pytest.raises(UsageError, match="does not fit its provenance"):
        read_features(finished)


def test_a_folder_without_tables_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="holds no finished run"):
        read_features(tmp_path)
