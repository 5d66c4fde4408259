"""Small runs for the tests of the driver."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Policy
from radpipe.features.params import Params
from radpipe.parquet import parquet_table
from radpipe.rois import Target
from radpipe.run.drive import drive, share_of
from radpipe.run.plan import ConfigRequest, Plan, Selection
from radpipe.run.progress import SilentProgress
from radpipe.run.record import task_text
from radpipe.run.tasks import ImageTask
from radpipe.store.ledger import read_outcomes
from radpipe.store.plans import PlanEntry, PlanFile, write_plan_file, write_plan_list


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Six images with a ROI each, as NRRD; cheap to measure."""
    rng = np.random.default_rng(5)
    rows = ["case_id,image,mask,roi,modality"]
    mask = np.zeros((8, 12, 12), np.uint8)
    mask[2:6, 3:9, 3:9] = 1
    sitk.WriteImage(sitk.GetImageFromArray(mask), tmp_path / "mask.nrrd")
    for i in range(6):
        array = rng.integers(-200, 200, mask.shape).astype(np.int16)
        sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / f"image{i}.nrrd")
        rows.append(f"p{i},image{i}.nrrd,mask.nrrd,GTV,CT")
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


class ByValue:
    """A function of a test module, which workers cannot import: it travels with its code."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __reduce__(self) -> tuple[Any, ...]:
        module = sys.modules[self._function.__module__]
        cloudpickle.register_pickle_by_value(module)
        try:
            return cloudpickle.loads, (cloudpickle.dumps(self._function),)
        finally:
            cloudpickle.unregister_pickle_by_value(module)


@pytest.fixture
def by_value() -> type[ByValue]:
    """Wrap a function so that workers can receive it."""
    return ByValue


@pytest.fixture
def plan_of(tmp_path: Path) -> Callable[[list[str]], Plan]:
    """Make a plan of cases that share one small image; their ids tell a test's measure what shall become of them."""
    array = np.zeros((4, 6, 6), np.int16)
    array[1:3, 1:5, 1:5] = 1
    for name, values in (
        ("image.nrrd", np.arange(array.size, dtype=np.int16).reshape(array.shape)),
        ("mask.nrrd", array),
    ):
        sitk.WriteImage(sitk.GetImageFromArray(values), tmp_path / name)

    def make(case_ids: list[str]) -> Plan:
        roi = RoiRef("GTV", "GTV", MaskKind.ITK_FILE, str(tmp_path / "mask.nrrd"), 1, ("CT",))
        params = Params("fake", (), {})
        tasks = [
            ImageTask(
                ImageRef(name, "CT", "CT", ImageKind.ITK_FILE, (str(tmp_path / "image.nrrd"),)),
                (Target("GTV", (roi,)),),
                params,
                "fake",
                Policy(),
                (),
                f"key-of-{name}",
            )
            for name in case_ids
        ]
        entries = [PlanEntry(name, "CT", "CT", "fake", ("GTV",), f"key-of-{name}") for name in case_ids]
        return Plan(tuple(tasks), tuple(entries))

    return make


def kept(plan: Plan, out: Path, **options: Any) -> PlanFile:
    """Write a plan of memory to an output folder, as for the native engine."""
    params = plan.tasks[0].params
    header = ConfigRequest(Selection(), params, "native").header(Cohort("made", "", ()), {})
    texts = {task.key: task_text(task) for task in plan.tasks}
    entries = (replace(entry, task=texts.get(entry.key, "")) for entry in plan.entries)
    file = write_plan_file(out / "plans", entries, header, "made", **options)
    write_plan_list(out, [file])
    return file


@pytest.fixture
def keep_plan() -> Callable[..., PlanFile]:
    """Write a plan of memory to an output folder."""
    return kept


@pytest.fixture
def run_plan() -> Callable[..., tuple[Any, ...]]:
    """Write a plan of memory, measure what is open of it, and return its outcomes in the plan's order."""

    def run(plan: Plan, out: Path, executor: Any, *, retry_failed: bool = False, **options: Any) -> tuple[Any, ...]:
        file = kept(plan, out)
        share = share_of(file, out, retry_failed=retry_failed, whole=True)
        drive(share, out, executor, SilentProgress(), **options)
        return read_outcomes(out, [file])

    return run


@pytest.fixture
def published() -> Callable[[Path], dict[str, tuple[str, int]]]:
    """List what is published: key of each task -> its pack's name and time; damaged packs are not looked at."""

    def found(out: Path) -> dict[str, tuple[str, int]]:
        keys = {}
        for path in sorted((out / "packs").glob("*/[!.]*.parquet")):
            for key in parquet_table(path, ["key"]).column("key").to_pylist():
                keys[key] = (path.name, path.stat().st_mtime_ns)
        return keys

    return found
