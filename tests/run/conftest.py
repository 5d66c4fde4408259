"""Small runs for the tests of the driver."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Policy
from radpipe.features.params import Params
from radpipe.rois import Target
from radpipe.run.plan import ImageTask, Plan
from radpipe.store.ledger import PlannedRow


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
    for name in ("image.nrrd", "mask.nrrd"):
        sitk.WriteImage(sitk.GetImageFromArray(array), tmp_path / name)

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
        rows = [PlannedRow(name, "CT", "CT", "GTV", "fake", f"key-of-{name}") for name in case_ids]
        return Plan(tuple(tasks), tuple(rows))

    return make
