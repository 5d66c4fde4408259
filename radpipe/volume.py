"""Volume and Mask: read-only voxels on a :class:`~radpipe.geometry.Geometry`."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note
from radpipe.geometry import Geometry

__all__ = ["Box", "Mask", "Volume", "bounding_box"]

Box = tuple[slice, slice, slice]
"""Half-open index ranges along z, y and x."""


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """An image: finite numbers on a grid.

    Parameters
    ----------
    array
        Shape (z, y, x), any real dtype; made C-ordered and read-only.
    geometry
        The grid; its size is the array's shape.
    unit
        ``HU``, ``SUVbw`` or ``arbitrary``.
    notes
        What the row must tell of how the image was read.

    Raises
    ------
    ValueError
        The array's shape is not the geometry's size.
    InputError
        ``E_NONFINITE`` when a voxel is NaN or infinite.
    """

    array: npt.NDArray[Any]
    geometry: Geometry
    unit: str = "arbitrary"
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "array", _frozen(self.array, self.geometry))
        if self.array.dtype.kind == "f" and not np.isfinite([self.array.min(), self.array.max()]).all():
            raise InputError("E_NONFINITE", count=int(np.count_nonzero(~np.isfinite(self.array))))


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A region of interest: at least one voxel of a grid.

    Parameters
    ----------
    array
        Shape (z, y, x), bool; made C-ordered and read-only.
    geometry
        The grid; its size is the array's shape.
    notes
        What the row must tell of how the mask was made.
    box
        The smallest that holds all voxels inside; computed.

    Raises
    ------
    ValueError
        The array's shape is not the geometry's size, or it is not bool.
    InputError
        ``E_EMPTY_ROI`` when no voxel is set.
    """

    array: npt.NDArray[np.bool_]
    geometry: Geometry
    notes: tuple[Note, ...] = ()
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        if self.array.dtype != np.bool_:
            message = f"a mask is bool, not {self.array.dtype}"
            raise ValueError(message)
        object.__setattr__(self, "array", _frozen(self.array, self.geometry))
        object.__setattr__(self, "box", bounding_box(self.array))
        if not self.array[self.box].size:
            raise InputError("E_EMPTY_ROI")

    @property
    def voxel_count(self) -> int:
        """Number of voxels inside."""
        return int(np.count_nonzero(self.array[self.box]))

    @property
    def volume_mm3(self) -> float:
        """Voxels inside times the volume of one."""
        return self.voxel_count * self.geometry.voxel_volume_mm3


def _frozen(array: npt.NDArray[Any], geometry: Geometry) -> npt.NDArray[Any]:
    if array.shape != geometry.size_zyx:
        message = f"array of shape {array.shape} on a grid of size {geometry.size_zyx}"
        raise ValueError(message)
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
