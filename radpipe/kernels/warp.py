"""A mask at places between its voxels."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["warped"]

FloatArray = npt.NDArray[np.float64]


@njit
def warped(inside: npt.NDArray[np.bool_], shift_z: FloatArray, shift_y: FloatArray, shift_x: FloatArray) -> FloatArray:
    """Return a mask's linear interpolation at the voxels, each shifted.

    Parameters
    ----------
    inside
        Shape (z, y, x).
    shift_z, shift_y, shift_x
        In voxels, shape (z, y, x).

    Returns
    -------
    ndarray
        0 to 1, shape (z, y, x); 0 beyond the first and last voxel of an axis.
    """
    nz, ny, nx = inside.shape
    values = np.zeros(inside.shape)
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                at_z, at_y, at_x = z + shift_z[z, y, x], y + shift_y[z, y, x], x + shift_x[z, y, x]
                if 0.0 <= at_z <= nz - 1 and 0.0 <= at_y <= ny - 1 and 0.0 <= at_x <= nx - 1:
                    k, j, i = int(at_z), int(at_y), int(at_x)
                    wz, wy, wx = at_z - k, at_y - j, at_x - i
                    k1, j1, i1 = min(k + 1, nz - 1), min(j + 1, ny - 1), min(i + 1, nx - 1)
                    near = _row(inside[k, j], i, i1, wx) * (1.0 - wy) + _row(inside[k, j1], i, i1, wx) * wy
                    far = _row(inside[k1, j], i, i1, wx) * (1.0 - wy) + _row(inside[k1, j1], i, i1, wx) * wy
                    values[z, y, x] = near * (1.0 - wz) + far * wz
    return values


@njit
def _row(row: npt.NDArray[np.bool_], first: int, second: int, share: float) -> float:
    value: float = row[first] * (1.0 - share) + row[second] * share
    return value
