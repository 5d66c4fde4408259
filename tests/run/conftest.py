"""Small runs for the tests of the driver."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813


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
