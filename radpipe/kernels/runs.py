"""Runs: consecutive voxels of one gray level along a direction (GLRLM, IBSI 3.7)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["count_runs"]


def count_runs(
    slots: npt.NDArray[np.uint32],
    voxels: npt.NDArray[np.uint64],
    steps: npt.NDArray[np.uint64],
    n: int,
    longest: int,
) -> npt.NDArray[np.int32]:
    """Count runs by direction, gray level and length.

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
    places = _count_places(slots, voxels, steps, n, longest)
    return places[:, 1:, 1:-1] - places[:, 1:, 2:]


@njit
def _count_places(
    slots: npt.NDArray[np.uint32],
    voxels: npt.NDArray[np.uint64],
    steps: npt.NDArray[np.uint64],
    n: int,
    longest: int,
) -> npt.NDArray[np.int32]:
    """Count voxels by direction, slot and place in their run, from 1; shape (A, n + 1, longest + 2).

    A run of length m has one voxel at each of the places 1 to m, so that the runs of length j are the voxels at place j
    less those at place j + 1: no run has to be followed. A voxel's count has the number ``slot * width + place``; the
    number of the voxel before it tells whether that one has the same slot, and its place.
    """
    width = np.uint32(longest + 2)
    one = np.uint32(1)
    places = np.zeros((steps.size, (n + 1) * width), dtype=np.int32)
    number = np.zeros(slots.size, dtype=np.uint32)
    for a in range(steps.size):
        step = steps[a]
        mine = places[a]
        for v in voxels:
            first = np.uint32(slots[v] * width)
            before = number[v - step]
            now = np.uint32(before + one) if np.uint32(before - first) < width else np.uint32(first + one)
            number[v] = now
            mine[now] += 1
    return places.reshape((steps.size, n + 1, longest + 2))
