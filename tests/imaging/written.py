"""An image of counted values, as ITK writes it."""

from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import ImageKind, ImageRef

SUFFIXES = ["nii", "nii.gz", "nrrd", "mha"]
VALUES = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
TURNED = (0.6, -0.8, 0.0, 0.8, 0.6, 0.0, 0.0, 0.0, 1.0)


def write(path: Path, array: Any, *, direction: tuple[float, ...] = TURNED, compress: bool = False) -> str:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.5, 3.0))
    image.SetOrigin((-12.0, 7.0, 30.0))
    image.SetDirection(direction)
    sitk.WriteImage(image, str(path), useCompression=compress)
    return str(path)


def image_ref(path: str, modality: str = "MR") -> ImageRef:
    return ImageRef("case", "image", modality, ImageKind.ITK_FILE, (path,))
