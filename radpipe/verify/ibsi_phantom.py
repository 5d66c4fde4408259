"""IBSI's digital phantom, made from its published numbers, and the CT phantom's files.

The phantom: 5 x 4 x 4 voxels of 2 mm, whose values are grey levels, and a ROI of 74 voxels. Image Biomarker
Standardisation Initiative, reference manual, arXiv:1612.07003, chapter 5.1; CC BY 4.0.
"""

from pathlib import Path

import numpy as np

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import UsageError
from radpipe.geometry import Geometry
from radpipe.imaging.open import open_image, open_mask
from radpipe.volume import Mask, Volume

__all__ = ["ct_phantom", "digital_phantom"]

_IMAGE = "14411 14611 41641 44641 14411 11611 11311 44611 14411 11111 11911 11611 14411 11111 11111 11611"
_MASK = "11111 11111 11111 11111 11111 11111 01111 11111 11100 11111 11011 11111 11100 11111 11111 11111"
"""Rows along x; four rows a slice, four slices."""


def _laid_out(rows: str) -> np.ndarray:
    return np.array([[int(digit) for digit in row] for row in rows.split()], dtype=np.float64).reshape(4, 4, 5)


def digital_phantom() -> tuple[Volume, Mask]:
    """Make the digital phantom.

    Examples
    --------
    >>> volume, mask = digital_phantom()
    >>> volume.array.shape, mask.voxel_count
    ((4, 4, 5), 74)
    """
    grid = Geometry((4, 4, 5), (2.0, 2.0, 2.0))
    return Volume(_laid_out(_IMAGE), grid), Mask.of(_laid_out(_MASK) > 0, grid)


def ct_phantom(folder: Path) -> tuple[Volume, Mask]:
    """Read the CT phantom (NIfTI) from a folder that holds ``image`` and ``mask``, each with one file, at any depth.

    Intensities are rounded to whole HU, as IBSI's configurations want it.

    Raises
    ------
    UsageError
        The folder does not hold one image and one mask.
    InputError
        A file cannot be trusted.
    """
    files = sorted(path for path in folder.rglob("*.nii*") if path.is_file())
    images = [path for path in files if "image" in (path.parent.name, path.name.split(".")[0])]
    masks = [path for path in files if "mask" in (path.parent.name, path.name.split(".")[0])]
    if len(images) != 1 or len(masks) != 1:
        counted = f"{len(images)} files image/*.nii.gz and {len(masks)} mask/*.nii.gz"
        message = f"{folder}: {counted}; IBSI's CT phantom has one of each"
        raise UsageError(message)
    image = ImageRef("ibsi_ct_phantom", "CT", "CT", ImageKind.ITK_FILE, (str(images[0]),))
    volume = open_image(image)
    roi = RoiRef("GTV-1", "GTV-1", MaskKind.ITK_FILE, str(masks[0]), 1, ("CT",))
    return Volume(np.round(volume.array.astype(np.float64)), volume.geometry, "HU"), open_mask(roi, volume.geometry)
