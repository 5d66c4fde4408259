"""Landmarks of a structured report (TID 1500): names and points, read without knowing the report's own vocabulary."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.errors import InputError
from radpipe.imaging.damage import reading
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.slices import Slice

__all__ = ["Landmark", "read_landmarks"]

TRACKING_IDENTIFIER = "112039"
FINDING = frozenset({"121071", "363698007", "F-01710"})
"""Codes of Finding (DCM) and Finding Site (SNOMED CT in both forms): they name a point that has no identifier."""

POINTS = frozenset({"POINT", "MULTIPOINT"})


@dataclass(frozen=True, slots=True)
class Landmark:
    """A named point in patient coordinates, mm."""

    name: str
    x_mm: float
    y_mm: float
    z_mm: float


def read_landmarks(path: str, image_paths: Sequence[str] = ()) -> tuple[Landmark, ...]:
    """Read the points of a structured report in the order of its content.

    Parameters
    ----------
    path
        A DICOM SR.
    image_paths
        Image files that points in pixel coordinates (SCOORD) may refer to; their headers are read only then.

    Returns
    -------
    tuple[Landmark, ...]
        A point is named by the tracking identifier of its measurement group, else its finding or finding site, else
        its own or the group's concept name. Several points of one item are numbered.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``; ``E_NO_IMAGE`` when a SCOORD refers to an image that is not given.
    """
    report = read_dicom(path)
    with reading(path):
        if "ContentSequence" not in report:
            raise InputError("E_REQUIRED_TAG", tags="ContentSequence")
        items = list(_walk(report, ""))
        images = _images(image_paths) if any(item.ValueType == "SCOORD" for _, item in items) else {}
        landmarks = []
        for name, item in items:
            points = _points(item, images)
            for i, (x, y, z) in enumerate(points.tolist()):
                landmarks.append(Landmark(name if len(points) == 1 else f"{name} {i + 1}", x, y, z))
        return tuple(landmarks)


def _walk(node: Dataset, inherited: str) -> Iterator[tuple[str, Dataset]]:
    """Yield each item of points with the name that holds for it."""
    children = node.get("ContentSequence") or ()
    name = _name(children) or inherited
    for child in children:
        kind = str(child.get("ValueType", ""))
        own = _meaning(child)
        if kind in {"SCOORD", "SCOORD3D"} and str(child.get("GraphicType", "")) in POINTS:
            yield name or own, child
        elif kind == "CONTAINER":
            yield from _walk(child, name)
        else:
            yield from _walk(child, name or own)


def _name(children: Sequence[Dataset]) -> str:
    """Return the tracking identifier among the children, else a finding."""
    finding = ""
    for child in children:
        concept = (child.get("ConceptNameCodeSequence") or [Dataset()])[0]
        code = str(concept.get("CodeValue", ""))
        if code == TRACKING_IDENTIFIER and child.get("TextValue"):
            return str(child.TextValue).strip()
        if code in FINDING and child.get("ConceptCodeSequence"):
            finding = finding or str(child.ConceptCodeSequence[0].get("CodeMeaning", "")).strip()
    return finding


def _meaning(item: Dataset) -> str:
    concept = (item.get("ConceptNameCodeSequence") or [Dataset()])[0]
    return str(concept.get("CodeMeaning", "")).strip()


def _points(item: Dataset, images: Mapping[str, Slice]) -> npt.NDArray[np.float64]:
    """Return the points of an item, shape (n, 3), x, y, z in mm."""
    numbers = np.atleast_1d(np.asarray(item.GraphicData, dtype=np.float64))
    if item.ValueType == "SCOORD3D":
        return numbers.reshape(-1, 3)
    columns_rows = numbers.reshape(-1, 2) - 0.5
    reference = next(
        (
            str(child.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)
            for child in item.get("ContentSequence") or ()
            if "ReferencedSOPSequence" in child
        ),
        "",
    )
    if reference not in images:
        raise InputError("E_NO_IMAGE", reference=reference or "none is named")
    image = images[reference]
    dy, dx = image.header.spacing_yx_mm
    steps = columns_rows * (dx, dy)
    return image.position_xyz_mm + steps @ image.orientation.reshape(2, 3)


def _images(paths: Sequence[str]) -> Mapping[str, Slice]:
    """Map SOP instance UID to the header of each image."""
    headers = [(read_dicom(path, stop_before_pixels=True), path) for path in paths]
    return {str(header.SOPInstanceUID): Slice.of(header, path) for header, path in headers}
