"""A small NIfTI file as ITK writes it, and changed by hand."""

import gzip
import struct
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


def patch(path: Path, form: str, place: int, *values: float) -> Path:
    """Write numbers into a NIfTI header, compressed or not."""
    packed = path.suffix == ".gz"
    data = bytearray(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    struct.pack_into("<" + form, data, place, *values)
    path.write_bytes(gzip.compress(bytes(data)) if packed else bytes(data))
    return path
