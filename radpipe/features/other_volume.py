"""A ROI with another volume: voxels are added or taken in the order of their distance from its surface."""

import math

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import widened
from radpipe.volume import Mask

__all__ = ["with_other_volume"]

FloatArray = npt.NDArray[np.float64]

FIRST_REACH_MM = 6.0
"""A ROI that grows is first looked at so far around it; further only where that layer holds too few voxels."""

SMOOTHED_VOXELS = 5
"""So far the smoothing that decides ties reaches, and one more."""


def with_other_volume(mask: Mask, share: float) -> Mask:
    """Shrink or grow a ROI to a number of voxels, by distance from its surface.

    Parameters
    ----------
    mask
        The ROI.
    share
        Of its volume: -0.1 leaves 90 %, to the voxel; less where the image ends.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: no voxel is left.

    Notes
    -----
    Exact Euclidean distances in mm, to voxel centres; ties go by the distance smoothed over a voxel, then by index. A
    smaller share gives a part of what a larger one gives.
    """
    wanted = math.floor(mask.voxel_count * (1.0 + share) + 0.5)
    if wanted == mask.voxel_count:
        return mask
    # A layer around the box as thick as the box is wide holds eight times the voxels.
    size_mm = np.array(mask.crop.shape) * np.array(mask.geometry.spacing_zyx_mm)
    most_mm = 5.0 + share * float(size_mm.max()) if share > 0 else 0.0
    reach_mm = min(FIRST_REACH_MM, most_mm)
    while True:
        box = widened(mask, reach_mm, SMOOTHED_VOXELS)
        inside = mask.part(box)
        depth = np.round(_distance(inside, mask) - _distance(~inside, mask), 6)
        near = depth[depth >= -reach_mm]
        if near.size >= wanted:
            return Mask.within(box, _deepest(depth, near, wanted), mask.geometry, mask.notes)
        if reach_mm >= most_mm:
            return Mask.within(box, _deepest(depth, depth.ravel(), wanted), mask.geometry, mask.notes)
        reach_mm *= 2.0


def _deepest(depth: FloatArray, near: FloatArray, count: int) -> npt.NDArray[np.bool_]:
    """Return so many of the deepest voxels, all that there are where there are fewer; ties as told above.

    They are among those whose depth is given as ``near``.
    """
    from scipy.ndimage import gaussian_filter

    if count >= depth.size:
        return np.ones(depth.shape, dtype=np.bool_)
    flat = depth.ravel()
    last = np.partition(near, near.size - count)[near.size - count] if count else np.inf
    kept = flat > last
    ties = np.flatnonzero(flat == last)
    order = np.argsort(-gaussian_filter(depth, 1.0).ravel()[ties], kind="stable")
    kept[ties[order[: count - int(kept.sum())]]] = True
    return kept.reshape(depth.shape)


def _distance(region: npt.NDArray[np.bool_], mask: Mask) -> FloatArray:
    """Return the distance of each voxel of a region to the nearest beyond it, in mm; 0 outside of the region."""
    from radpipe.kernels.distance import squared_distances  # numba, which the process that plans does not need

    if region.all():
        return np.ones(region.shape)
    distance: FloatArray = np.sqrt(squared_distances(region, mask.geometry.spacing_zyx_mm))
    return distance
