"""A real SLURM of one node: an array of shards, a job that is preempted and requeued, dask's own cluster of jobs."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from radpipe.batch import plan, status, tables
from radpipe.cli.app import app
from radpipe.pipeline import extract

PROGRAMS = ("sbatch", "slurmctld", "slurmd", "munged")

pytestmark = [
    pytest.mark.slow_ci,
    pytest.mark.skipif(
        not all(map(shutil.which, PROGRAMS)) or sys.platform != "linux" or os.getuid() != 0,
        reason="needs SLURM and root (.ci/system installs it)",
    ),
]

IMAGES = 200

CONF = """
ClusterName=radpipe
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
KillWait=30
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
SlurmUser=root
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=16000 State=UNKNOWN
PartitionName=low Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=20
PartitionName=high Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
"""

SLOWLY = """
import time

import radpipe.run.drive
from radpipe.run import worker


def measure(task, out, known=frozenset()):
    time.sleep(0.7)
    return worker.measure(task, out, known)


if __name__ == "__main__":
    import slowly
    from radpipe.cli.app import main

    radpipe.run.drive.measure_task = slowly.measure
    main()
"""


def until(true: Callable[[], object], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return bool(true())


def free_ports() -> list[int]:
    with socket.socket() as one, socket.socket() as two:
        for taken in (one, two):
            taken.bind(("127.0.0.1", 0))
        return [one.getsockname()[1], two.getsockname()[1]]


def said_by(*words: object, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, words)),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return done.stdout


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``SLURM_CONF`` of a cluster of this machine alone, on the loopback interface."""
    folder = tmp_path_factory.mktemp("slurm")
    for above in (folder, *folder.parents):  # munge's socket is for everybody
        if above.stat().st_uid == os.getuid() and above != Path("/"):
            above.chmod(above.stat().st_mode | 0o011)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(host=socket.gethostname().split(".")[0], ports=free_ports(), folder=folder))
    environment = {**os.environ, "SLURM_CONF": str(conf)}
    munge = [
        "munged",
        "-F",
        "--force",
        "--key-file",
        key,
        "-S",
        folder / "munge.socket",
        "--pid-file",
        folder / "m.pid",
    ]
    daemons = [[*munge, "--log-file", folder / "munge.log", "--seed-file", folder / "munge.seed"]]
    daemons += [["slurmctld", "-D", "-i"], ["slurmd", "-D"]]
    processes = []
    try:
        for words in daemons:
            processes.append(
                subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            assert until((folder / "munge.socket").exists)
        sinfo = ["sinfo", "-h", "-o", "%T"]
        assert until(lambda: "idle" in subprocess.run(sinfo, env=environment, capture_output=True, text=True).stdout)
        yield str(conf)
        said_by("scancel", "-u", "root", SLURM_CONF=str(conf))
        time.sleep(1)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, manifest_of: Callable[[Path, int], Path]) -> Path:
    """A manifest of 200 rows on one small image: more than three stripes."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "plain.yaml").write_text("featureClass:\n  firstorder: [Mean]\n")
    return manifest_of(folder, IMAGES)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of one process."""
    out = tmp_path_factory.mktemp("whole") / "out"
    extract(source, dataset="manifest", params=source.parent / "plain.yaml", out=out)
    return written(out)


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "tables").glob("[!.]*")}


def script_of(source: Path, out: Path, shards: int, command: str) -> Path:
    """The script that ``radpipe plan`` prints, for one core and this Python."""
    words = ["plan", source, "-d", "manifest", "-p", source.parent / "plain.yaml", "--shards", shards, "-o", out]
    said = CliRunner().invoke(app, list(map(str, words)))
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    lines = lines[lines.index("#!/bin/bash") : next(i for i, line in enumerate(lines) if line.startswith("exec ")) + 1]
    text = "\n".join(lines).replace("cpus-per-task=4", "cpus-per-task=1").replace("exec radpipe", f"exec {command}")
    path = out.parent / "job.sh"
    path.write_text(text + "\n")
    return path


def test_an_array_of_shards_gives_the_tables_of_one_process(
    slurm: str, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    script = script_of(source, out, 4, f"{sys.executable} -m radpipe")
    said_by("sbatch", "--wait", "--array=0,2", f"--chdir={tmp_path}", script, SLURM_CONF=slurm)
    assert status(out).open_shards == {"plain": (1, 3)}
    told = CliRunner().invoke(app, ["status", str(out)]).output
    assert "sbatch --array=1,3" in told
    said_by("sbatch", "--wait", "--array=1,3", f"--chdir={tmp_path}", script, SLURM_CONF=slurm)
    assert tables(out)[1] == 0
    assert written(out) == whole
    logs = [path.read_text() for path in tmp_path.glob("slurm-*.out")]
    assert len(logs) == 4
    assert not any("\r" in log or "\x1b" in log for log in logs)  # no bars in a batch job's file


def test_a_job_that_is_preempted_keeps_what_is_finished_and_goes_on_when_it_is_requeued(
    slurm: str, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (tmp_path / "slowly.py").write_text(SLOWLY)
    script = script_of(source, out, 2, f"{sys.executable} {tmp_path / 'slowly.py'}")
    text = script.read_text().replace("--array=0-1", "--array=0").replace("cpus-per-task=1", "cpus-per-task=2")
    script.write_text(text)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    said_by("sbatch", f"--chdir={tmp_path}", script, SLURM_CONF=slurm, PYTHONPATH=path)
    assert until(lambda: "images of plain" in log(tmp_path), 120)
    assert until(lambda: "images/min" in log(tmp_path), 120)  # the first line of progress
    said_by(
        "sbatch", "--wait", "-p", "high", "-c", "2", "--wrap", "true", f"--output={tmp_path}/high", SLURM_CONF=slurm
    )
    assert "stopped before the end" in log(tmp_path)
    done = IMAGES - status(out).images_open
    assert 0 < done < 128
    assert dict(status(out).codes) == {}
    # The requeued job waits two minutes; its own next start, released by hand, goes on where it was.
    job = said_by("squeue", "-h", "-o", "%A", SLURM_CONF=slurm).split()[0]
    said_by("scontrol", "update", f"JobId={job}", "StartTime=now", SLURM_CONF=slurm)
    assert until(lambda: not said_by("squeue", "-h", SLURM_CONF=slurm).strip(), 300)
    assert status(out).open_shards == {"plain": (1,)}
    assert f"{128 - done} images of plain" in log(tmp_path)  # shard 0 of 2: stripes 0 and 2, 64 images each
    said_by(sys.executable, "-m", "radpipe", "work", out, "--shard", "1")
    assert tables(out)[1] == 0
    assert written(out) == whole


def log(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("slurm-*.out"))


JOBQUEUE = """
import sys, time
from dask_jobqueue import SLURMCluster
from distributed import Client

import radpipe.batch
from radpipe.run.executors.dask import DaskExecutor


def main():
    cluster = SLURMCluster(
        cores=1, memory="1GB", walltime="00:20:00", worker_extra_args=["--nthreads", "1"], interface="lo",
        scheduler_options={"dashboard_address": None}, log_directory=sys.argv[2], python=sys.executable,
    )
    cluster.adapt(minimum=2, maximum=2)
    with cluster, Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)
        print("workers", flush=True)
        told = radpipe.batch.work(sys.argv[1], executor=DaskExecutor(client, jobs=1))
    print("images", told.images, flush=True)


if __name__ == "__main__":
    main()
"""


def test_dasks_own_cluster_of_jobs_measures_also_when_one_job_is_cancelled(
    slurm: str, source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    pytest.importorskip("dask_jobqueue")
    out = tmp_path / "out"
    plan(source, dataset="manifest", params=source.parent / "plain.yaml", out=out)
    (tmp_path / "cluster.py").write_text(JOBQUEUE)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "cluster.py", str(out), str(tmp_path)], env={**os.environ, "SLURM_CONF": slurm},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert any(line.startswith("workers") for line in process.stdout)
    victim = said_by("squeue", "-h", "-o", "%A", SLURM_CONF=slurm).split()[0]
    said_by("scancel", victim, SLURM_CONF=slurm)
    said = process.communicate(timeout=240)[0]
    assert process.returncode == 0, said
    assert tables(out)[1] == 0
    assert written(out) == whole
