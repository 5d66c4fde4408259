"""Exact sums of voxel coordinates."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["coordinate_sums"]


@njit
def coordinate_sums(mask: npt.NDArray[np.bool_]) -> tuple[int, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count the voxels of a mask and sum their indices and products of indices, in whole numbers.

    Parameters
    ----------
    mask
        Shape (z, y, x).

    Returns
    -------
    tuple
        Number of voxels; sums of z, y, x, shape (3,); sums of products, shape (3, 3).
    """
    count = 0
    sums = np.zeros(3, dtype=np.int64)
    products = np.zeros((3, 3), dtype=np.int64)
    for z in range(mask.shape[0]):
        for y in range(mask.shape[1]):
            n, first, second = 0, 0, 0
            for x in range(mask.shape[2]):
                if mask[z, y, x]:
                    n += 1
                    first += x
                    second += x * x
            count += n
            sums += np.array([z * n, y * n, first])
            products[0, 0] += z * z * n
            products[0, 1] += z * y * n
            products[0, 2] += z * first
            products[1, 1] += y * y * n
            products[1, 2] += y * first
            products[2, 2] += second
    for a in range(3):
        for b in range(a):
            products[a, b] = products[b, a]
    return count, sums, products
