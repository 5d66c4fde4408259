"""A small image with labels, as arrays and as files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813


@pytest.fixture(scope="session")
def arrays() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Values 0 to 719 in order, so that means can be counted by hand; label 1 is slice 0, label 5 slice 2."""
    image = np.arange(720, dtype=np.int16).reshape(8, 9, 10)
    labels = np.zeros(image.shape, np.uint8)
    labels[0], labels[2] = 1, 5
    return image, labels


@pytest.fixture(scope="session")
def files(arrays: tuple[Any, Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("direct")
    for name, voxels in zip(("image", "label"), arrays, strict=True):
        written = sitk.GetImageFromArray(voxels)
        written.SetSpacing((1.0, 1.5, 3.0))
        sitk.WriteImage(written, folder / f"{name}.nii.gz")
    return folder / "image.nii.gz", folder / "label.nii.gz"
