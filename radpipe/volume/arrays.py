"""Arrays of voxels: read-only, of the grid's size, and the smallest box around what is set."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry

__all__ = ["Box", "bounding_box", "frozen", "read_only"]


Box = tuple[slice, slice, slice]
"""Half-open index ranges along z, y and x."""


def frozen(array: npt.NDArray[Any], geometry: Geometry) -> npt.NDArray[Any]:
    """Return a view of an array on a grid that cannot be written, in C order.

    Parameters
    ----------
    array
        Of any real type; it stays writeable for its owner.
    geometry
        The grid that it lies on.

    Raises
    ------
    ValueError
        The array's shape is not the grid's size.
    """
    if array.shape != geometry.size_zyx:
        message = f"array of shape {array.shape} on a grid of size {geometry.size_zyx}"
        raise ValueError(message)
    return read_only(array)


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view that cannot be written, in C order.

    Parameters
    ----------
    array
        Of any type; copied where it is not in C order.
    """
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    view = array.view()
    view.flags.writeable = False
    return view


def bounding_box(mask: npt.NDArray[np.bool_]) -> Box:
    """Return the smallest box that holds all set voxels of a mask (z, y, x); an empty one when none is set.

    Examples
    --------
    >>> mask = np.zeros((4, 5, 6), dtype=bool)
    >>> mask[1, 2:4, 0] = True
    >>> bounding_box(mask)
    (slice(1, 2, None), slice(2, 4, None), slice(0, 1, None))
    """
    planes = np.flatnonzero(mask.any(axis=(1, 2)))
    if not planes.size:
        return (slice(0, 0), slice(0, 0), slice(0, 0))
    z = slice(int(planes[0]), int(planes[-1]) + 1)
    flat: npt.NDArray[np.bool_] = np.any(mask[z], axis=0)
    rows = np.flatnonzero(flat.any(axis=1))
    columns = np.flatnonzero(flat.any(axis=0))
    return (z, slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1))
