"""Many processes on one plan: shards, arrays, signals of schedulers, and tables that say what is still open."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radpipe.batch import plan, status, tables, work
from radpipe.errors import NothingUsableError, UsageError
from radpipe.features.params_file import parse_params
from radpipe.pipeline import extract
from radpipe.store.plans import PlanFile, list_plans, write_plan_list

IMAGES = 200


PARAMS = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, manifest_of: Callable[[Path, int], Path]) -> Path:
    """A manifest of 200 rows on one small image: more than three stripes."""
    return manifest_of(tmp_path_factory.mktemp("source"), IMAGES)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of one process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    extract(source, dataset="manifest", params=PARAMS, out=out)
    return written(out)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").glob("[!.]*")}


def planned(source: Path, out: Path, shards: int = 1) -> PlanFile:
    return plan(source, dataset="manifest", params=PARAMS, out=out, shards=shards)[0]


def test_shards_in_any_order_give_the_tables_of_one_process(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    planned(source, tmp_path, shards=3)
    assert status(tmp_path).open_shards == {"plain": (0, 1, 2)}
    done = [work(tmp_path, shard=shard, jobs=1).images for shard in (3, 1)]  # shard 3 of 3 is shard 0
    assert done == [64 + 8, 64]
    summary, still_open = tables(tmp_path)
    assert (summary, still_open) == (None, 64)
    assert status(tmp_path).open_shards == {"plain": (2,)}
    assert not (tmp_path / "tables").exists()
    assert work(tmp_path, shard=2, jobs=1).images == 64
    assert work(tmp_path, shard=2, jobs=1).images == 0
    summary, still_open = tables(tmp_path)
    assert still_open == 0
    assert written(tmp_path) == whole


def test_a_rerun_with_another_number_of_shards_measures_what_is_missing_only(source: Path, tmp_path: Path) -> None:
    planned(source, tmp_path, shards=4)
    assert work(tmp_path, shard=1, jobs=1).images == 64
    planned(source, tmp_path, shards=2)
    assert sum(work(tmp_path, shard=shard, jobs=1).images for shard in (0, 1)) == IMAGES - 64


@given(st.integers(1, 7), st.integers(1, 700), st.booleans(), st.randoms())
def test_every_position_is_in_exactly_one_shard(shards: int, tasks: int, from_one: bool, random) -> None:
    file = PlanFile(Path("plan-x.parquet"), {"config": "c"}, "", tasks, tasks, 1, shards)
    order = [k + from_one for k in range(shards)]
    random.shuffle(order)
    dealt = [p for k in order for p in range(tasks) if file.shard_of(p) == k % shards]
    assert sorted(dealt) == list(range(tasks))


def test_two_processes_with_one_shard_at_once_do_no_harm(source: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    planned(source, tmp_path, shards=1)
    words = [sys.executable, "-m", "radpipe", "work", str(tmp_path), "-j", "1"]
    both = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    summary, _ = tables(tmp_path)
    assert summary is not None
    assert written(tmp_path) == whole
    assert not (tmp_path / "damaged").exists()


def test_a_plan_for_another_version_of_the_engine_is_refused_and_nothing_published(
    source: Path, tmp_path: Path
) -> None:
    file = planned(source, tmp_path)
    header = {**file.header, "engine": {"name": "native", "version": "radpipe 0.0.1"}}
    write_plan_list(tmp_path, [PlanFile(file.path, header, file.scope, file.tasks, file.rows, file.cases)])
    with pytest.raises(UsageError, match=r"made for radpipe 0.0.1, this process has .*: plan again"):
        work(tmp_path, jobs=1)
    assert not (tmp_path / "packs").exists()


def test_a_folder_without_a_plan_is_told(tmp_path: Path) -> None:
    for step in (work, tables, status):
        with pytest.raises(NothingUsableError, match="holds no run"):
            step(tmp_path)


def test_a_listing_that_lacks_the_newest_packs_is_waited_for(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from radpipe.store import index

    planned(source, tmp_path)
    work(tmp_path, jobs=1)
    real, calls = index.list_packs, []

    def late(out: Path, unit: str | None = None) -> list:
        calls.append(out)
        return [] if len(calls) <= hidden else real(out, unit)

    # The tables look once, and the count of what is open once more.
    monkeypatch.setattr(index, "list_packs", late)
    hidden = 2
    assert tables(tmp_path) == (None, IMAGES)
    assert not (tmp_path / "tables").exists()
    calls.clear()
    hidden = 1
    summary, still_open = tables(tmp_path, wait_s=30.0)
    assert (summary is not None, still_open, len(calls)) == (True, 0, 2)


SLOWLY = """
import sys, time
from radpipe.run import drive, worker


def measure(task, out, known=frozenset()):
    time.sleep(0.2)
    return worker.measure(task, out, known)


if __name__ == "__main__":
    import slowly
    from radpipe.cli.app import main

    drive.measure_task = slowly.measure
    main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="process groups and signals of Linux")
@pytest.mark.parametrize(
    "signals",
    [
        (signal.SIGTERM, signal.SIGTERM),
        pytest.param((signal.SIGINT, signal.SIGTERM), marks=pytest.mark.slow_ci),
        pytest.param((signal.SIGUSR1,), marks=pytest.mark.slow_ci),
    ],
    ids=str,
)
def test_preemption_publishes_what_is_finished_and_a_rerun_completes(
    signals: tuple[signal.Signals, ...], source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    planned(source, out)
    (tmp_path / "slowly.py").write_text(SLOWLY)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "slowly.py", "work", str(out), "-j", "2", "--retries", "0"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert until(lambda: list((out / "packs").glob("*/*.parquet")))
    for number in signals:  # to every process of the job, as schedulers do
        os.killpg(process.pid, number)
        time.sleep(0.2)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 75, said
    assert "E_CRASHED" not in said
    told = status(out)
    assert 0 < told.images_open < IMAGES
    assert dict(told.codes) == {}
    work(out, jobs=1)
    assert tables(out)[1] == 0
    assert written(out) == whole


def until(true: Callable[[], object], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(true())


def test_plans_of_two_configurations_are_both_worked_off(source: Path, tmp_path: Path) -> None:
    planned(source, tmp_path)
    other = parse_params({"featureClass": {"firstorder": ["Median"]}}, name="other")
    plan(source, dataset="manifest", params=other, out=tmp_path, shards=2)
    assert [one.shards for one in list_plans(tmp_path)] == [1, 2]
    assert work(tmp_path, jobs=1).images == 2 * IMAGES
    summary, _ = tables(tmp_path)
    assert summary is not None
    assert summary.account.ok == 2 * IMAGES
