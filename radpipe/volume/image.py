"""An image: finite numbers on a grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note
from radpipe.geometry import Geometry
from radpipe.volume.arrays import frozen

__all__ = ["Volume"]


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
    acquisition
        What its header tells of scanner and settings: keyword of DICOM -> text; empty for files without such a header.

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
    acquisition: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "array", frozen(self.array, self.geometry))
        if self.array.dtype.kind == "f" and not np.isfinite([self.array.min(), self.array.max()]).all():
            raise InputError("E_NONFINITE", count=int(np.count_nonzero(~np.isfinite(self.array))))
