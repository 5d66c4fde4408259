"""RTSTRUCT: the contours of a ROI by its number, as the file has them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.errors import InputError
from radpipe.imaging.dicom_series import DAMAGE, read_dicom

__all__ = ["Contour", "RoiName", "contours_of", "read_contours", "roi_names"]


@dataclass(frozen=True, slots=True)
class RoiName:
    """One item of the StructureSetROISequence."""

    number: int
    name: str
    frame_of_reference_uid: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One item of a ContourSequence.

    Parameters
    ----------
    kind
        ContourGeometricType, upper case.
    points_xyz_mm
        Vertices, shape (n, 3), patient coordinates.
    image_uids
        ReferencedSOPInstanceUIDs; cross-checked, never used to place the contour.
    """

    kind: str
    points_xyz_mm: npt.NDArray[np.float64]
    image_uids: tuple[str, ...] = ()


def roi_names(data: Dataset) -> tuple[RoiName, ...]:
    """List the ROIs that a structure set declares, in its order."""
    return tuple(
        RoiName(
            int(item.ROINumber),
            str(item.get("ROIName") or ""),
            str(item.get("ReferencedFrameOfReferenceUID") or "") or None,
        )
        for item in data.get("StructureSetROISequence") or ()
        if item.get("ROINumber") is not None
    )


def read_contours(path: str, number: int) -> tuple[Contour, ...]:
    """Read a file and return the contours of the ROI of a number.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``, ``E_SEGMENT_MISSING``.
    """
    data = read_dicom(path)
    try:
        return contours_of(data, number)
    except InputError as fault:
        raise fault.located(path=path) from None
    except DAMAGE as fault:
        raise InputError("E_UNREADABLE", path=path, reason=f"{type(fault).__name__} in its contours") from fault


def contours_of(data: Dataset, number: int) -> tuple[Contour, ...]:
    """Return the contours of the ROI of a number; a position in a list says nothing.

    Raises
    ------
    InputError
        ``E_SEGMENT_MISSING`` when the structure set does not declare the number; ``E_UNREADABLE`` when the coordinates of
        a contour are not triples of finite numbers.
    """
    declared = {roi.number for roi in roi_names(data)}
    if number not in declared:
        raise InputError("E_SEGMENT_MISSING", number=number, found=", ".join(map(str, sorted(declared))) or "none")
    contours = []
    for item in data.get("ROIContourSequence") or ():
        if int(item.get("ReferencedROINumber", -1)) != number:
            continue
        contours.extend(_contour(part) for part in item.get("ContourSequence") or ())
    return tuple(contours)


def _contour(item: Dataset) -> Contour:
    coordinates = np.array(item.get("ContourData") or [], dtype=np.float64)
    if coordinates.size % 3 or not np.isfinite(coordinates).all():
        raise InputError("E_UNREADABLE", reason="the coordinates of a contour are not triples of numbers")
    images = tuple(str(image.get("ReferencedSOPInstanceUID", "")) for image in item.get("ContourImageSequence") or ())
    return Contour(str(item.get("ContourGeometricType", "")).upper().strip(), coordinates.reshape(-1, 3), images)
