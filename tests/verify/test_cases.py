"""Which rows are measured again: the same for the same run, those that were measured, none of a private run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from radpipe.errors import NothingUsableError
from radpipe.features.params_file import parse_params
from radpipe.pipeline import extract
from radpipe.store.index import scan
from radpipe.store.plans import list_plans
from radpipe.verify.cases import choose

PLAIN = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, manifest_of: Callable[[Path, int], Path]) -> Path:
    """A run of six rows, the last of which lacks its mask."""
    folder = tmp_path_factory.mktemp("chosen")
    path = manifest_of(folder, 5)
    with path.open("a") as file:
        file.write("p999,image.nrrd,none.nrrd,GTV,CT\n")
    extract(path, dataset="manifest", params=PLAIN, out=folder / "out")
    return folder / "out"


def names(out: Path, sample: int | None) -> tuple[int, list[str]]:
    count, chosen = choose(list_plans(out), scan(out, whole=True), sample)
    return count, [row.case_id for one in chosen for row in one.rows]


def test_all_measured_rows_are_taken_with_their_values_and_tasks(out: Path) -> None:
    assert names(out, None) == (5, [f"p{number:03d}" for number in range(5)])
    _, chosen = choose(list_plans(out), scan(out, whole=True), None)
    first = next(chosen)
    assert first.task.image.case_id == "p000"
    assert first.rows[0].vector is not None


def test_a_sample_is_the_same_every_time_and_grows_by_what_is_added(out: Path) -> None:
    two = names(out, 2)
    assert (two[0], len(two[1])) == (5, 2)
    assert names(out, 2) == two
    assert set(two[1]) < set(names(out, 4)[1])


def test_a_private_run_keeps_no_references(manifest_of: Callable[[Path, int], Path], tmp_path: Path) -> None:
    words = {"dataset": "manifest", "params": PLAIN, "out": tmp_path / "out", "private": tmp_path / "key"}
    extract(manifest_of(tmp_path, 2), **words)
    with pytest.raises(NothingUsableError, match="a private run keeps no references"):
        choose(list_plans(tmp_path / "out"), scan(tmp_path / "out", whole=True), 1)
