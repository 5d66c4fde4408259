"""Distances of the voxels of a region to the nearest voxel beyond it, exact, by lower envelopes of parabolas.

Felzenszwalb & Huttenlocher 2012, Theory of Computing 8:415; time is linear in the voxels.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["squared_distances"]

FloatArray = npt.NDArray[np.float64]


@njit
def squared_distances(region: npt.NDArray[np.bool_], spacing_zyx_mm: tuple[float, float, float]) -> FloatArray:
    """Return squared distances to the nearest voxel that is not of the region.

    Parameters
    ----------
    region
        Shape (z, y, x).
    spacing_zyx_mm
        Between voxel centres.

    Returns
    -------
    ndarray
        mm2, shape of the region; 0 outside of it, infinite where no voxel lies beyond it.
    """
    nz, ny, nx = region.shape
    squared = np.empty((nz, ny, nx))
    for z in range(nz):
        for y in range(ny):
            _along_row(region[z, y], spacing_zyx_mm[2], squared[z, y])
    longest = max(nz, ny)
    line, lowest, place, begin = np.empty(longest), np.empty(longest), np.empty(longest, np.int64), np.empty(longest)
    for z in range(nz):
        for x in range(nx):
            _envelope(squared[z, :, x], spacing_zyx_mm[1], line[:ny], lowest, place, begin)
    for y in range(ny):
        for x in range(nx):
            _envelope(squared[:, y, x], spacing_zyx_mm[0], line[:nz], lowest, place, begin)
    return squared


@njit
def _along_row(region: npt.NDArray[np.bool_], spacing_mm: float, squared: FloatArray) -> None:
    """Set squared distances within one row, infinite where the row has no voxel beyond the region."""
    steps = np.inf
    for x in range(region.size):
        steps = steps + 1.0 if region[x] else 0.0
        squared[x] = steps
    steps = np.inf
    for x in range(region.size - 1, -1, -1):
        steps = steps + 1.0 if region[x] else 0.0
        nearest = min(squared[x], steps) * spacing_mm
        squared[x] = nearest * nearest


@njit
def _envelope(
    values: FloatArray,
    spacing_mm: float,
    line: FloatArray,
    lowest: FloatArray,
    place: npt.NDArray[np.int64],
    begin: FloatArray,
) -> None:
    """Replace the values of a line by the least of value and squared way from any place of it; others are workspace."""
    count = 0
    worst = 0.0
    for q in range(line.size):
        line[q] = values[q]
        worst = max(worst, line[q])
    if worst == 0.0:
        return
    for q in range(line.size):
        if line[q] == np.inf:
            continue
        height = line[q] + (q * spacing_mm) ** 2
        start = -np.inf
        while count:
            start = (height - lowest[count - 1]) / (2.0 * spacing_mm * spacing_mm * (q - place[count - 1]))
            if start > begin[count - 1]:
                break
            count -= 1
        lowest[count], place[count], begin[count] = height, q, start if count else -np.inf
        count += 1
    if not count:
        return
    number = 0
    for q in range(line.size):
        while number + 1 < count and begin[number + 1] < q:
            number += 1
        way = (q - place[number]) * spacing_mm
        values[q] = line[place[number]] + way * way
