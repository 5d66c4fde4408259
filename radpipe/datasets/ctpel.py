"""CTPEL: pelvis CT with bones as DICOM SEG and landmarks as structured reports, told apart by SOP class."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import Cohort, ImageKind, MaskKind, RoiRef
from radpipe.datasets.dicom import cohort_of_index
from radpipe.errors import InputError, Note, NothingUsableError
from radpipe.imaging.dicom_index import index_folder
from radpipe.imaging.dicom_io import read_dicom
from radpipe.imaging.structured_report import read_landmarks

__all__ = ["LandmarkRow", "landmark_rows", "read_ctpel"]


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
    for one in index.of_kind("sr"):
        reports[one.patient_id or one.study_uid].append(one.path)
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
    """One row of ``landmarks.csv``: patient coordinates (LPS) in mm; or, without coordinates, why there are none."""

    case_id: str
    landmark: str
    x_mm: float | None
    y_mm: float | None
    z_mm: float | None
    message: str = ""


def landmark_rows(cohort: Cohort) -> tuple[LandmarkRow, ...]:
    """Read the landmarks of all cases; a report that cannot be read gives one row that says why."""
    rows: list[LandmarkRow] = []
    for case in cohort:
        slices = [path for image in case.images if image.kind is ImageKind.DICOM_SERIES for path in image.paths]
        for path in case.reports:
            try:
                found = read_landmarks(path, slices)
            except InputError as fault:
                told = str(Note(fault.code, fault.located(case=case.case_id).message))
                rows.append(LandmarkRow(case.case_id, "", None, None, None, told))
                continue
            rows.extend(LandmarkRow(case.case_id, one.name, one.x_mm, one.y_mm, one.z_mm) for one in found)
    return tuple(rows)
