"""The image that a row of a manifest names: a file, a folder of DICOM, or one DICOM file of a series."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from radpipe.cohort import ImageKind
from radpipe.errors import InputError, Note, UsageError

__all__ = ["NamedImage", "is_dicom", "is_foreign", "named_image"]

_DICOM_ENDINGS = (".dcm", ".ima", ".dicom")

_FOREIGN = frozenset({"thumbs.db", "desktop.ini", "dicomdir", "dirfile"})
"""Files that systems and archives leave in folders of images; and every name that begins with a dot."""

_PROJECTIONS = frozenset({"CR", "DX", "MG", "IO", "PX", "XA", "RF"})
"""Modalities of which one file is one image."""


@dataclass(frozen=True, slots=True)
class NamedImage:
    """What a path stands for.

    Parameters
    ----------
    kind, modality, paths
        As in :class:`radpipe.cohort.ImageRef`.
    notes
        What was ignored or added.
    """

    kind: ImageKind
    modality: str
    paths: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def is_foreign(name: str) -> bool:
    """Tell whether a file of this name is no part of a series: ``.DS_Store``, ``._1.dcm``, ``DICOMDIR`` and the like.

    Examples
    --------
    >>> [is_foreign(name) for name in (".DS_Store", "._1-01.dcm", "DICOMDIR", "1-01.dcm")]
    [True, True, True, False]
    """
    return name.startswith(".") or name.casefold() in _FOREIGN


def is_dicom(path: Path) -> bool:
    """Tell whether a regular file is DICOM, by its ending or its preamble."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        if path.suffix.lower() in _DICOM_ENDINGS:
            return True
        with path.open("rb") as file:
            return file.read(132)[128:] == b"DICM"
    except OSError:
        return False


def named_image(path: Path, modality: str, place: str) -> NamedImage:
    """Return what a row's image stands for; DICOM goes through the readers of DICOM, never through another.

    Parameters
    ----------
    path
        Absolute.
    modality
        As the manifest tells it, upper case; empty leaves it to the header, else ``OT`` (``CR`` for a PNG).
    place
        Of the row, for messages.

    Raises
    ------
    UsageError
        The manifest's modality is not that of the DICOM header.
    """
    if path.is_dir():
        return _folder(path, modality, place)
    if is_dicom(path):
        return _dicom_file(path, modality, place)
    if path.suffix.lower() == ".png":
        return NamedImage(ImageKind.PLANAR, modality or "CR", (str(path),))
    return NamedImage(ImageKind.ITK_FILE, modality or "OT", (str(path),))


def _folder(path: Path, modality: str, place: str) -> NamedImage:
    members = sorted(one.path for one in os.scandir(path) if one.is_file())
    kept = tuple(one for one in members if not is_foreign(Path(one).name))
    notes = []
    if len(kept) < len(members):
        names = ", ".join(sorted(Path(one).name for one in members if one not in kept)[:3])
        what = f"{len(members) - len(kept)} files of {path.name} are no images and were ignored ({names})"
        notes.append(Note.of("W_CASE", what=what))
    header = next((tags for tags in map(_tags, kept) if tags is not None), None)
    return NamedImage(
        ImageKind.DICOM_SERIES, _agreed(modality, header and header[1], place) or "CT", kept, tuple(notes)
    )


def _dicom_file(path: Path, modality: str, place: str) -> NamedImage:
    """Return the series in whose folder a file lies; the file alone where it holds a whole image."""
    tags = _tags(str(path))
    if tags is None:
        return NamedImage(ImageKind.DICOM_SERIES, modality or "OT", (str(path),))
    series, told, frames = tags
    known = _agreed(modality, told, place)
    if frames > 1 or told in _PROJECTIONS:
        return NamedImage(ImageKind.DICOM_SERIES, known, (str(path),))
    beside = sorted(one.path for one in os.scandir(path.parent) if one.is_file() and not is_foreign(one.name))
    paths = tuple(one for one in beside if (_tags(one) or ("",))[0] == series)
    if len(paths) < 2:
        return NamedImage(ImageKind.DICOM_SERIES, known, (str(path),))
    what = f"{path.name} is one slice of a series; the {len(paths)} slices of its folder were read"
    return NamedImage(ImageKind.DICOM_SERIES, known, paths, (Note.of("W_CASE", what=what),))


def _agreed(modality: str, told: str | None, place: str) -> str:
    if modality and told and modality != told:
        message = f"{place}: modality is {modality}, but the DICOM files say {told}"
        raise UsageError(message)
    return modality or told or ""


def _tags(path: str) -> tuple[str, str, int] | None:
    """Return SeriesInstanceUID, Modality and number of frames, or None of a file that is no DICOM image."""
    from radpipe.imaging.dicom_io import read_dicom

    if not is_dicom(Path(path)):
        return None
    try:
        data = read_dicom(path, stop_before_pixels=True)
        return (
            str(data.get("SeriesInstanceUID", "")),
            str(data.get("Modality", "")).upper(),
            int(data.get("NumberOfFrames") or 1),
        )
    except (InputError, ValueError, TypeError):
        return None
