"""Runs: consecutive voxels of one gray level along a direction (GLRLM, IBSI 3.7)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["count_runs"]


@njit
def count_runs(
    slots: npt.NDArray[np.uint32],
    voxels: npt.NDArray[np.uint64],
    steps: npt.NDArray[np.uint64],
    n: int,
    longest: int,
) -> npt.NDArray[np.int32]:
    """Count runs by direction, gray level and length.

    A run begins at a voxel whose predecessor has another slot; it is followed to its end from there.

    Parameters
    ----------
    slots
        Padded grid of :mod:`radpipe.kernels.neighbours`, shape (cells,).
    voxels
        Indices of the ROI's voxels in it, rising.
    steps
        One step a direction, shape (A,).
    n
        Number of slots.
    longest
        Length of the longest run that the box allows.

    Returns
    -------
    ndarray
        Shape (A, longest, n): runs of length i + 1 and slot j + 1; short runs, of which there are most, lie together.
    """
    runs = np.zeros((steps.size, longest, n + 1), dtype=np.int32)
    for v in voxels:
        slot = slots[v]
        for a in range(steps.size):
            step = steps[a]
            if slots[v - step] == slot:
                continue
            length = np.uint64(0)
            following = v + step
            while slots[following] == slot:
                length += np.uint64(1)
                following += step
            runs[a, length, slot] += 1
    return runs[:, :, 1:]
