"""Runs: consecutive voxels of one gray level along a direction (GLRLM, IBSI 3.7)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["count_runs"]


@njit
def count_runs(
    slots: npt.NDArray[np.int32],
    voxels: npt.NDArray[np.int64],
    steps: npt.NDArray[np.int64],
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
        Shape (A, n, longest): runs of slot i + 1 and length j + 1.
    """
    runs = np.zeros((steps.size, n, longest), dtype=np.int32)
    for v in voxels:
        slot = slots[v]
        for a in range(steps.size):
            step = steps[a]
            if slots[v - step] == slot:
                continue
            length = 0
            following = v + step
            while slots[following] == slot:
                length += 1
                following += step
            runs[a, slot - 1, length] += 1
    return runs
