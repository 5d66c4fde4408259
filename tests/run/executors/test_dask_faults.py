"""dask when things go wrong: nodes that end, images that end nodes, a scheduler that is gone, versions that differ.

Scheduler and workers are processes of dask's own commands, as on a cluster; images are counted when they are measured.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from radpipe.batch import plan, tables
from radpipe.features.params_file import parse_params
from radpipe.parquet import parquet_table
from radpipe.pipeline import extract

pytestmark = [
    pytest.mark.slow_ci,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the dask worker by /proc"),
]

IMAGES = 120
PARAMS = parse_params({"featureClass": {"firstorder": ["Mean"]}}, name="plain")

COUNTED = """
import os, signal, sys, time

import radpipe.run.drive
from radpipe.run import worker


def measure(task, out, known=frozenset()):
    case = task.image.case_id
    with open(os.environ["COUNTED"], "a") as log:
        log.write(case + "\\n")
    if case == os.environ.get("POISON"):
        nursery = os.getppid()
        with open(f"/proc/{nursery}/stat") as told:
            os.kill(int(told.read().rsplit(")", 1)[1].split()[1]), signal.SIGKILL)
        time.sleep(60)
    if case == os.environ.get("SEGFAULT"):
        os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(0.05)
    return worker.measure(task, out, known)


if __name__ == "__main__":
    import counted
    from radpipe.cli.app import main

    radpipe.run.drive.measure_task = counted.measure
    main()
"""

UNLIKE = """
import radpipe.run.executors.dask as executor


class Engine:
    version = "radpipe 0.0.1"


executor.choose_engine = lambda name: Engine()
"""


class Cluster:
    """A scheduler and workers, as processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.counted = folder / "counted"
        (folder / "counted.py").write_text(COUNTED)
        self.processes: list[subprocess.Popen[str]] = []

    def environment(self, **more: str) -> dict[str, str]:
        path = os.pathsep.join([str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        own = {"PYTHONPATH": path, "COUNTED": str(self.counted), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
        return {**os.environ, **own, **more}

    def dask(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words, "--scheduler-file", str(self.file)],
            env=self.environment(**more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
        )
        self.processes.append(process)
        return process

    def scheduler(self) -> "subprocess.Popen[str]":
        self.file.unlink(missing_ok=True)
        process = self.dask("scheduler", "--no-dashboard", "--port", "0", "--host", "127.0.0.1")
        assert until(self.file.is_file)
        return process

    def worker(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        return self.dask("worker", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", *words, **more)

    def work(self, out: Path) -> "subprocess.Popen[str]":
        words = [sys.executable, str(self.folder / "counted.py"), "work", str(out), "--dask", str(self.file)]
        process = subprocess.Popen(
            words, env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.processes.append(process)
        return process

    def measured(self) -> Counter[str]:
        return Counter(self.counted.read_text().split() if self.counted.is_file() else ())

    def end(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.communicate()


def until(true: Callable[[], object], seconds: float = 300.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(true())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """No process yet; all are ended in the end."""
    pytest.importorskip("distributed")
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    yield made
    made.end()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, manifest_of: Callable[[Path, int], Path]) -> Path:
    """A manifest of many rows on one small image."""
    return manifest_of(tmp_path_factory.mktemp("source"), IMAGES)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of one process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    extract(source, dataset="manifest", params=PARAMS, out=out)
    return written(out)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").glob("[!.]*")}


def planned(source: Path, out: Path) -> Path:
    plan(source, dataset="manifest", params=PARAMS, out=out)
    return out


def ended(process: "subprocess.Popen[str]", seconds: float = 500.0) -> tuple[int, str]:
    said, _ = process.communicate(timeout=seconds)
    return process.returncode, " ".join(said.split())


def test_an_image_that_ends_its_node_each_time_is_a_row_and_the_others_are_measured(
    cluster: Cluster, source: Path, tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    cluster.scheduler()
    for _ in range(2):
        cluster.worker(POISON="p007")
    code, said = ended(cluster.work(out))
    assert code == 0, said
    failures = pd.read_csv(tables_of(out) / "failures.csv")
    assert failures[["case_id", "code"]].values.tolist() == [["p007", "E_CRASHED"]]
    assert "its node ended" in failures["message"].iloc[0]
    assert max(cluster.measured().values()) == 2


def test_an_image_that_ends_its_own_process_is_a_row_and_no_dask_worker_ends(
    cluster: Cluster, source: Path, tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    cluster.scheduler()
    worker = cluster.worker(SEGFAULT="p007")
    work = cluster.work(out)
    assert until(lambda: child_of(worker.pid))
    measuring = child_of(worker.pid)
    code, said = ended(work)
    assert code == 0, said
    failures = pd.read_csv(tables_of(out) / "failures.csv")
    assert failures[["case_id", "code"]].values.tolist() == [["p007", "E_CRASHED"]]
    assert "SIGSEGV" in failures["message"].iloc[0]
    assert child_of(worker.pid) == measuring
    counts = cluster.measured()
    assert counts.pop("p007") == 2  # once more, alone
    assert set(counts.values()) == {1}


def tables_of(out: Path) -> Path:
    summary, still_open = tables(out)
    assert summary is not None
    assert (str(summary.account), still_open) == (f"{IMAGES} planned = {IMAGES - 1} ok + 1 failed + 0 skipped", 0)
    return out / "tables"


@pytest.mark.parametrize("fate", ["nanny", "worker", "finished", "retired", "lifetime"])
def test_a_node_that_leaves_costs_no_row(
    fate: str, cluster: Cluster, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    cluster.scheduler()
    victim = cluster.worker("--name", "victim", *(["--lifetime", "10 seconds"] if fate == "lifetime" else []))
    work = cluster.work(out)
    assert until(lambda: published(out) if fate == "finished" else len(cluster.measured()) > 4)
    finished = published(out)
    if fate == "nanny":
        victim.send_signal(signal.SIGTERM)
    elif fate in ("worker", "finished"):
        os.kill(*child_of(victim.pid), signal.SIGKILL)
    elif fate == "retired":
        retire(cluster)
    else:
        assert until(lambda: victim.poll() is not None), "its time is over"
    cluster.worker()
    code, said = ended(work)
    assert code == 0, said
    assert "E_CRASHED" not in said
    assert tables(out)[1] == 0
    assert written(out) == whole
    counts = cluster.measured()
    assert max(counts.values()) <= (1 if fate == "retired" else 2)
    assert {counts[case] for case in finished} <= {1}, "an image of a finished chunk was measured again"
    assert set(counts) == {f"p{i:03d}" for i in range(IMAGES)}


def published(out: Path) -> set[str]:
    """The cases whose outcomes lie in packs."""
    packs = (out / "packs").glob("*/*.parquet")
    return {case for path in packs for case in parquet_table(path, ["case_id"]).column("case_id").to_pylist()}


def child_of(pid: int) -> list[int]:
    """The process that a nanny started: it is the one that measures."""
    started = Path(f"/proc/{pid}/task").glob("*/children")  # by any of its threads
    children = [child for listed in started for child in listed.read_text().split()]
    named = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, words in named.items() if b"spawn_main" in words][:1]


def retire(cluster: Cluster) -> None:
    script = (
        "import sys; from distributed import Client\n"
        "with Client(scheduler_file=sys.argv[1]) as client: client.retire_workers(names=['victim'])"
    )
    subprocess.run([sys.executable, "-c", script, str(cluster.file)], check=True, timeout=120)


@pytest.mark.parametrize("moment", ["while it waits", "while it sends"])
def test_a_scheduler_that_is_gone_ends_the_run_with_a_sentence_and_another_one_goes_on(
    moment: str, cluster: Cluster, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    scheduler, work = cluster.scheduler(), None
    first = cluster.worker("--death-timeout", "60")
    work = cluster.work(out)
    packs = out / "packs"
    assert until(cluster.measured if moment == "while it waits" else lambda: list(packs.glob("*/*.parquet")))
    scheduler.kill()
    began = time.monotonic()
    code, said = ended(work, 90)
    assert (code, time.monotonic() - began < 60) == (4, True), said
    assert "the dask scheduler is gone" in said
    assert "Traceback" not in said
    first.kill()
    cluster.scheduler()
    cluster.worker()
    code, said = ended(cluster.work(out))
    assert code == 0, said
    assert tables(out)[1] == 0
    assert written(out) == whole


def test_work_that_is_cancelled_on_the_scheduler_ends_the_run_with_a_sentence(
    cluster: Cluster, source: Path, tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    cluster.scheduler()
    cluster.worker()
    work = cluster.work(out)
    assert until(cluster.measured)
    cancel(cluster)
    code, said = ended(work, 90)
    assert code == 4, said
    assert "cancelled the work; start the same command again, it goes on" in said
    assert "Traceback" not in said


def cancel(cluster: Cluster) -> None:
    script = (
        "import sys; from distributed import Client, Future\n"
        "with Client(scheduler_file=sys.argv[1]) as client:\n"
        "    keys = client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))\n"
        "    client.cancel([Future(key, client) for key in keys], force=True)"
    )
    subprocess.run([sys.executable, "-c", script, str(cluster.file)], check=True, timeout=120)


def test_a_worker_of_another_version_is_refused_by_both_names_and_publishes_nothing(
    cluster: Cluster, source: Path, tmp_path: Path
) -> None:
    out = planned(source, tmp_path / "out")
    (cluster.folder / "unlike.py").write_text(UNLIKE)
    cluster.scheduler()
    cluster.worker("--preload", "unlike.py")
    code, said = ended(cluster.work(out))
    assert code == 2
    header = json.loads((out / "plans.json").read_text())["plans"][0]["header"]
    assert f"the dask worker has radpipe 0.0.1, this run {header['engine']['version']}" in said
    assert not (out / "packs").exists()
    assert cluster.measured() == {}
