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

from radpipe.cohort import Cohort, ImageKind, ImageRef
from radpipe.errors import Policy
from radpipe.features.params import Params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.parquet import parquet_table
from radpipe.run.drive import drive, share_of
from radpipe.run.executors.serial import SerialExecutor
from radpipe.run.tasks import ImageTask
from radpipe.run.plan import ConfigRequest, Selection
from radpipe.run.progress import SilentProgress
from radpipe.run.record import task_text
from radpipe.steps import make_tables
from radpipe.store.locks import locked
from radpipe.store.packs import Measured
from radpipe.store.plans import PlanEntry, write_plan_file, write_plan_list
from radpipe.store.writer import Flush

FLUSH_S = 0.01
params = Params("fake", (), {})
header = ConfigRequest(Selection(), params, "native").header(Cohort("made", "", ()), {})
entries = []
for i in range(240):
    image = ImageRef(f"p{i}", "CT", "CT", ImageKind.ITK_FILE, ())
    text = task_text(ImageTask(image, (), params, "native", Policy(), ()))
    entries.append(PlanEntry(f"p{i}", "CT", "CT", "fake", ("GTV",), f"keyp{i}", task=text))


def measure(task, out):
    value = float(task.image.case_id[1:]) / 7
    time.sleep(0.002)
    with open(LOG, "a") as log:
        log.write(task.key + "\\n")
    vector = FeatureVector(("original_firstorder_Mean",), np.array([value]))
    outcome = Outcome(task.image.case_id, "CT", "CT", "GTV", "fake", Status.OK, vector=vector, seconds=time.time())
    return Measured(task.key, "", (outcome,))


def go(out):
    with locked(out):
        plan = write_plan_file(out / "plans", entries, header, "made")
        write_plan_list(out, [plan])
        share = share_of(plan, out)
        drive(share, out, SerialExecutor(), SilentProgress(), measure=measure, flush=Flush(FLUSH_S))
        make_tables(out)


def forked(out):
    pid = os.fork()
    if pid == 0:
        go(out)
        os._exit(0)
    return pid


def parts(out):
    found = {}
    for path in sorted((out / "packs").glob("*/[!.]*.parquet")):
        for key in parquet_table(path, ["key"]).column("key").to_pylist():
            found.setdefault(key, []).append((path.name, path.stat().st_mtime_ns))
    return found


def tables(out):
    return {path.name: path.read_bytes().hex() for path in (out / "tables").glob("[!.]*")}


folder, kills = Path(sys.argv[1]), int(sys.argv[2])
LOG = folder / "measured"
began = time.perf_counter()
os.waitpid(forked(folder / "whole"), 0)
whole = time.perf_counter() - began
rng, out, killed, changed, grew = random.Random(11), folder / "killed", 0, 0, []
while killed < kills:
    before = parts(out)
    pid = forked(out)
    # Most moments lie early, so that the run is still going on at the last of them; some lie at its end.
    time.sleep(rng.uniform(0, whole * (0.3 if killed < kills - 5 else 1)))
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
lines = LOG.read_text().splitlines()
print(json.dumps({"measured": len(lines), "same": tables(out) == tables(folder / "whole"),
                  "tables": len(tables(out)), "changed": changed,
                  "grew": grew, "twice": sum(len(places) > 1 for places in after.values())}))
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
    assert told["twice"] == 0
    # A flush interval of 10 ms holds at most five images of 2 ms: so many are measured again after a kill.
    assert told["measured"] <= 2 * 240 + KILLS * 6
    within = [parts for parts in told["grew"] if 0 < parts < 240]
    assert len(set(within)) >= 4, "the kills did not fall into the run"
