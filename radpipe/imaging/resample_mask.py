"""A mask on another grid of the same patient space: nearest neighbour, on the mask's box only."""

import numpy as np
import numpy.typing as npt

from radpipe.errors import Policy
from radpipe.geometry import Geometry
from radpipe.volume import Mask

__all__ = ["mask_on_grid"]


def mask_on_grid(mask: Mask, grid: Geometry, policy: Policy | None = None) -> Mask:
    """Return the mask on a grid: itself when the grid is the same, else resampled and noted.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI`` when no voxel of the grid falls into the mask.
    """
    policy = policy or Policy()
    if mask.geometry.same_grid(grid):
        return Mask(mask.array, grid, mask.notes)
    note = policy.meet("W_RESAMPLED_MASK", difference=mask.geometry.difference(grid))
    return Mask(_nearest(mask, grid), grid, (*mask.notes, note))


def _nearest(mask: Mask, grid: Geometry) -> npt.NDArray[np.bool_]:
    """Look up, for each voxel of the grid near the mask, the mask's voxel that its centre falls into."""
    inside = np.argwhere(mask.array)
    low, high = inside.min(axis=0) - 0.5, inside.max(axis=0) + 0.5
    corners = np.array([[z, y, x] for z in (low[0], high[0]) for y in (low[1], high[1]) for x in (low[2], high[2])])
    box = grid.mm_to_index(mask.geometry.index_to_mm(corners))
    size = np.array(grid.size_zyx)
    first = np.clip(np.floor(box.min(axis=0)).astype(int), 0, size)
    end = np.clip(np.ceil(box.max(axis=0)).astype(int) + 1, 0, size)
    result = np.zeros(grid.size_zyx, dtype=np.bool_)
    if (end <= first).any():
        return result
    rows = np.stack(np.meshgrid(np.arange(first[1], end[1]), np.arange(first[2], end[2]), indexing="ij"), axis=-1)
    limit = np.array(mask.geometry.size_zyx)
    for z in range(first[0], end[0]):
        index_zyx = np.concatenate([np.full((*rows.shape[:2], 1), z), rows], axis=-1)
        source = np.floor(mask.geometry.mm_to_index(grid.index_to_mm(index_zyx)) + 0.5).astype(np.int64)
        valid = ((source >= 0) & (source < limit)).all(axis=-1)
        s = source[valid]
        plane = np.zeros(rows.shape[:2], dtype=np.bool_)
        plane[valid] = mask.array[s[:, 0], s[:, 1], s[:, 2]]
        result[z, first[1] : end[1], first[2] : end[2]] = plane
    return result
