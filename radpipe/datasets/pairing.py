"""ROIs to images: what each was drawn on, which version of it counts, what must not be chosen in silence."""

import filecmp
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import ImageRef, MaskKind, Refusal, RoiRef
from radpipe.errors import InputError, Note
from radpipe.imaging.dicom_index import DicomFile
from radpipe.imaging.drawn_on import choose_image, drawn_rois

__all__ = ["MASK_KINDS", "pair_rois", "without_copies"]

MASK_KINDS = {"rtstruct": MaskKind.RTSTRUCT, "seg": MaskKind.DICOM_SEG}


def without_copies(files: Sequence[DicomFile]) -> tuple[list[DicomFile], int]:
    """Drop files that are there twice.

    Parameters
    ----------
    files
        RTSTRUCT and SEG files of one patient.

    Returns
    -------
    files, dropped
        Of files with one SOPInstanceUID and equal bytes the one whose path sorts first; and how many were dropped.
    """
    kept: list[DicomFile] = []
    by_uid: dict[str, list[DicomFile]] = defaultdict(list)
    for file in sorted(files, key=lambda file: file.path):
        if file.sop_uid and any(_same_bytes(file, other) for other in by_uid[file.sop_uid]):
            continue
        by_uid[file.sop_uid].append(file)
        kept.append(file)
    return kept, len(files) - len(kept)


def _same_bytes(file: DicomFile, other: DicomFile) -> bool:
    try:
        return file.size == other.size and filecmp.cmp(file.path, other.path, shallow=False)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class _Images:
    """The images of a patient, by id and by frame of reference: all of them, and those that nothing was drawn on."""

    by_id: Mapping[str, ImageRef]
    by_frame: Mapping[str, Sequence[str]]
    undrawn: Mapping[str, Sequence[str]]
    series_of_sop: Mapping[str, str]


def pair_rois(
    files: Sequence[DicomFile], images: Sequence[ImageRef], slices: Sequence[DicomFile], problems: list[Note]
) -> tuple[RoiRef, ...]:
    """List the ROIs of all RTSTRUCT and SEG files of a patient, each with the images it may be measured on.

    Parameters
    ----------
    files
        RTSTRUCT and SEG files, each once.
    images
        Of the patient.
    slices
        The files of these images.
    problems
        What is to be told in the patient's rows is added here.

    Returns
    -------
    tuple of RoiRef
        A ROI is measured on the series it was drawn on; a series of the same frame of reference that nothing was drawn
        on (a PET beside its planning CT) is measured with the ROIs of the others. Of several RTSTRUCT versions of one
        ROI the newest counts; where their dates do not tell, each is refused.
    """
    frames: dict[str, list[str]] = defaultdict(list)
    for image in images:
        if image.geometry is not None and image.geometry.frame_of_reference_uid:
            frames[image.geometry.frame_of_reference_uid].append(image.image_id)
    by_id = {image.image_id: image for image in images}
    drawn_upon = {uid for file in files for uid in file.references if uid in by_id}
    several = any(len([uid for uid in file.references if uid in by_id]) > 1 for file in files)
    known = _Images(
        by_id,
        frames,
        {frame: [uid for uid in ids if uid not in drawn_upon] for frame, ids in frames.items()},
        {file.sop_uid: file.series_uid for file in slices} if several else {},
    )
    ordered = sorted(files, key=lambda file: (file.kind, file.series_uid, file.sop_uid, file.path))
    paired = [
        (roi, file) for number, file in enumerate(ordered, start=1) for roi in _of_file(file, number, known, problems)
    ]
    return _newest(paired, problems)


def _of_file(file: DicomFile, position: int, known: _Images, problems: list[Note]) -> list[RoiRef]:
    own = [uid for uid in file.references if uid in known.by_id]
    frame = file.frame_of_reference_uid
    others = list((known.undrawn if own else known.by_frame).get(frame, ()))
    if not own and not others:
        reference = file.references[0] if file.references else f"frame of reference {frame or 'not given'}"
        sentence = f"{Path(file.path).name} refers to an image that is not in the folder ({reference})"
        problems.append(Note("E_NO_IMAGE", sentence))
    homes = _homes(file, own, known)
    numbers = Counter(number for number, _ in file.rois)
    seen: Counter[int] = Counter()
    rois = []
    for number, name in file.rois:
        seen[number] += 1
        home = homes.get(number, own[0] if own else "")
        drawn_on = known.by_id[home].geometry if home else None
        ids = (home, *(uid for uid in own if uid != home), *others) if home else tuple(others)
        twice = Refusal("E_NUMBER_TWICE", {"number": number, "count": numbers[number]}) if numbers[number] > 1 else None
        suffix = f"-{seen[number]}" if seen[number] > 1 else ""
        roi = RoiRef(
            f"{file.kind}{position}-{number}{suffix}",
            name,
            MASK_KINDS[file.kind],
            file.path,
            number,
            ids,
            drawn_on,
            reference=", ".join(file.references) or "none",
            refusal=twice,
        )
        rois.append(roi)
    return rois


def _homes(file: DicomFile, own: Sequence[str], known: _Images) -> dict[int, str]:
    """Choose, for each ROI of a RTSTRUCT that refers to several images, the one it was drawn on."""
    if file.kind != "rtstruct" or len(own) < 2:
        return {}
    try:
        drawn = drawn_rois(file.path)
    except InputError:
        return {}  # reading the ROI itself will say what is wrong
    images = [(uid, known.by_id[uid].modality, known.by_id[uid].geometry) for uid in own]
    return {number: choose_image(drawn.get(number), images, known.series_of_sop) for number, _ in file.rois}


def _newest(paired: Sequence[tuple[RoiRef, DicomFile]], problems: list[Note]) -> tuple[RoiRef, ...]:
    """Keep the newest of several RTSTRUCT versions of a ROI, and tell; refuse all where none is the newest."""
    versions: dict[tuple[str, str], list[tuple[RoiRef, DicomFile]]] = defaultdict(list)
    for roi, file in paired:
        if roi.kind is MaskKind.RTSTRUCT and roi.image_ids and roi.name.strip():
            versions[(roi.name.strip().casefold(), roi.image_ids[0])].append((roi, file))
    dropped: set[str] = set()
    refused: dict[str, Refusal] = {}
    older: Counter[tuple[str, str]] = Counter()
    for some in versions.values():
        if len({file.path for _, file in some}) < 2:
            continue
        dates = [file.made for _, file in some]
        newest = max(dates)
        if dates.count(newest) > 1 or "" in dates:
            facts: dict[str, str | float] = {
                "name": some[0][0].name.strip(),
                "count": len(some),
                "dates": ", ".join(date or "none" for date in dates),
            }
            refused |= {roi.roi_id: Refusal("E_ROI_VERSIONS", facts) for roi, _ in some}
            continue
        dropped |= {roi.roi_id for roi, file in some if file.made != newest}
        for _, file in some:
            if file.made != newest:
                older[(newest, file.made)] += 1
    for (newest, date), count in older.items():
        problems.append(Note.of("W_ROI_VERSIONS", count=count, newest=newest, older=date))
    return tuple(
        replace(roi, refusal=refused.get(roi.roi_id, roi.refusal)) for roi, _ in paired if roi.roi_id not in dropped
    )
