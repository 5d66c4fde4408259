"""The share of a machine: what schedulers, affinity and containers leave, whichever is the least that is certain."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from radpipe.machine import LINEAR_ALGEBRA, ONE_THREAD, cores_of_job, memory_of_job, usual_jobs

GB = 1_000_000_000


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system lets this process run on 8 cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)


def system(folder: Path, **files: str) -> Path:
    """Files of ``/proc`` and ``/sys``; two underscores stand for a slash."""
    for name, text in files.items():
        *parents, last = name.split("__")
        path = folder.joinpath(*parents, last)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("environment", "cores"),
    [
        ({"SLURM_CPUS_PER_TASK": "4", "SLURM_CPUS_ON_NODE": "64"}, 4),
        ({"SLURM_CPUS_ON_NODE": "6"}, 6),
        ({"LSB_DJOB_NUMPROC": "5"}, 5),
        ({"SLURM_CPUS_PER_TASK": ""}, 8),
        ({}, 8),
    ],
)
def test_the_cores_that_a_scheduler_gave(environment: dict[str, str], cores: int, tmp_path: Path) -> None:
    assert cores_of_job(environment, tmp_path) == cores


def test_the_quota_of_a_container_counts_and_is_rounded_up(tmp_path: Path) -> None:
    own = tmp_path / "sys/fs/cgroup/kubepods/pod7"
    own.mkdir(parents=True)
    system(tmp_path, proc__self__cgroup="0::/kubepods/pod7\n")
    (own / "cpu.max").write_text("max 100000\n")
    assert cores_of_job({}, tmp_path) == 8
    (own.parent / "cpu.max").write_text("250000 100000\n")  # the group above limits too
    assert cores_of_job({}, tmp_path) == 3
    (own / "cpu.max").write_text("50000 100000\n")
    assert cores_of_job({}, tmp_path) == 1
    assert cores_of_job({"SLURM_CPUS_PER_TASK": "4"}, tmp_path) == 4


def test_the_older_control_groups_are_understood_also_where_the_path_is_that_of_outside(tmp_path: Path) -> None:
    system(tmp_path, proc__self__cgroup="3:cpuset:/\n2:cpu,cpuacct:/docker/abc\n")
    root = tmp_path / "sys/fs/cgroup/cpu,cpuacct"
    root.mkdir(parents=True)
    (root / "cpu.cfs_quota_us").write_text("-1\n")
    (root / "cpu.cfs_period_us").write_text("100000\n")
    assert cores_of_job({}, tmp_path) == 8
    (root / "cpu.cfs_quota_us").write_text("200000\n")
    assert cores_of_job({}, tmp_path) == 2


def test_memory_is_what_the_machine_has_left_or_the_group_whichever_is_less(tmp_path: Path) -> None:
    assert memory_of_job(tmp_path) is None
    system(tmp_path, proc__meminfo="MemTotal:  32000000 kB\nMemAvailable:   20000000 kB\n")
    assert memory_of_job(tmp_path) == 20_000_000 * 1024
    system(tmp_path, proc__self__cgroup="0::/job\n")
    own = tmp_path / "sys/fs/cgroup/job"
    own.mkdir(parents=True)
    (own / "memory.max").write_text(f"{8 * GB}\n")
    (own / "memory.current").write_text(f"{2 * GB}\n")
    assert memory_of_job(tmp_path) == 6 * GB


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process where none can be forked")
def test_the_usual_number_of_processes_leaves_each_a_gigabyte(tmp_path: Path) -> None:
    assert usual_jobs({}, tmp_path) == 8
    system(tmp_path, proc__meminfo=f"MemAvailable: {3 * GB // 1024 + 1} kB\n")
    assert usual_jobs({}, tmp_path) == 3
    assert usual_jobs({"SLURM_CPUS_PER_TASK": "2"}, tmp_path) == 2
    system(tmp_path, proc__meminfo="MemAvailable: 1000 kB\n")
    assert usual_jobs({}, tmp_path) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere linear algebra may be the system's")
def test_linear_algebra_has_one_thread_where_a_worker_begins_whatever_the_user_set() -> None:
    told = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    script = (
        "import numpy.linalg, scipy.linalg, threadpoolctl; "
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info() if pool['user_api'] == 'blas'})"
    )
    threads = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, **told, **own},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for own in (ONE_THREAD, LINEAR_ALGEBRA)
    ]
    assert threads == ["{1}", "{1}"]
