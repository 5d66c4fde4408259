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

_SLICED = frozenset({"CT", "MR", "PT"})
"""Modalities of which one file is a slice, unless it has several frames."""


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
    """Return the one series of a folder; what cannot be read for certain is refused when the image is opened."""
    from radpipe.imaging.dicom_place import dicom_image

    try:
        image = dicom_image(path, "", "")
    except InputError:
        return NamedImage(ImageKind.DICOM_SERIES, modality or "CT", (str(path),))
    notes = []
    ignored = sorted(entry.name for entry in os.scandir(path) if entry.is_file() and is_foreign(entry.name))
    if ignored:
        what = f"{len(ignored)} files of {path.name} are no images and were ignored ({', '.join(ignored[:3])})"
        notes.append(Note.of("W_CASE", what=what))
    kept = tuple(path for path in image.paths if not is_foreign(Path(path).name))
    return NamedImage(ImageKind.DICOM_SERIES, _agreed(modality, image.modality, place), kept, tuple(notes))


def _dicom_file(path: Path, modality: str, place: str) -> NamedImage:
    """Return the series in whose folder a slice lies; the file alone where it holds a whole image."""
    from radpipe.imaging.adoption import adopted_by_series
    from radpipe.imaging.dicom_index import index_folder
    from radpipe.imaging.dicom_place import dicom_image

    alone = NamedImage(ImageKind.DICOM_SERIES, modality or "OT", (str(path),))
    try:
        image = dicom_image(path, "", "")
    except InputError:
        return alone
    alone = NamedImage(ImageKind.DICOM_SERIES, _agreed(modality, image.modality, place), image.paths)
    if image.modality not in _SLICED or (image.geometry is not None and image.geometry.size_zyx[0] > 1):
        return alone
    index = index_folder(path.parent)
    beside = [file for file in index.files if Path(file.path).parent == Path(image.paths[0]).parent]
    series = next((file.series_uid for file in beside if file.path == image.paths[0]), "")
    members = {file.path for file in beside if file.kind == "image" and file.series_uid == series}
    adopted = {path.path for path in adopted_by_series(index).get(series, ())} & {file.path for file in beside}
    paths = tuple(sorted(path for path in members | adopted if not is_foreign(Path(path).name)))
    if len(paths) < 2:
        return alone
    what = f"{path.name} is one slice of a series; the {len(paths)} slices of its folder were read"
    return NamedImage(ImageKind.DICOM_SERIES, alone.modality, paths, (Note.of("W_CASE", what=what),))


def _agreed(modality: str, header: str, place: str) -> str:
    if modality and modality != header:
        message = f"{place}: modality is {modality}, but the DICOM files say {header}"
        raise UsageError(message)
    return header
