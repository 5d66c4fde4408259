"""A slice: an image file or a frame of one, with its header."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_io import require
from radpipe.imaging.header_values import value_of
from radpipe.imaging.slice_header import SAME_DIRECTION, SliceHeader, is_orthonormal

__all__ = ["FloatArray", "Slice"]


FloatArray = npt.NDArray[np.float64]

REQUIRED = ("Rows", "Columns", "PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient")

USED_LATER = (
    "SeriesInstanceUID",
    "FrameOfReferenceUID",
    "Modality",
    "RescaleSlope",
    "RescaleIntercept",
    "SliceThickness",
    "PixelData",
)
"""Decoded with the header, so that damage in them is found where it is told."""


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """One slice of a series: an image file, or a frame of one.

    Parameters
    ----------
    dataset
        The header; of a frame of a multi-frame image, what holds for this frame.
    path
        The file.
    header
        Its geometry.
    frame
        Position in a multi-frame image, from 0 on; None where the file is one slice.
    whole
        The multi-frame image that it is a frame of, which holds the pixels; None where the file is one slice.
    """

    dataset: Dataset
    path: str
    header: SliceHeader
    frame: int | None = None
    whole: Dataset | None = None

    @classmethod
    def of(cls, dataset: Dataset, path: str, frame: int | None = None, whole: Dataset | None = None) -> "Slice":
        """Read the header of one slice.

        Parameters
        ----------
        dataset, path, frame, whole
            As of the class.

        Raises
        ------
        InputError
            ``E_REQUIRED_TAG``, or ``E_UNREADABLE`` for a value that is no geometry.
        """
        require(dataset, REQUIRED, path)
        with reading(path):
            for keyword in USED_LATER:
                value_of(dataset, keyword)
            position = tuple(float(v) for v in value_of(dataset, "ImagePositionPatient"))
            orientation = tuple(float(v) for v in value_of(dataset, "ImageOrientationPatient"))
            dy, dx = (float(v) for v in value_of(dataset, "PixelSpacing"))
            if len(position) != 3 or len(orientation) != 6 or not all(map(isfinite, (*position, *orientation))):
                message = f"position {list(position)}, orientation {list(orientation)}"
                raise ValueError(message)
            positive = 0 < dy < np.inf and 0 < dx < np.inf
            if not is_orthonormal(orientation) or not positive:
                message = f"orientation {list(orientation)} is not orthonormal, or spacing {dy}, {dx} not positive"
                raise ValueError(message)
            words = {str(word).upper() for word in value_of(dataset, "ImageType") or ()}
            header = SliceHeader(
                position,
                orientation,
                (dy, dx),
                (int(value_of(dataset, "Rows")), int(value_of(dataset, "Columns"))),
                int(value_of(dataset, "InstanceNumber") or 0),
                bool(words & {"LOCALIZER", "SCOUT"}),
            )
        return cls(dataset, path, header, frame, whole)

    @property
    def position_xyz_mm(self) -> FloatArray:
        """Centre of the first pixel, shape (3,)."""
        return np.array(self.header.position_xyz_mm)

    @property
    def orientation(self) -> FloatArray:
        """Direction cosines of a row, then of a column, shape (6,)."""
        return np.array(self.header.orientation)

    @property
    def normal(self) -> FloatArray:
        """Unit vector across the slice."""
        normal = np.cross(self.orientation[:3], self.orientation[3:])
        return np.asarray(normal / np.linalg.norm(normal))

    def same_part(self, other: "Slice") -> bool:
        """Tell whether both have one matrix and one orientation."""
        if self.header.size_yx == other.header.size_yx and self.header.orientation == other.header.orientation:
            return True
        return self.header.size_yx == other.header.size_yx and bool(
            np.abs(self.orientation - other.orientation).max() <= SAME_DIRECTION
        )
