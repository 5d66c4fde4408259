"""Any folder of DICOM to a cohort: patients by PatientID, ROIs on the series they were drawn on."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef
from radpipe.datasets.pairing import MASK_KINDS, pair_rois, without_copies
from radpipe.errors import Note, NothingUsableError
from radpipe.imaging.adoption import adopted_by_series
from radpipe.imaging.dicom_index import DicomFile, DicomIndex, grid_of, index_folder

__all__ = ["cohort_of_index", "natural_order", "read_dicom_folder"]

KINDS = {
    "image": "files of CT, MR and PET",
    "rtstruct": "RTSTRUCT",
    "seg": "SEG",
    "sr": "structured reports",
    "other": "DICOM of other kinds, not used",
    "damaged": "damaged",
    "foreign": "no DICOM, not used",
}
"""Kinds of files, in the words of the account."""


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

    Parameters
    ----------
    index
        The crawl.
    dataset
        Name of the layout.

    Returns
    -------
    Cohort
        A case for each patient that any DICOM object speaks of, and for each folder of nothing but damaged files, so
        that what looks like a patient is a row. A file that cannot be used is taken for a part of its series
        (:mod:`radpipe.imaging.adoption`), else told in the rows of the one patient whose folder it lies in, else as a
        problem of the source. ``account`` sums up what became of every file.
    """
    patients: dict[str, list[DicomFile]] = defaultdict(list)
    series: dict[tuple[str, str], list[DicomFile]] = defaultdict(list)
    for file in index.files:
        if file.kind not in ("damaged", "foreign"):
            patients[_patient(file)].append(file)
        if file.kind == "image":
            series[(file.study_uid, file.series_uid)].append(file)
    adopted = adopted_by_series(index)
    at_home = {file.path for files in adopted.values() for file in files}
    orphans = [file for file in index.of_kind("damaged") if file.path not in at_home]
    by_patient, folders, homeless = _places_of(orphans, patients, Path(index.root).resolve())
    cases, copies = [], 0
    for patient in sorted(patients, key=natural_order):
        case, dropped = _case(patient, patients[patient], series, adopted, by_patient.get(patient, []))
        cases.append(case)
        copies += dropped
    cases += [_damaged_case(name, files, set(patients)) for name, files in sorted(folders.items())]
    problems = [
        Note("E_UNREADABLE", f"{Path(f.path).name} is damaged and belongs to no series: {f.fault}") for f in homeless
    ]
    problems += [Note("E_UNREADABLE", f"the folder {folder}") for folder in index.unlisted]
    return Cohort(dataset, index.root, tuple(cases), tuple(problems), _account(index, copies))


def _patient(file: DicomFile) -> str:
    return file.patient_id or file.study_uid or file.series_uid


def _account(index: DicomIndex, copies: int) -> tuple[tuple[str, int], ...]:
    """Sum up what became of every file and folder of the source."""
    counts = [(words, index.by_kind.get(kind, 0)) for kind, words in KINDS.items()]
    counts += [("copies of a RTSTRUCT or SEG, not used", copies), *sorted(index.ignored.items())]
    counts.append(("folders that cannot be listed", len(index.unlisted)))
    return tuple((words, count) for words, count in counts if count)


def _places_of(
    orphans: Sequence[DicomFile], patients: Mapping[str, Sequence[DicomFile]], root: Path
) -> tuple[dict[str, list[DicomFile]], dict[str, list[DicomFile]], list[DicomFile]]:
    """Give damaged files to the one patient of the nearest folder that has any, else to a folder of their own.

    Returns files by patient, files by folder without any patient, and files that lie among several patients.
    """
    residents: dict[Path, set[str]] = defaultdict(set)
    if orphans:
        homes = {(Path(file.path).parent, patient) for patient, files in patients.items() for file in files}
        for folder, patient in homes:
            for place in (folder, *folder.parents):
                residents[place].add(patient)
    by_patient: dict[str, list[DicomFile]] = defaultdict(list)
    folders: dict[Path, list[DicomFile]] = defaultdict(list)
    homeless = []
    for file in orphans:
        place, empty = _nearest(Path(file.path), residents, root)
        near = residents.get(place, set())
        if empty is not None and (len(near) != 1 or place == root):
            folders[empty].append(file)
        elif len(near) == 1:
            by_patient[next(iter(near))].append(file)
        else:
            homeless.append(file)
    if len(residents.get(root, ())) == 1:
        # One patient in all: a lone damaged file beside it is its own, a folder full of them another patient.
        lone = [folder for folder, files in folders.items() if len(files) == 1]
        by_patient[next(iter(residents[root]))] += [folders.pop(folder)[0] for folder in lone]
    return by_patient, {str(folder.relative_to(root)): files for folder, files in folders.items()}, homeless


def _nearest(path: Path, residents: Mapping[Path, Set[str]], root: Path) -> tuple[Path, Path | None]:
    """Return the nearest folder above a file that holds a patient's files, and the last one before it that does not."""
    empty = None
    for place in path.parents:
        if residents.get(place) or place == root:
            return place, empty
        empty = place
    return root, empty


def _damaged_case(name: str, files: Sequence[DicomFile], patients: Set[str]) -> Case:
    """Make a row of a folder in which nothing can be read."""
    case_id = name if name not in patients else f"{name} (damaged)"
    return Case(case_id, (), (), (_damage_note(files),))


def _damage_note(files: Sequence[DicomFile]) -> Note:
    first = files[0]
    return Note.of("E_DAMAGED_FILE", count=len(files), first=Path(first.path).name, reason=first.fault)


def natural_order(word: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which numbers count: im_2 before im_10.

    Examples
    --------
    >>> sorted(["10", "2", "1", "HN1²"], key=natural_order)
    ['1', '2', '10', 'HN1²']
    """
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold()) for part in re.split(r"(\d+)", word) if part
    )


def _case(
    patient: str,
    files: Sequence[DicomFile],
    series: Mapping[tuple[str, str], Sequence[DicomFile]],
    adopted: Mapping[str, Sequence[DicomFile]],
    damaged: Sequence[DicomFile],
) -> tuple[Case, int]:
    """Make the case of a patient, and count copies of files that were dropped."""
    problems: list[Note] = []
    keys = sorted({(file.study_uid, file.series_uid) for file in files if file.kind == "image"})
    # One series filed under two studies is one image; reading it tells what its parts are.
    by_uid: dict[str, list[DicomFile]] = defaultdict(list)
    for key in keys:
        by_uid[key[1]] += series[key]
    images = [_image(patient, files, adopted.get(uid, ()), problems) for uid, files in by_uid.items()]
    images.sort(key=lambda image: (image.modality, image.image_id))
    masks, copies = without_copies([file for file in files if file.kind in MASK_KINDS])
    slices = [file for key in keys for file in series[key]]
    rois = pair_rois(masks, images, slices, problems)
    if damaged:
        problems.append(_damage_note(damaged))
    return Case(patient, tuple(images), rois, tuple(problems)), copies


def _image(patient: str, slices: Sequence[DicomFile], broken: Sequence[DicomFile], problems: list[Note]) -> ImageRef:
    """Refer to a series; slices that are filed under another patient belong to it, and reading it will tell."""
    for file in broken:
        reason = file.fault or "it is no DICOM"
        problems.append(Note("E_UNREADABLE", f"{Path(file.path).name} is damaged: {reason}"))
    paths = tuple(sorted(file.path for file in (*slices, *broken)))
    return ImageRef(patient, slices[0].series_uid, slices[0].modality, ImageKind.DICOM_SERIES, paths, grid_of(slices))
