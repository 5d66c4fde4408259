"""SIGKILL at random moments of a run, each time gone on: the same tables, and nothing published is measured again."""

import json
import subprocess
import sys
from pathlib import Path

KILLS = 30

DRIVER = """
import json, os, random, signal, sys, time
from pathlib import Path

import numpy as np
import pandas, pyarrow.parquet

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import Policy
from radpipe.features.params import Params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.run.drive import drive
from radpipe.run.executors.serial import SerialExecutor
from radpipe.run.plan import ImageTask, Plan
from radpipe.run.progress import SilentProgress
from radpipe.rois import Target
from radpipe.store.files import locked
from radpipe.store.ledger import PlannedRow
from radpipe.store.parts import publish, published
from radpipe.tables.export import write_tables

names = [f"p{i}" for i in range(60)]
params = Params("fake", (), {})
tasks = [ImageTask(ImageRef(n, "CT", "CT", ImageKind.ITK_FILE, ()), (), params, "fake", Policy(), (), f"key{n}")
         for n in names]
plan = Plan(tuple(tasks), tuple(PlannedRow(n, "CT", "CT", "GTV", "fake", f"key{n}") for n in names))


def measure(task, out):
    value = float(task.image.case_id[1:]) / 7
    time.sleep(0.002)
    vector = FeatureVector(("original_firstorder_Mean",), np.array([value]))
    outcome = Outcome(task.image.case_id, "CT", "CT", "GTV", "fake", Status.OK, vector=vector, seconds=time.time())
    return publish(out, task.key, [outcome])


def go(out):
    with locked(out):
        outcomes = drive(plan, out, SerialExecutor(), SilentProgress(), measure=measure)
        write_tables(out, outcomes, params, {})


def forked(out):
    pid = os.fork()
    if pid == 0:
        go(out)
        os._exit(0)
    return pid


def parts(out):
    return {key: (path.name, path.stat().st_mtime_ns) for key, path in published(out).items()}


def tables(out):
    return {path.name: path.read_bytes().hex() for path in (out / "tables").glob("[!.]*")}


folder, kills = Path(sys.argv[1]), int(sys.argv[2])
began = time.perf_counter()
os.waitpid(forked(folder / "whole"), 0)
whole = time.perf_counter() - began
rng, out, killed, changed, grew = random.Random(11), folder / "killed", 0, 0, []
while killed < kills:
    before = parts(out)
    pid = forked(out)
    # Most moments lie early, so that the run is still going on at the last of them; some lie at its end.
    time.sleep(rng.uniform(0, whole * (0.15 if killed < kills - 5 else 1)))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    killed += 1
    after = parts(out)
    changed += sum(after.get(key) != part for key, part in before.items())
    grew.append(len(after))
before = parts(out)
os.waitpid(forked(out), 0)
after = parts(out)
changed += sum(after.get(key) != part for key, part in before.items())
print(json.dumps({"same": tables(out) == tables(folder / "whole"), "tables": len(tables(out)), "changed": changed,
                  "grew": grew, "left": [str(path) for path in out.rglob("*.tmp")]}))
"""


def test_a_run_killed_at_thirty_random_moments_ends_with_the_same_bytes(tmp_path: Path) -> None:
    # The driver is forked from a process without threads that has imported the libraries: a kill costs milliseconds.
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(tmp_path), str(KILLS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["tables"] >= 6
    assert told["same"]
    assert told["changed"] == 0
    assert told["left"] == []
    within = [parts for parts in told["grew"] if 0 < parts < 60]
    assert len(set(within)) >= 4, "the kills did not fall into the run"
