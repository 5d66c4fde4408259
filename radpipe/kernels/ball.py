"""Means over a ball around voxels, by sums along x."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["ball_means"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@njit
def ball_means(image: FloatArray, voxels: IntArray, lines: IntArray) -> FloatArray:
    """Return the mean of the image over a ball around each voxel; what lies outside the image does not count.

    Parameters
    ----------
    image
        Shape (z, y, x).
    voxels
        Centres, shape (N, 3), (z, y, x).
    lines
        The ball as lines along x, shape (L, 3): z and y of the line from the centre, and its reach in x to both sides.

    Returns
    -------
    ndarray
        Shape (N,).
    """
    nz, ny, nx = image.shape
    sums = np.zeros((nz, ny, nx + 1))
    for z in range(nz):
        for y in range(ny):
            total = 0.0
            for x in range(nx):
                total += image[z, y, x]
                sums[z, y, x + 1] = total
    means = np.empty(voxels.shape[0])
    for v in range(voxels.shape[0]):
        total, count = 0.0, 0
        for k in range(lines.shape[0]):
            z, y = voxels[v, 0] + lines[k, 0], voxels[v, 1] + lines[k, 1]
            if z < 0 or y < 0 or z >= nz or y >= ny:
                continue
            low = max(voxels[v, 2] - lines[k, 2], 0)
            high = min(voxels[v, 2] + lines[k, 2] + 1, nx)
            total += sums[z, y, high] - sums[z, y, low]
            count += high - low
        means[v] = total / count
    return means
