"""One pass over each voxel's neighbourhood for the dependence matrix (GLDM) and the gray tone differences (NGTDM)."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["Levels", "count_neighbours", "offsets", "tone_pairs"]

Levels = npt.NDArray[np.int32]


def offsets(distances: tuple[int, ...], flat_axis: int | None = None) -> npt.NDArray[np.int64]:
    """List the offsets (z, y, x) whose largest component is one of the distances.

    Parameters
    ----------
    distances
        Chebyshev distances in voxels.
    flat_axis
        The axis (0 is z) along which neighbours are not sought (PyRadiomics' ``force2Ddimension``), or none.

    Examples
    --------
    >>> len(offsets((1,))), len(offsets((1,), flat_axis=0))
    (26, 8)
    """
    reach = max(distances)
    grid = np.indices((2 * reach + 1,) * 3).reshape(3, -1).T - reach
    kept = np.isin(np.abs(grid).max(axis=1), distances)
    if flat_axis is not None:
        kept &= grid[:, flat_axis] == 0
    return np.ascontiguousarray(grid[kept], dtype=np.int64)


@njit
def count_neighbours(
    levels: Levels, count: int, steps: npt.NDArray[np.int64], alpha: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Count dependences and sum gray tone differences.

    Parameters
    ----------
    levels
        Gray levels, shape (z, y, x); 0 outside the ROI.
    count
        Highest gray level.
    steps
        From :func:`offsets`.
    alpha
        A neighbour depends on the voxel when their levels differ by at most this.

    Returns
    -------
    tuple of arrays
        Voxels by (level - 1, number of dependent neighbours); voxels by level; summed absolute difference between a
        voxel and the mean of its neighbours in the ROI, by level (0 for a voxel without neighbours).
    """
    dependence = np.zeros((count, steps.shape[0] + 1), dtype=np.int64)
    voxels = np.zeros(count, dtype=np.int64)
    difference = np.zeros(count, dtype=np.float64)
    nz, ny, nx = levels.shape
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                level = levels[z, y, x]
                if level == 0:
                    continue
                near, total, found = 0, 0, 0
                for k in range(steps.shape[0]):
                    a, b, c = z + steps[k, 0], y + steps[k, 1], x + steps[k, 2]
                    if a < 0 or b < 0 or c < 0 or a >= nz or b >= ny or c >= nx:
                        continue
                    other = levels[a, b, c]
                    if other > 0:
                        found += 1
                        total += other
                        if abs(other - level) <= alpha:
                            near += 1
                dependence[level - 1, near] += 1
                voxels[level - 1] += 1
                if found > 0:
                    difference[level - 1] += abs(level - total / found)
    return dependence, voxels, difference


@njit
def tone_pairs(
    level: npt.NDArray[np.float64], p: npt.NDArray[np.float64], s: npt.NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Sum over pairs of occupied gray levels, without a matrix of pairs.

    Parameters
    ----------
    level, p, s
        Gray level, its probability (above 0) and its summed difference; shape (occupied levels,).

    Returns
    -------
    tuple of float
        The sums of Contrast, Busyness, Complexity and Strength, before division.
    """
    contrast, busyness, complexity, strength = 0.0, 0.0, 0.0, 0.0
    for i in range(level.size):
        for j in range(level.size):
            gap = level[i] - level[j]
            contrast += p[i] * p[j] * gap * gap
            busyness += abs(level[i] * p[i] - level[j] * p[j])
            complexity += abs(gap) * (p[i] * s[i] + p[j] * s[j]) / (p[i] + p[j])
            strength += (p[i] + p[j]) * gap * gap
    return contrast, busyness, complexity, strength
