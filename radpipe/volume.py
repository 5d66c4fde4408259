"""Volume and Mask: read-only voxels on a :class:`~radpipe.geometry.Geometry`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note
from radpipe.geometry import Geometry

__all__ = ["Mask", "Volume"]


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

    def __post_init__(self) -> None:
        if self.array.dtype != np.bool_:
            message = f"a mask is bool, not {self.array.dtype}"
            raise ValueError(message)
        object.__setattr__(self, "array", _frozen(self.array, self.geometry))
        if not self.array.any():
            raise InputError("E_EMPTY_ROI")

    @property
    def voxel_count(self) -> int:
        """Number of voxels inside."""
        return int(np.count_nonzero(self.array))

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
