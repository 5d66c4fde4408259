"""HEAD-NECK-RADIOMICS-HN1: DICOM by tags, and a ROI that lies in both RTSTRUCT and SEG is measured once."""

from dataclasses import replace
from pathlib import Path

from radpipe.cohort import Case, Cohort, MaskKind, Refusal, RoiRef
from radpipe.datasets.dicom import read_dicom_folder

__all__ = ["read_hn1", "without_twins"]


def read_hn1(source: Path, *, cache: Path | None = None) -> Cohort:
    """Read the collection's folder; RTSTRUCT is preferred to SEG for a ROI that both hold.

    Raises
    ------
    NothingUsableError
        No DICOM image is there.
    """
    plain = read_dicom_folder(source, cache=cache, dataset="hn1")
    return replace(plain, cases=tuple(without_twins(case) for case in plain.cases))


def without_twins(case: Case) -> Case:
    """Drop the SEG copy of each ROI of the same name and image that a RTSTRUCT holds, and remember where it lies.

    The copy becomes the twin of the ROI that stays, so that the run can tell how well both agree.
    """
    twins = {
        (roi.name.strip().casefold(), image): roi
        for roi in case.rois
        if roi.kind is MaskKind.DICOM_SEG
        for image in roi.image_ids
    }
    kept: list[RoiRef] = []
    dropped: set[str] = set()
    for roi in case.rois:
        if roi.kind is not MaskKind.RTSTRUCT:
            continue
        twin = next(
            (twins[key] for image in roi.image_ids if (key := (roi.name.strip().casefold(), image)) in twins), None
        )
        if twin is None or twin.roi_id in dropped:
            kept.append(roi)
            continue
        dropped.add(twin.roi_id)
        kept.append(replace(roi, twin=twin))
    damage = next((note.sentence for note in case.problems if note.code == "E_DAMAGED_FILE"), "")
    for roi in case.rois:
        if roi.kind is MaskKind.DICOM_SEG and roi.roi_id not in dropped:
            refusal = (
                Refusal("E_SECOND_CHOICE", {"name": roi.name.strip(), "damage": damage}) if damage else roi.refusal
            )
            kept.append(replace(roi, refusal=refusal))
    return replace(case, rois=tuple(kept))
