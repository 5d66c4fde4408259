"""A region of interest: the voxels of its box on the image's grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note
from radpipe.geometry import Geometry
from radpipe.volume.arrays import Box, bounding_box, read_only

__all__ = ["Mask"]


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A region of interest: at least one voxel of a grid, kept as the voxels of its box.

    A ROI costs its own size, not the image's; :meth:`full_array` makes the rest where a picture or another program
    needs it. Make one with :meth:`of` from a whole array, with :meth:`within` from a part of one.

    Parameters
    ----------
    box
        Half-open index ranges along z, y and x: the smallest that holds all voxels inside.
    crop
        The voxels of the box, shape (z, y, x) of the box, bool; made C-ordered and read-only.
    geometry
        The grid of the image.
    notes
        What the row must tell of how the mask was made.

    Raises
    ------
    ValueError
        The box leaves the grid, is not the smallest, or has another shape than the crop; or the crop is not bool.
    InputError
        ``E_EMPTY_ROI`` when no voxel is set.

    Examples
    --------
    >>> grid = Geometry((4, 5, 6), (3.0, 1.0, 1.0))
    >>> mask = Mask((slice(1, 2), slice(2, 4), slice(0, 1)), np.ones((1, 2, 1), dtype=bool), grid)
    >>> mask.voxel_count, mask.volume_mm3, mask.full_array().shape
    (2, 6.0, (4, 5, 6))
    """

    box: Box
    crop: npt.NDArray[np.bool_]
    geometry: Geometry
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        _refuse_other_than_bool(self.crop)
        shape = tuple(span.stop - span.start for span in self.box)
        if self.crop.shape != shape:
            message = f"voxels of shape {self.crop.shape} in a box of shape {shape}"
            raise ValueError(message)
        if not self.crop.any():
            raise InputError("E_EMPTY_ROI")
        if any(span.start < 0 or span.stop > n for span, n in zip(self.box, self.geometry.size_zyx, strict=True)):
            message = f"box {_box_words(self.box)} leaves a grid of size {self.geometry.size_zyx}"
            raise ValueError(message)
        faces = [np.take(self.crop, end, axis) for axis in range(3) for end in (0, -1)]
        if not all(face.any() for face in faces):
            message = f"box {_box_words(self.box)} is not the smallest around its voxels; make it with Mask.within"
            raise ValueError(message)
        object.__setattr__(self, "crop", read_only(self.crop))

    @classmethod
    def of(cls, array: npt.NDArray[np.bool_], geometry: Geometry, notes: tuple[Note, ...] = ()) -> "Mask":
        """Make a mask of a whole array; the array is not kept.

        Parameters
        ----------
        array
            Shape (z, y, x) of the grid, bool.
        geometry
            The grid.
        notes
            What the row must tell.

        Raises
        ------
        ValueError
            The array's shape is not the grid's size, or it is not bool.
        InputError
            ``E_EMPTY_ROI`` when no voxel is set.
        """
        if array.shape != geometry.size_zyx:
            message = f"array of shape {array.shape} on a grid of size {geometry.size_zyx}"
            raise ValueError(message)
        z, y, x = (slice(0, n) for n in geometry.size_zyx)
        return cls.within((z, y, x), array, geometry, notes)

    @classmethod
    def within(cls, box: Box, array: npt.NDArray[np.bool_], geometry: Geometry, notes: tuple[Note, ...] = ()) -> "Mask":
        """Make a mask of the voxels of any box that holds it; the box is narrowed, the array is not kept.

        Parameters
        ----------
        box
            Half-open index ranges along z, y and x, inside the grid.
        array
            Shape of the box, bool.
        geometry
            The grid of the image.
        notes
            What the row must tell.

        Raises
        ------
        ValueError
            The box leaves the grid, or has another shape than the array; or the array is not bool.
        InputError
            ``E_EMPTY_ROI`` when no voxel is set.
        """
        _refuse_other_than_bool(array)
        shape = tuple(span.stop - span.start for span in box)
        if array.shape != shape:
            message = f"voxels of shape {array.shape} in a box of shape {shape}"
            raise ValueError(message)
        tight = bounding_box(array)
        z, y, x = (slice(a.start + b.start, a.start + b.stop) for a, b in zip(box, tight, strict=True))
        return cls((z, y, x), array[tight].copy(), geometry, notes)

    @property
    def voxel_count(self) -> int:
        """Number of voxels inside."""
        return int(np.count_nonzero(self.crop))

    @property
    def volume_mm3(self) -> float:
        """Voxels inside times the volume of one."""
        return self.voxel_count * self.geometry.voxel_volume_mm3

    def full_array(self) -> npt.NDArray[np.bool_]:
        """Make the array of the whole grid, shape (z, y, x); of the image's size, so only where nothing less serves."""
        array = np.zeros(self.geometry.size_zyx, dtype=np.bool_)
        array[self.box] = self.crop
        return array

    def part(self, box: Box) -> npt.NDArray[np.bool_]:
        """Make the array of another box of the grid, half-open ranges inside it; voxels beyond this one's are False."""
        array = np.zeros([span.stop - span.start for span in box], dtype=np.bool_)
        common = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(self.box, box, strict=True)]
        if all(span.start < span.stop for span in common):
            own = tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(common, self.box, strict=True))
            there = tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(common, box, strict=True))
            array[there] = self.crop[own]
        return array

    def common_voxels(self, other: "Mask") -> int:
        """Count the voxels that another mask of the same grid has too.

        Raises
        ------
        ValueError
            The masks lie on different grids.
        """
        if not self.geometry.same_grid(other.geometry):
            message = "masks on different grids have no voxels in common"
            raise ValueError(message)
        common = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(self.box, other.box, strict=True)]
        if any(span.start >= span.stop for span in common):
            return 0
        own, others = (
            mask.crop[tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(common, mask.box, strict=True))]
            for mask in (self, other)
        )
        return int(np.count_nonzero(own & others))


def _refuse_other_than_bool(array: npt.NDArray[Any]) -> None:
    if array.dtype != np.bool_:
        message = f"a mask is bool, not {array.dtype}"
        raise ValueError(message)


def _box_words(box: Box) -> str:
    return ", ".join(f"{span.start}:{span.stop}" for span in box)
