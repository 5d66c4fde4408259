"""Zones: connected voxels of one gray level (GLSZM, IBSI 3.8)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["zone_sizes"]


@njit
def _root(parent: npt.NDArray[np.uint32], voxel: np.uint64) -> np.uint64:
    """Return the first voxel of a zone; shortens the way for the next caller."""
    while parent[voxel] != voxel:
        parent[voxel] = parent[parent[voxel]]
        voxel = np.uint64(parent[voxel])
    return voxel


@njit
def zone_sizes(
    slots: npt.NDArray[np.uint32], voxels: npt.NDArray[np.uint64], steps: npt.NDArray[np.uint64], hub: np.uint64
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Find the zones with a disjoint-set forest, in one pass over the voxels before each voxel.

    Parameters
    ----------
    slots
        Padded grid of :mod:`radpipe.kernels.neighbours`, shape (cells,).
    voxels
        Indices of the ROI's voxels in it, rising.
    steps
        Positive steps to the neighbours that come after a voxel, shape (A,).
    hub
        The step whose neighbour before the voxel touches all the others before it: when that one belongs to the zone,
        the others that do were joined to it already. 0 where there is none.

    Returns
    -------
    tuple of arrays
        Slot and number of voxels of each zone, in the order of their first voxels.

    References
    ----------
    Wu K, Otoo E, Suzuki K. Pattern Anal. Appl. 12 (2009) 117-135: neighbours examined in the order of a decision tree.
    """
    parent = np.empty(slots.size, dtype=np.uint32)
    for v in voxels:
        slot = slots[v]
        parent[v] = v
        if hub > 0 and slots[v - hub] == slot:
            parent[v] = _root(parent, v - hub)
            continue
        mine = v
        for step in steps:
            if slots[v - step] == slot:
                other = _root(parent, v - step)
                if other < mine:
                    parent[mine] = other
                    mine = other
                elif other > mine:
                    parent[other] = mine
    return _counted(slots, voxels, parent)


@njit
def _counted(
    slots: npt.NDArray[np.uint32], voxels: npt.NDArray[np.uint64], parent: npt.NDArray[np.uint32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return slot and number of voxels of each tree of the forest."""
    size = np.zeros(slots.size, dtype=np.uint32)
    zones = 0
    for v in voxels:
        root = _root(parent, v)
        size[root] += 1
        zones += root == v
    slot_of = np.empty(zones, dtype=np.int64)
    voxels_of = np.empty(zones, dtype=np.int64)
    found = 0
    for v in voxels:
        if parent[v] == v:
            slot_of[found] = slots[v]
            voxels_of[found] = size[v]
            found += 1
    return slot_of, voxels_of
