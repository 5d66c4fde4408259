"""CTPEL: pelvis CT with bones as DICOM SEG and landmarks as structured reports, told apart by SOP class."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from radpipe.cohort import Case, Cohort, ImageKind, MaskKind, RoiRef
from radpipe.datasets.dicom import cohort_of_index
from radpipe.errors import InputError, Note, NothingUsableError
from radpipe.imaging.dicom_index import index_folder
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.open import open_mask
from radpipe.imaging.structured_report import Landmark, read_landmarks
from radpipe.volume import Mask

__all__ = ["LandmarkRow", "landmark_rows", "read_ctpel"]

ON_BONE_MM = 5.0
"""A landmark further than this from every bone is remarked: two voxels, and the width of a hand's uncertainty."""

REACH_MM = 30.0
"""How far bones are looked for."""

DECIMALS = 3
"""Of coordinates in mm."""


def read_ctpel(source: Path, *, cache: Path | None = None) -> Cohort:
    """Read the collection's folder; a bone is named by its segment's description.

    Raises
    ------
    NothingUsableError
        The folder does not exist, or holds no DICOM image.
    """
    if not source.is_dir():
        message = f"{source} is not a folder"
        raise NothingUsableError(message)
    index = index_folder(source, cache)
    if not index.of_kind("image"):
        message = f"{source} holds no DICOM image"
        raise NothingUsableError(message)
    reports: dict[str, list[str]] = defaultdict(list)
    for report in index.of_kind("sr"):
        reports[report.patient_id or report.study_uid].append(report.path)
    plain = cohort_of_index(index, "ctpel")
    names = {
        (path, number): name
        for path in dict.fromkeys(roi.path for case in plain for roi in case.rois if roi.kind is MaskKind.DICOM_SEG)
        for number, name in _descriptions(path)
    }
    cases = []
    for case in plain:
        rois = tuple(_named(roi, names) for roi in case.rois)
        cases.append(replace(case, rois=rois, reports=tuple(sorted(reports.get(case.case_id, ())))))
    return replace(plain, cases=tuple(cases))


def _descriptions(path: str) -> Iterator[tuple[int, str]]:
    try:
        segments = read_dicom(path, stop_before_pixels=True).get("SegmentSequence") or ()
    except InputError:
        return
    for segment in segments:
        if segment.get("SegmentNumber") is not None and str(segment.get("SegmentDescription") or "").strip():
            yield int(segment.SegmentNumber), str(segment.SegmentDescription).strip()


def _named(roi: RoiRef, names: dict[tuple[str, int], str]) -> RoiRef:
    described = names.get((roi.path, roi.selector if roi.selector is not None else -1))
    return roi if described is None else replace(roi, name=described)


@dataclass(frozen=True, slots=True)
class LandmarkRow:
    """One row of ``landmarks.csv``; :data:`radpipe.tables.cases.LANDMARK_COLUMNS` tells what each column is."""

    case_id: str
    landmark: str
    x_mm: float | None
    y_mm: float | None
    z_mm: float | None
    frame: str = ""
    nearest_roi: str = ""
    distance_mm: float | None = None
    message: str = ""


def landmark_rows(cohort: Cohort) -> tuple[LandmarkRow, ...]:
    """Read the landmarks of all cases; a report that cannot be read gives one row that says why."""
    rows: list[LandmarkRow] = []
    for case in cohort:
        slices = [path for image in case.images if image.kind is ImageKind.DICOM_SERIES for path in image.paths]
        bones = _bones(case) if case.reports else {}
        for path in case.reports:
            try:
                landmarks = read_landmarks(path, slices)
            except InputError as fault:
                sentence = str(Note(fault.code, fault.located(case=case.case_id).message))
                rows.append(LandmarkRow(case.case_id, "", None, None, None, message=sentence))
                continue
            rows.extend(_row(case.case_id, landmark, bones) for landmark in landmarks)
    return tuple(rows)


def _bones(case: Case) -> dict[str, Mask]:
    """Open the bones of a case on their image; one that cannot be opened is told by its own row of the run."""
    grids = {image.image_id: image.geometry for image in case.images if image.geometry is not None}
    bones = {}
    for roi in case.rois:
        grid = next((grids[image] for image in roi.image_ids if image in grids), None)
        if grid is not None:
            with suppress(InputError):
                bones[roi.name] = open_mask(roi, grid)
    return bones


def _row(case_id: str, landmark: Landmark, bones: Mapping[str, Mask]) -> LandmarkRow:
    """Tell where a landmark lies, and how far from which bone; one that lies on none is remarked."""
    point = np.array([landmark.x_mm, landmark.y_mm, landmark.z_mm])
    reached = {name: distance for name, mask in bones.items() if (distance := _distance_mm(point, mask)) is not None}
    nearest = min(reached, key=lambda name: reached[name], default="")
    message = ""
    if bones and (not nearest or reached[nearest] > ON_BONE_MM):
        far = f"{reached[nearest]:.1f} mm from the nearest bone" if nearest else f"over {REACH_MM:g} mm from any bone"
        message = f"the landmark lies {far}"
    x, y, z = (round(float(value), DECIMALS) for value in point)
    distance = round(reached[nearest], 1) if nearest else None
    return LandmarkRow(case_id, landmark.name, x, y, z, "LPS", nearest, distance, message)


def _distance_mm(point_xyz_mm: npt.NDArray[np.float64], mask: Mask) -> float | None:
    """Return the distance to the nearest voxel of a ROI, 0 inside it; None where there is none within reach."""
    grid = mask.geometry
    index = grid.mm_to_index(point_xyz_mm)
    reach = np.array([REACH_MM / step for step in grid.spacing_zyx_mm])
    spans = []
    for axis, span in enumerate(mask.box):
        start = max(int(np.floor(index[axis] - reach[axis])), span.start)
        stop = min(int(np.ceil(index[axis] + reach[axis])) + 1, span.stop)
        if start >= stop:
            return None
        spans.append(slice(start - span.start, stop - span.start))
    voxels = np.argwhere(mask.crop[tuple(spans)])
    if not len(voxels):
        return None
    first = [span.start + part.start for span, part in zip(mask.box, spans, strict=True)]
    # A voxel reaches half a step to either side of its centre.
    apart = np.maximum(np.abs(voxels + first - index) - 0.5, 0.0) * grid.spacing_zyx_mm
    distance = float(np.sqrt((apart**2).sum(axis=1)).min())
    return distance if distance <= REACH_MM else None
