"""The image that a ROI of a RTSTRUCT was drawn on, among several that the file refers to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.planes import score_planes

__all__ = ["Drawn", "choose_image", "drawn_rois"]

PREFERRED = ("CT", "MR", "PT")
"""Where neither references nor planes tell: contours are drawn on the planning CT more often than on another."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What the contours of a ROI tell of the image below them.

    Parameters
    ----------
    points_xyz_mm
        The first point of each contour, shape (n, 3).
    image_uids
        SOPInstanceUIDs of the images that the contours name.
    """

    points_xyz_mm: npt.NDArray[np.float64]
    image_uids: tuple[str, ...]


def drawn_rois(path: str) -> dict[int, Drawn]:
    """Read where the ROIs of a RTSTRUCT were drawn.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        ROI number -> what its contours tell; ROIs without contours are absent.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``.
    """
    dataset = read_dicom(path)
    drawn = {}
    with reading(path):
        for record in dataset.get("ROIContourSequence") or ():
            points, uids = [], []
            for contour in record.get("ContourSequence") or ():
                numbers = list(contour.get("ContourData") or ())[:3]
                if len(numbers) == 3:
                    points.append([float(number) for number in numbers])
                uids += [str(image.ReferencedSOPInstanceUID) for image in contour.get("ContourImageSequence") or ()]
            if points:
                drawn[int(record.ReferencedROINumber)] = Drawn(np.array(points), tuple(uids))
    return drawn


def choose_image(
    drawn: Drawn | None, images: Sequence[tuple[str, str, Geometry | None]], series_of_sop: Mapping[str, str]
) -> str:
    """Choose the image that a ROI was drawn on.

    Parameters
    ----------
    drawn
        What its contours tell; None where nothing does.
    images
        Image id (SeriesInstanceUID), modality and grid of each image that the RTSTRUCT refers to; at least one.
    series_of_sop
        SOPInstanceUID of a slice -> its SeriesInstanceUID.

    Returns
    -------
    str
        The id of the image that most contours name; else of the one whose slices their planes fit best; else of the CT.
    """
    ids = [image_id for image_id, _, _ in images]
    if drawn is not None:
        named = Counter(series_of_sop[uid] for uid in drawn.image_uids if series_of_sop.get(uid) in ids)
        if named:
            return named.most_common(1)[0][0]
    order = {modality: rank for rank, modality in enumerate(PREFERRED)}

    def fit(image: tuple[str, str, Geometry | None]) -> tuple[float, int]:
        _, modality, grid = image
        score = 0.0 if drawn is None or grid is None else score_planes(drawn.points_xyz_mm, grid)
        return (round(score, 3), -order.get(modality, len(order)))

    return max(images, key=fit)[0]
