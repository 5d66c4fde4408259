"""Digests of an outline: equal at the same place, or equal in form wherever it lies."""

import hashlib

import numpy as np

from radpipe.volume import Mask

__all__ = ["form_digest", "mask_digest"]


MIRRORED_SHARE = 0.95
"""An outline that shares more of its voxels with its mirror images has no form of its own."""


def mask_digest(mask: Mask) -> str:
    """Digest the voxels of a mask and the grid they lie on; the same digest, the same outline at the same place.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits. The frame of reference does not count: it is a name, not a place.
    """
    grid = mask.geometry
    digest = hashlib.sha256(np.array(grid.size_zyx, dtype="<i8").tobytes())
    numbers = (*grid.spacing_zyx_mm, *grid.origin_xyz_mm, *grid.direction)
    digest.update(np.array(numbers, dtype="<f8").tobytes())
    digest.update(np.array([[span.start, span.stop] for span in mask.box], dtype="<i8").tobytes())
    digest.update(np.packbits(mask.crop).tobytes())
    return digest.hexdigest()


def form_digest(mask: Mask) -> str:
    """Digest the voxels of a mask and their size, wherever they lie.

    Parameters
    ----------
    mask
        An outline.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits; empty where the outline nearly equals its mirror image along each axis.
    """
    enough = MIRRORED_SHARE * mask.voxel_count
    if all(np.count_nonzero(mask.crop & np.flip(mask.crop, axis)) > enough for axis in range(3)):
        return ""
    digest = hashlib.sha256(np.array(mask.crop.shape, dtype="<i8").tobytes())
    digest.update(np.array(mask.geometry.spacing_zyx_mm, dtype="<f8").tobytes())
    digest.update(np.packbits(mask.crop).tobytes())
    return digest.hexdigest()
