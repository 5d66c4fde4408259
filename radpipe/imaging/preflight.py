"""What image and mask must be to each other before they are measured."""

import numpy as np

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["check_pair", "refuse_unregistered"]

SMALL_VOXELS = 64
SMALL_MM3 = 1000.0
"""Under 64 voxels or 1 mL, texture features hang on single voxels."""


def check_pair(volume: Volume, mask: Mask, policy: Policy | None = None) -> tuple[Note, ...]:
    """Check a mask against its image, and return the notes of both with what was found.

    Parameters
    ----------
    volume, mask
        As opened.
    policy
        What to do about a small ROI.

    Returns
    -------
    tuple[Note, ...]
        Notes of the volume, of the mask, and ``W_SMALL_ROI`` where it applies (not for a radiograph, whose pixels have
        no size), each once.

    Raises
    ------
    InputError
        ``E_GRID_MISMATCH``.
    """
    if not volume.geometry.same_grid(mask.geometry):
        raise InputError("E_GRID_MISMATCH", difference=volume.geometry.difference(mask.geometry))
    notes = [*volume.notes, *mask.notes]
    voxels, volume_mm3 = mask.voxel_count, mask.volume_mm3
    has_size = mask.geometry.size_zyx[0] > 1
    if voxels < SMALL_VOXELS or (has_size and volume_mm3 < SMALL_MM3):
        notes.append((policy or Policy()).meet("W_SMALL_ROI", voxels=voxels, volume_mm3=volume_mm3))
    return tuple(dict.fromkeys(notes))


def refuse_unregistered(image: str, grid: Geometry, other: str, other_grid: Geometry) -> None:
    """Refuse two images that do not share patient space, told by boxes that do not overlap or frames that differ.

    Parameters
    ----------
    image, other
        What the images are called in the message.
    grid, other_grid
        Their grids.

    Raises
    ------
    InputError
        ``E_UNREGISTERED`` with the distance of their centres.
    """
    frames = {grid.frame_of_reference_uid, other_grid.frame_of_reference_uid}
    corners, other_corners = grid.corners_mm(), other_grid.corners_mm()
    low = np.maximum(corners.min(axis=0), other_corners.min(axis=0))
    high = np.minimum(corners.max(axis=0), other_corners.max(axis=0))
    if (low > high).any() or (None not in frames and len(frames) > 1):
        distance = float(np.linalg.norm(corners.mean(axis=0) - other_corners.mean(axis=0)))
        raise InputError("E_UNREGISTERED", image=image, other=other, distance=distance)
