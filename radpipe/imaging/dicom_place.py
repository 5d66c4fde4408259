"""One door for DICOM images: a path, file or folder, to a reference, by the same crawl as a whole archive's."""

from collections import Counter, defaultdict
from pathlib import Path

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import InputError
from radpipe.imaging.adoption import adopted_by_series
from radpipe.imaging.crawl import Place
from radpipe.imaging.dicom_index import DicomFile, DicomIndex, grid_of, index_folder
from radpipe.imaging.dicom_record import read_record

__all__ = ["dicom_image", "image_files"]


def dicom_image(path: Path, case_id: str, image_id: str, modality: str = "") -> ImageRef:
    """Refer to the DICOM image at a path.

    Parameters
    ----------
    path
        A folder that holds the slices of one series, at any depth and beside other objects; or one file, which stands
        for itself: a multi-frame image, or a single slice.
    case_id, image_id
        Of the reference.
    modality
        What the caller believes it to be; the file's own word is taken when this is empty.

    Returns
    -------
    ImageRef
        Of kind ``DICOM_SERIES``, with the grid that the headers promise. Damaged files that belong to the series are
        among its paths, so that reading it fails and names them.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``; ``E_UNREADABLE`` where no DICOM image of CT, MR or PET is there; ``E_SEVERAL_IMAGES`` where
        a folder holds more than one series.
    """
    if path.is_dir():
        files = _only_series(path)
        headers = [file for file in files if file.kind == "image"]
    else:
        files = headers = [_one_file(path)]
    paths = tuple(sorted(file.path for file in files))
    word = (modality or headers[0].modality).upper()
    return ImageRef(case_id, image_id, word, ImageKind.DICOM_SERIES, paths, grid_of(headers))


def image_files(folder: Path) -> list[str]:
    """List the files of the one image series in a folder, damaged ones that belong to it included.

    Parameters
    ----------
    folder
        It may hold RTSTRUCT, SEG and other objects beside the images.

    Raises
    ------
    InputError
        ``E_UNREADABLE``, ``E_SEVERAL_IMAGES``.
    """
    return sorted(file.path for file in _only_series(folder))


def _one_file(path: Path) -> DicomFile:
    try:
        status = path.stat()
    except OSError:
        raise InputError("E_MISSING_FILE", path=str(path)) from None
    file = read_record(Place(str(path.resolve()), status.st_size, status.st_mtime_ns))
    if file.kind != "image":
        reason = file.fault or f"it is {_word(file)}, not an image of CT, MR or PT"
        raise InputError("E_UNREADABLE", path=str(path), reason=reason)
    return file


def _word(file: DicomFile) -> str:
    return "no DICOM" if file.kind == "foreign" else f"DICOM of modality {file.modality or 'unknown'}"


def _only_series(folder: Path) -> list[DicomFile]:
    """Return the files of the one series of images in a folder."""
    index = index_folder(folder)
    series: dict[str, list[DicomFile]] = defaultdict(list)
    for file in index.of_kind("image"):
        series[file.series_uid].append(file)
    if not series:
        raise InputError("E_UNREADABLE", path=str(folder), reason=f"no DICOM image in it; {_held(index)}")
    if len(series) > 1:
        listed = ", ".join(f"{files[0].modality} of {len(files)} files" for files in list(series.values())[:4])
        raise InputError("E_SEVERAL_IMAGES", path=str(folder), count=len(series), found=listed)
    uid, files = next(iter(series.items()))
    return [*files, *adopted_by_series(index).get(uid, ())]


def _held(index: DicomIndex) -> str:
    counts = Counter(index.by_kind)
    faults = [file.fault for file in index.files if file.fault]
    held = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "no file"
    return f"it holds {held}" + (f"; {faults[0]}" if faults else "")
