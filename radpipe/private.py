"""Private runs: case ids become keyed digests, and nothing that names a patient or a folder reaches an output.

The digest is HMAC-SHA256 with a key that lies outside the output: with the key the same patient has the same id in
every run, so that tables can be joined; without it an id cannot be guessed by trying all hospital numbers.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from radpipe.cohort import Case, Cohort, ImageRef, MaskKind, RoiRef
from radpipe.errors import Note, UsageError

if TYPE_CHECKING:
    from radpipe.clinical import ClinicalTable

__all__ = ["private_clinical", "private_cohort", "private_id", "read_key", "scrubbed"]

FEWEST_BYTES = 16
"""A key shorter than this could be guessed."""

DIGITS = 16
"""Hexadecimal digits of an id: 64 bits, of which a million cases share none (chance below 1e-7)."""

HIDDEN_WORD = "(private)"

SHORTEST_SECRET = 3
"""Parts of a path shorter than this name nobody, and would damage sentences."""

UID = re.compile(r"(?<![\d.])(?:[0-2](?:\.(?:0|[1-9]\d*)){4,}|2\.25\.\d{5,})(?!\d)")
"""DICOM's unique identifiers: with them a picture archive finds the patient."""

DATE = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))"
    r"(?:[T ]?\d{2}:?\d{2}(?::?\d{2})?(?:\.\d+)?(?:[+-]\d{2}:?\d{2})?)?(?!\d)"
)
"""Dates as DICOM and ISO 8601 write them, with the time behind; a date of treatment is a fact of a patient."""

PLAIN_IMAGE_ID = re.compile(r"[A-Z]{2,3}(-[0-9]{1,3})?")
"""Image ids that say a modality, and perhaps a number, are kept."""


def private_id(key: bytes, case_id: str) -> str:
    """Return the id that stands for a case.

    Parameters
    ----------
    key
        Of :func:`read_key`.
    case_id
        Patient or case id.

    Examples
    --------
    >>> private_id(b"sixteen bytes...", "HN1004") == private_id(b"sixteen bytes...", "HN1004")
    True
    """
    return f"P-{hmac.new(key, case_id.encode('utf-8', 'surrogateescape'), hashlib.sha256).hexdigest()[:DIGITS]}"


def read_key(path: str | Path, out: str | Path) -> bytes:
    """Read a key file, or make one with 32 random bytes that only its owner can read.

    Parameters
    ----------
    path
        The key file.
    out
        The output folder, in which it may not lie.

    Raises
    ------
    UsageError
        The key lies in the output, is too short, or cannot be read or made.
    """
    source, folder = Path(path).resolve(), Path(out).resolve()
    if source.is_relative_to(folder):
        message = f"the key file {path} lies in the output folder {out}; who gets the tables would get the key"
        raise UsageError(message)
    try:
        if not source.exists():
            descriptor = os.open(source, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
        key = source.read_bytes().strip()
    except OSError as fault:
        message = f"the key file {path} cannot be read or made: {fault.strerror}"
        raise UsageError(message) from fault
    if len(key) < FEWEST_BYTES:
        message = f"the key file {path} holds {len(key)} bytes; at least {FEWEST_BYTES} are needed"
        raise UsageError(message)
    return key


def private_cohort(cohort: Cohort, key: bytes) -> Cohort:
    """Return the cohort under private ids; its files stay where they are, so that they can be measured.

    Facts of cases and columns of images (age, scanner, file names) are dropped, references are hidden, and notes lose
    ids and paths.
    """
    names = _names_of_files(cohort)
    cases = tuple(_case(case, key, names) for case in cohort)
    every = _secrets_of_cohort(cohort)
    return Cohort(cohort.dataset, cohort.root, cases, tuple(_note(note, every) for note in cohort.problems))


def scrubbed(text: str, images: Iterable[ImageRef], rois: Iterable[RoiRef] = ()) -> str:
    """Return a text without the paths of these images and ROIs, any part of them, UIDs and dates.

    Examples
    --------
    >>> from radpipe.cohort import ImageKind
    >>> image = ImageRef("P-1", "CT", "CT", ImageKind.ITK_FILE, ("/data/Smith_John/ct.nrrd",))
    >>> scrubbed("cannot read /data/Smith_John/ct.nrrd: Smith_John is damaged", [image])
    'cannot read (private): (private) is damaged'
    >>> scrubbed("frames of reference 1.3.6.1.4.1.9.2 and 2.25.77777 differ, injected 20140131 093000", [image])
    'frames of reference (private) and (private) differ, injected (private)'
    """
    return _without(text, _secrets_of_paths(_paths(images, rois)))


def private_clinical(table: "ClinicalTable", key: bytes) -> "ClinicalTable":
    """Return a clinical table under private ids, to be joined with a private feature table."""
    import pandas as pd

    from radpipe.clinical import ClinicalTable

    old = [str(patient) for patient in table.frame.index]
    index = pd.Index([private_id(key, patient) for patient in old], name="id")
    frame = table.frame.set_axis(index, axis=0)
    notes = tuple(_note(note, set(old)) for note in table.notes)
    return ClinicalTable(frame, table.source, table.dictionary, notes)


def _paths(images: Iterable[ImageRef], rois: Iterable[RoiRef]) -> list[str]:
    """Return where images and ROIs lie, twins included."""
    return [path for image in images for path in image.paths] + [path for roi in rois for path in roi.paths]


def _names_of_files(cohort: Cohort) -> frozenset[str]:
    """Return ROI names that are the name of their mask's file and of one case only: they may name the patient."""
    cases_of: dict[str, set[str]] = {}
    for case in cohort:
        for roi in case.rois:
            if roi.kind in (MaskKind.ITK_FILE, MaskKind.PLANAR) and roi.name.startswith(_stem(roi.path)):
                cases_of.setdefault(roi.name, set()).add(case.case_id)
    return frozenset(name for name, cases in cases_of.items() if len(cases) == 1)


def _stem(path: str) -> str:
    return PurePath(path).name.split(".")[0]


def _case(case: Case, key: bytes, names_of_files: frozenset[str]) -> Case:
    hidden = private_id(key, case.case_id)
    new_ids = {image.image_id: _image_id(image.image_id, key) for image in case.images}
    known = _secrets_of_paths(_paths(case.images, case.rois)) | {case.case_id}
    images = tuple(
        replace(image, case_id=hidden, image_id=new_ids[image.image_id], columns={}) for image in case.images
    )
    rois = tuple(
        replace(
            roi,
            name=f"roi-{number}" if roi.name in names_of_files else roi.name,
            image_ids=tuple(new_ids.get(uid, uid) for uid in roi.image_ids),
            reference=HIDDEN_WORD,
            columns={},
        )
        for number, roi in enumerate(case.rois, start=1)
    )
    problems = tuple(_note(note, known) for note in case.problems)
    return Case(hidden, images, rois, problems, private_id(key, case.clinical_key))


def _image_id(image_id: str, key: bytes) -> str:
    return image_id if PLAIN_IMAGE_ID.fullmatch(image_id) else f"I-{private_id(key, image_id)[2:]}"


def _note(note: Note, known: set[str]) -> Note:
    if note.code == "E_DAMAGED_FILE":  # names files that no image or ROI of the case knows
        return Note.of("E_DAMAGED_FILE", count="some", first=HIDDEN_WORD, reason=HIDDEN_WORD)
    return Note(note.code, _without(note.sentence, known))


def _secrets_of_cohort(cohort: Cohort) -> set[str]:
    known = {cohort.root, *PurePath(cohort.root).parts}
    for case in cohort:
        known |= _secrets_of_paths(_paths(case.images, case.rois)) | {case.case_id}
    return known


def _secrets_of_paths(paths: Iterable[str]) -> set[str]:
    """Return paths, their parts, and file names without their ending."""
    known: set[str] = set()
    for path in paths:
        pure = PurePath(path)
        known |= {path, *pure.parts, pure.stem, _stem(path), *(str(parent) for parent in pure.parents)}
    return known


def _without(text: str, known: set[str]) -> str:
    for secret in sorted((text for text in known if len(text) >= SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(secret, HIDDEN_WORD)
    return DATE.sub(HIDDEN_WORD, UID.sub(HIDDEN_WORD, text))
