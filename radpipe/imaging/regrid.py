"""Nearest-neighbour resampling of a mask from one grid to another, in one patient space or through a transform."""

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.transforms import RigidTransform
from radpipe.volume import Box, Mask

__all__ = ["carry_mask", "resample_nearest"]

BoolArray = npt.NDArray[np.bool_]

TIE_DECIMALS = 6
"""Fractional indices are rounded to this many decimals, so that a centre half way between two is decided the same
way on every row; it then goes to the voxel of greater index."""


def carry_mask(mask: Mask, target: Geometry, transform: RigidTransform, policy: Policy) -> Mask:
    """Take a mask through a transform to another image's grid.

    Parameters
    ----------
    mask
        On the grid of the image it was drawn on.
    target
        Grid of the image that is measured.
    transform
        From points of the first to points of the second image; the identity between equal grids changes no voxel.
    policy
        What to do about a ROI that the second image's field cuts, ``W_OUTSIDE``.

    Raises
    ------
    InputError
        ``E_OUTSIDE`` when all of the ROI lies beyond the field; ``E_EMPTY_ROI`` when no voxel's centre lies in it;
        ``W_OUTSIDE`` where the policy makes it an error.
    """
    if transform.is_identity and mask.geometry.same_grid(target):
        return Mask(mask.box, mask.crop, target, mask.notes)
    box, array, outside = resample_nearest(mask, target, transform)
    if outside > 0 and not array.any():
        raise InputError("E_OUTSIDE", percent=outside)
    notes = (*mask.notes, policy.meet("W_OUTSIDE", percent=outside)) if outside > 0 else mask.notes
    return Mask.within(box, array, target, notes)


def resample_nearest(
    mask: Mask, target: Geometry, transform: RigidTransform | None = None
) -> tuple[Box, BoolArray, float]:
    """Give each voxel of the target grid the value of the nearest voxel of the mask's grid.

    Parameters
    ----------
    mask
        On its own grid.
    target
        A grid that shares patient space, or that of the second image.
    transform
        From points of the mask's image to points of the target's; None where they share patient space.

    Returns
    -------
    box, resampled, outside_percent
        A box of the target grid that holds the mask, and its voxels, possibly none inside; voxels beyond the source's
        border are False. And the share of the source's voxels inside whose centres lie beyond the target's border.
    """
    source = mask.geometry
    way = transform or RigidTransform()
    start = np.array([span.start for span in mask.box])
    inside = np.argwhere(mask.crop) + start
    on_target = target.mm_to_index(way.apply(source.index_to_mm(inside)))
    limits = np.asarray(target.size_zyx) - 0.5
    outside = ((on_target < -0.5) | (on_target > limits)).any(axis=1)
    corner = np.array([[z, y, x] for z in (0, 1) for y in (0, 1) for x in (0, 1)])
    low, high = inside.min(axis=0) - 1, inside.max(axis=0) + 1
    corners = target.mm_to_index(way.apply(source.index_to_mm(low + corner * (high - low))))
    first = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, target.size_zyx)
    last = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, 0, target.size_zyx)
    result = np.zeros(last - first, dtype=np.bool_)
    for z in range(int(first[0]), int(last[0])):
        y, x = np.mgrid[first[1] : last[1], first[2] : last[2]]
        index = np.stack([np.full(y.shape, z), y, x], axis=-1)
        places = way.apply_inverse(target.index_to_mm(index))
        nearest = np.floor(np.round(source.mm_to_index(places), TIE_DECIMALS) + 0.5).astype(np.int64)
        where = nearest - start
        known = ((where >= 0) & (where < mask.crop.shape)).all(axis=-1)
        result[z - first[0]][known] = mask.crop[tuple(where[known].T)]
    z_span, y_span, x_span = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return (z_span, y_span, x_span), result, 100.0 * float(np.count_nonzero(outside)) / len(inside)
