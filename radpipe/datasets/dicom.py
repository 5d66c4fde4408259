"""Any folder of DICOM to a cohort: patients by PatientID, ROIs on the series they were drawn on."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import Note, NothingUsableError
from radpipe.imaging.adoption import adopted_by_series
from radpipe.imaging.dicom_index import DicomFile, DicomIndex, grid_of, index_folder

__all__ = ["cohort_of_index", "natural_order", "read_dicom_folder"]

_MASK_KINDS = {"rtstruct": MaskKind.RTSTRUCT, "seg": MaskKind.DICOM_SEG}


def read_dicom_folder(source: Path, *, cache: Path | None = None, dataset: str = "dicom") -> Cohort:
    """Crawl a folder and pair what it holds.

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
        held = ", ".join(f"{count} {kind}" for kind, count in sorted(index.by_kind.items())) or "nothing"
        message = f"{source} holds no DICOM image of CT, MR or PT; it holds {held} files"
        raise NothingUsableError(message)
    return cohort_of_index(index, dataset)


def cohort_of_index(index: DicomIndex, dataset: str = "dicom") -> Cohort:
    """Pair images and ROIs of an index.

    A ROI is measured on the series it refers to. A series of the same frame of reference that nothing was drawn on
    (a PET beside its planning CT) is measured with the ROIs of the others. A damaged file is taken for a part of the
    series that it names, or else of the only series in its folder, so that no series is shortened in silence.
    """
    patients: dict[str, list[DicomFile]] = defaultdict(list)
    for one in index.files:
        if one.kind in ("image", "rtstruct", "seg", "sr"):
            patients[one.patient_id or one.study_uid].append(one)
    damaged = adopted_by_series(index)
    adopted: set[str] = set()
    cases = tuple(
        _case(patient, patients[patient], damaged, adopted) for patient in sorted(patients, key=natural_order)
    )
    problems = tuple(
        Note("E_UNREADABLE", f"{Path(one.path).name} is damaged and belongs to no series: {one.fault}")
        for one in index.of_kind("damaged")
        if one.path not in adopted
    )
    return Cohort(dataset, index.root, cases, problems)


def natural_order(word: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which numbers count: im_2 before im_10.

    Examples
    --------
    >>> sorted(["10", "2", "1"], key=natural_order)
    ['1', '2', '10']
    """
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", word) if part
    )


def _case(patient: str, files: Sequence[DicomFile], damaged: dict[str, list[DicomFile]], adopted: set[str]) -> Case:
    series: dict[str, list[DicomFile]] = defaultdict(list)
    for one in files:
        if one.kind == "image":
            series[one.series_uid].append(one)
    problems: list[Note] = []
    images = [_image(patient, uid, series[uid], damaged, adopted, problems) for uid in sorted(series)]
    images.sort(key=lambda image: (image.modality, image.image_id))
    rois = _rois([one for one in files if one.kind in _MASK_KINDS], images, problems)
    return Case(patient, tuple(images), rois, tuple(problems))


def _image(
    patient: str,
    uid: str,
    slices: Sequence[DicomFile],
    damaged: dict[str, list[DicomFile]],
    adopted: set[str],
    problems: list[Note],
) -> ImageRef:
    paths = [one.path for one in slices]
    for broken in damaged.get(uid, ()):
        adopted.add(broken.path)
        paths.append(broken.path)
        reason = broken.fault or "it is no DICOM"
        problems.append(Note("E_UNREADABLE", f"{Path(broken.path).name} is damaged: {reason}"))
    return ImageRef(patient, uid, slices[0].modality, ImageKind.DICOM_SERIES, tuple(sorted(paths)), grid_of(slices))


def _rois(files: Sequence[DicomFile], images: Sequence[ImageRef], problems: list[Note]) -> tuple[RoiRef, ...]:
    """List the ROIs of all RTSTRUCT and SEG files of a patient, each with the images it may be measured on."""
    by_id = {image.image_id: image for image in images}
    drawn_upon = {uid for one in files for uid in one.references if uid in by_id}
    rois: list[RoiRef] = []
    for position, one in enumerate(
        sorted(files, key=lambda file: (file.kind, file.series_uid, file.sop_uid, file.path))
    ):
        own = [uid for uid in one.references if uid in by_id]
        frame = one.frame_of_reference_uid
        others = [
            image.image_id
            for image in images
            if image.image_id not in own
            and frame
            and image.geometry is not None
            and image.geometry.frame_of_reference_uid == frame
            and (not own or image.image_id not in drawn_upon)
        ]
        if not own and not others:
            reference = one.references[0] if one.references else f"frame of reference {frame or 'not given'}"
            sentence = f"{Path(one.path).name} refers to an image that is not in the folder ({reference})"
            problems.append(Note("E_NO_IMAGE", sentence))
        drawn_on = by_id[own[0]].geometry if own else None
        rois.extend(
            RoiRef(
                f"{one.kind}{position + 1}-{number}",
                name,
                _MASK_KINDS[one.kind],
                one.path,
                number,
                (*own, *others),
                drawn_on,
                reference=", ".join(one.references) or "none",
            )
            for number, name in one.rois
        )
    return tuple(rois)
