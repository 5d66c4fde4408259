"""A small image with a text header, written by ITK and changed by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk  # noqa: N813

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import Policy
from radpipe.imaging.open import open_image

VALUES = np.random.default_rng(4).integers(-900, 900, (6, 7, 8)).astype(np.int16)


def write(path: Path, array: Any = VALUES, *, compress: bool = False) -> Path:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((1.0, 1.5, 3.0))
    image.SetOrigin((-12.0, 7.0, 30.0))
    sitk.WriteImage(image, str(path), useCompression=compress)
    return path


def read(path: Path, *policy: str) -> Any:
    return open_image(ImageRef("case", "image", "MR", ImageKind.ITK_FILE, (str(path),)), Policy.parse(policy))


def nrrd(path: Path, change: Callable[[str], str]) -> Path:
    raw = write(path).read_bytes()
    head, _, data = raw.partition(b"\n\n")
    path.write_bytes(change(head.decode()).encode() + b"\n\n" + data)
    return path
