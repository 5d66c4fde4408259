"""Memory at 100,000: a plan of so many radiographs, tables of so many rows; no long table is written unasked."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow_ci,
    pytest.mark.skipif(sys.platform != "linux", reason="reads the most memory from /proc"),
]

SCRIPT = """
import json, sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from radpipe.batch import plan
from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.features.params_file import load_params
from radpipe.outcome import FeatureVector, Outcome, Status
from radpipe.steps import make_tables
from radpipe.store.packs import Measured
from radpipe.store.plans import list_plans
from radpipe.store.writer import PackWriter

step, out, images = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])


def memory(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1000


class Cases(Sequence):
    def __len__(self):
        return images

    def __getitem__(self, i):
        if not 0 <= i < images:
            raise IndexError
        name = f"{i:08d}"
        image = ImageRef(name, "CR", "CR", ImageKind.PLANAR, (f"/nowhere/{name}.png",))
        roi = RoiRef("label-1", "lung", MaskKind.PLANAR, f"/nowhere/{name}_labels.png", 1, ("CR",))
        return Case(name, (image,), (roi,))


def packs(out):
    (own,) = list_plans(out)
    names = tuple(f"original_firstorder_{name}" for name in ("Mean", "Median", "Energy"))
    names += tuple(f"wavelet-{a}{b}_firstorder_Mean" for a in "LH" for b in "LH")
    names += tuple(f"log-sigma-{i}-mm-3D_firstorder_Mean" for i in range(1, 96))
    writer, values = PackWriter(out), np.random.default_rng(1).normal(size=(97, len(names)))
    for entries in own.entries(with_tasks=False):
        for entry in entries:
            vector = FeatureVector(names, values[entry.position % 97], {"voxels": entry.position})
            row = (entry.case_id, entry.image_id, "CR", entry.rois[0], entry.config)
            writer.add(entry.position, Measured(entry.key, "", (Outcome(*row, Status.OK, vector=vector),)))
    writer.flush()


load_params("xray_2d")
import pandas, pyarrow.parquet

began, told = memory("VmRSS"), {}
if step == "plan":
    plan(Cohort("made", "", Cases()), params="xray_2d", out=out)
elif step == "packs":
    packs(out)
else:
    told = {"account": str(make_tables(out).account)}
print(json.dumps({"most": memory("VmHWM"), "above": memory("VmHWM") - began, **told}))
"""

IMAGES = 100_000


def test_a_plan_and_tables_of_a_hundred_thousand_stay_small(tmp_path: Path) -> None:
    told = {}
    for step in ("plan", "packs", "tables"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, step, str(tmp_path), str(IMAGES)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told[step] = json.loads(done.stdout.splitlines()[-1])
    assert told["plan"]["above"] < 400
    assert told["tables"]["most"] < 400
    assert told["tables"]["account"] == f"{IMAGES} planned = {IMAGES} ok + 0 failed + 0 skipped"
    assert not (tmp_path / "tables" / "features_long.parquet").exists()
    assert (tmp_path / "tables" / "features.csv").stat().st_size > 100 * IMAGES
