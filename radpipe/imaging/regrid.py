"""Nearest-neighbour resampling of a mask from one grid to another."""

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry

__all__ = ["resample_nearest"]

BoolArray = npt.NDArray[np.bool_]

TIE_DECIMALS = 6
"""Fractional indices are rounded to this many decimals, so that a centre half way between two is decided the same
way on every row; it then goes to the voxel of greater index."""


def resample_nearest(array: BoolArray, source: Geometry, target: Geometry) -> tuple[BoolArray, float]:
    """Give each voxel of the target grid the value of the nearest voxel of the source grid.

    Parameters
    ----------
    array
        Shape ``source.size_zyx``.
    source, target
        Grids that share patient space.

    Returns
    -------
    resampled, outside_percent
        Shape ``target.size_zyx``; voxels beyond the source's border are False. And the share of the source's voxels
        inside whose centres lie beyond the target's border.
    """
    result = np.zeros(target.size_zyx, dtype=np.bool_)
    inside = np.argwhere(array)
    if not len(inside):
        return result, 0.0
    on_target = target.mm_to_index(source.index_to_mm(inside))
    limits = np.asarray(target.size_zyx) - 0.5
    outside = ((on_target < -0.5) | (on_target > limits)).any(axis=1)
    box = np.array([[z, y, x] for z in (0, 1) for y in (0, 1) for x in (0, 1)])
    low, high = inside.min(axis=0) - 1, inside.max(axis=0) + 1
    corners = target.mm_to_index(source.index_to_mm(low + box * (high - low)))
    first = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, target.size_zyx)
    last = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, 0, target.size_zyx)
    for z in range(int(first[0]), int(last[0])):
        y, x = np.mgrid[first[1] : last[1], first[2] : last[2]]
        index = np.stack([np.full(y.shape, z), y, x], axis=-1)
        nearest = np.floor(np.round(source.mm_to_index(target.index_to_mm(index)), TIE_DECIMALS) + 0.5).astype(np.int64)
        known = ((nearest >= 0) & (nearest < source.size_zyx)).all(axis=-1)
        where = nearest[known]
        result[z, y[known], x[known]] = array[where[:, 0], where[:, 1], where[:, 2]]
    return result, 100.0 * float(np.count_nonzero(outside)) / len(inside)
