"""RTSTRUCT: a ROI's contours, found by ROI number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from radpipe.cohort import RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contour_notes import outside_notes
from radpipe.imaging.contours import fill_contours
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.outlines import Contour
from radpipe.imaging.planes import score_planes
from radpipe.imaging.regrid import resample_nearest
from radpipe.imaging.shelf import Shelf
from radpipe.volume import Mask

__all__ = ["RoiContours", "read_rtstruct_mask", "read_rtstruct_roi"]

CONTOUR_DATA = 0x30060050

FURTHEST_MM = 100_000.0
"""No coordinate of a patient is further from the scanner's origin."""


@dataclass(frozen=True, slots=True, eq=False)
class RoiContours:
    """A ROI of a RTSTRUCT.

    Parameters
    ----------
    number, name
        DICOM's ROINumber and ROIName.
    frame_of_reference_uid
        The frame its coordinates are in, or None where the file does not say.
    contours
        All of them, of any type.
    foreign
        How many contours refer to images that the file's own list of referenced images lacks.
    """

    number: int
    name: str
    frame_of_reference_uid: str | None
    contours: tuple[Contour, ...]
    foreign: int = 0


def read_rtstruct_roi(path: str, number: int, shelf: Shelf | None = None) -> RoiContours:
    """Read the contours of the ROI that has a number.

    Parameters
    ----------
    path, number
        Of the file, and of the ROI in it.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``; ``E_SEGMENT_MISSING`` when no ROI has the number, ``E_NUMBER_TWICE`` when
        several have it.
    """
    dataset = (shelf or Shelf()).once(path, lambda: read_dicom(path))
    with reading(path):
        if "StructureSetROISequence" not in dataset:
            raise InputError("E_REQUIRED_TAG", tags="StructureSetROISequence")
        numbers = {int(roi.ROINumber): roi for roi in dataset.StructureSetROISequence}
        if number not in numbers:
            known = ", ".join(f"{key} ({roi.get('ROIName', '')})" for key, roi in sorted(numbers.items()))
            raise InputError("E_SEGMENT_MISSING", number=number, found=known or "none")
        count = sum(int(item.ROINumber) == number for item in dataset.StructureSetROISequence)
        if count > 1:
            raise InputError("E_NUMBER_TWICE", number=number, count=count)
        roi = numbers[number]
        contours = tuple(
            _contour(item)
            for record in dataset.get("ROIContourSequence") or ()
            if int(record.ReferencedROINumber) == number
            for item in record.get("ContourSequence") or ()
        )
        listed = _listed_images(dataset)
        foreign = sum(bool(listed) and not set(contour.image_uids) <= listed for contour in contours)
        frame = str(roi.get("ReferencedFrameOfReferenceUID") or "") or None
        return RoiContours(number, str(roi.get("ROIName", "")), frame, contours, foreign)


def read_rtstruct_mask(roi: RoiRef, image: Geometry, policy: Policy, shelf: Shelf | None = None) -> Mask:
    """Fill a ROI of a RTSTRUCT on an image's grid.

    Parameters
    ----------
    roi
        Its selector is the ROI number. Where ``drawn_on`` is another grid than the image's, the ROI is filled there
        and resampled to the image by nearest neighbour, unless its planes fit the image's own slices better: a file
        that refers to several images does not say which it was drawn on.
    image
        Grid of the image that is measured.
    policy
        What to do about each problem.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        Any code of the way from a file's contours to voxels.
    """
    if roi.selector is None:
        raise InputError("E_SEGMENT_MISSING", path=roi.path, number="(none asked)", found="ROIs by number")
    contours = read_rtstruct_roi(roi.path, roi.selector, shelf)
    grid = _grid_drawn_on(contours, roi, image)
    notes = _frame_notes(contours, roi, image, policy)
    if contours.foreign:
        notes.append(policy.meet("W_CONTOUR_IMAGE", path=roi.path, count=contours.foreign))
    box, array, filled = fill_contours(contours.contours, grid, policy, path=roi.path)
    notes += filled
    if grid is not image:
        notes.append(policy.meet("W_RESAMPLED_MASK", path=roi.path, difference=image.difference(grid)))
        box, array, outside_percent = resample_nearest(Mask.within(box, array, grid), image)
        notes += outside_notes(outside_percent, policy, roi.path)
    return Mask.within(box, array, image, tuple(notes))


def _grid_drawn_on(contours: RoiContours, roi: RoiRef, image: Geometry) -> Geometry:
    """Choose the grid to fill: the one referred to, unless the contours' planes fit the image's slices better."""
    if roi.drawn_on is None or roi.drawn_on.same_grid(image):
        return image
    planes = [contour.points_xyz_mm[0] for contour in contours.contours if len(contour.points_xyz_mm)]
    return image if score_planes(planes, image) > score_planes(planes, roi.drawn_on) else roi.drawn_on


def _frame_notes(contours: RoiContours, roi: RoiRef, image: Geometry, policy: Policy) -> list[Note]:
    """Compare the frames of reference of the ROI and of what it was drawn on with the image's, where they are told.

    Another frame is taken for the image's only where it is that of an image on the very same grid.
    """
    own = image.frame_of_reference_uid
    drawn = None if roi.drawn_on is None else roi.drawn_on.frame_of_reference_uid
    proven = {drawn} if roi.drawn_on is not None and roi.drawn_on.same_grid(image) else set()
    other = [frame for frame in (contours.frame_of_reference_uid, drawn) if frame and frame not in {own, *proven}]
    if not own or not other:
        return []
    return [policy.meet("E_FRAME_OF_REFERENCE", path=roi.path, image=own, roi_frame=other[0])]


def _contour(item: Dataset) -> Contour:
    kind = str(item.get("ContourGeometricType", "")).strip().upper()
    uids = tuple(str(image.ReferencedSOPInstanceUID) for image in item.get("ContourImageSequence") or ())
    return Contour(_points(item), kind, uids)


def _points(item: Dataset) -> npt.NDArray[np.float64]:
    """Read ContourData from its bytes: pydicom's own numbers take twenty times as long."""
    if CONTOUR_DATA not in item:
        return np.empty((0, 3))
    element: Any = item.get_item(CONTOUR_DATA)
    if isinstance(element, RawDataElement) and isinstance(element.value, bytes):
        words = element.value.strip(b" \0").split(b"\\")
        numbers = np.array(words if words != [b""] else [], dtype=np.bytes_).astype(np.float64)
    else:
        numbers = np.atleast_1d(np.asarray(item.ContourData or [], dtype=np.float64))
    if numbers.size % 3 or not (np.abs(numbers) <= FURTHEST_MM).all():
        message = f"ContourData holds {numbers.size} numbers, which are not triples of at most {FURTHEST_MM:.0f} mm"
        raise ValueError(message)
    promised = item.get("NumberOfContourPoints")
    if promised is not None and int(promised) != numbers.size // 3:
        message = f"NumberOfContourPoints is {int(promised)}, ContourData holds {numbers.size // 3} points"
        raise ValueError(message)
    return numbers.reshape(-1, 3)


def _listed_images(dataset: Dataset) -> set[str]:
    """Return the SOP instance UIDs of all images that the file says it refers to."""
    return {
        str(image.ReferencedSOPInstanceUID)
        for frame in dataset.get("ReferencedFrameOfReferenceSequence") or ()
        for study in frame.get("RTReferencedStudySequence") or ()
        for series in study.get("RTReferencedSeriesSequence") or ()
        for image in series.get("ContourImageSequence") or ()
    }
