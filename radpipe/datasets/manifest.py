"""A table of image and mask paths to a cohort; PyRadiomics' batch columns are taken too."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from radpipe.cohort import Case, Cohort, ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Note, NothingUsableError, UsageError
from radpipe.parquet import parquet_frame

__all__ = ["COLUMNS", "read_manifest"]

COLUMNS = ("case_id", "image", "mask", "roi", "label", "modality", "image_id")
"""What a manifest may hold; the first three are needed."""

_PYRADIOMICS = {"ID": "case_id", "Patient": "case_id", "Image": "image", "Mask": "mask", "Label": "label"}

_Row = Mapping[str, str]


def read_manifest(source: Path) -> Cohort:
    """Read a CSV or Parquet manifest.

    Parameters
    ----------
    source
        Columns ``case_id, image, mask`` and optionally ``roi, label, modality, image_id``; or PyRadiomics' ``Image,
        Mask, Label, ID``. Relative paths are relative to the manifest. An image may be a NIfTI, NRRD, MHA or PNG file
        or a folder of one DICOM series; a mask a file of the same kinds, a RTSTRUCT or a SEG.

    Raises
    ------
    NothingUsableError
        The manifest does not exist or is empty.
    UsageError
        A needed column is missing.
    """
    if not source.is_file():
        message = f"the manifest {source} does not exist"
        raise NothingUsableError(message)
    rows = _rows(source)
    grouped: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        grouped[row["case_id"]].append(row)
    cases = tuple(_case(case_id, some, source.resolve().parent) for case_id, some in grouped.items())
    return Cohort("manifest", str(source), cases)


def _rows(source: Path) -> list[_Row]:
    try:
        if source.suffix.lower() == ".parquet":
            frame = parquet_frame(source).astype("string").fillna("")
        else:
            frame = pd.read_csv(source, dtype=str, keep_default_na=False, skipinitialspace=True)
    except (ValueError, OSError, UnicodeDecodeError) as fault:
        message = f"the manifest {source} cannot be read: {' '.join(str(fault).split())[:160]}"
        raise UsageError(message) from fault
    frame.columns = [_PYRADIOMICS.get(str(name).strip(), str(name).strip().lower()) for name in frame.columns]
    if "case_id" not in frame.columns and {"image", "mask"} <= set(frame.columns):
        frame["case_id"] = [f"row{i + 1}" for i in range(len(frame))]
    missing = [name for name in COLUMNS[:3] if name not in frame.columns]
    if missing:
        message = f"{source.name}: column {', '.join(missing)} is missing; needed are {', '.join(COLUMNS[:3])}"
        raise UsageError(message)
    if frame.empty:
        message = f"{source.name} has no rows"
        raise NothingUsableError(message)
    return [{str(name): str(value).strip() for name, value in record.items()} for record in frame.to_dict("records")]


def _case(case_id: str, rows: list[_Row], folder: Path) -> Case:
    images: dict[str, ImageRef] = {}
    rois: dict[tuple[str, ...], RoiRef] = {}
    problems: list[Note] = []
    for number, row in enumerate(rows, start=1):
        image = _image(case_id, row, folder)
        image = images.setdefault(image.image_id, image)
        for roi in _rois(row, image, folder, number, problems):
            key = (image.image_id, roi.name.casefold(), roi.path, str(roi.selector))
            if key in rois:
                told = f"{number} and {rois[key].roi_id.split('-')[0].removeprefix('row')}"
                problems.append(Note.of("E_DUPLICATE_ROW", rows=told))
            else:
                rois[key] = roi
    return Case(case_id, tuple(images.values()), tuple(rois.values()), tuple(problems))


def _absolute(word: str, folder: Path) -> Path:
    path = Path(word).expanduser()
    return path if path.is_absolute() else folder / path


def _image(case_id: str, row: _Row, folder: Path) -> ImageRef:
    path = _absolute(row["image"], folder)
    name = row.get("image_id") or path.name.split(".")[0] or path.name
    modality = (row.get("modality") or "").upper()
    if path.is_dir():
        files = tuple(sorted(str(one) for one in path.iterdir() if one.is_file()))
        return ImageRef(case_id, name, modality or "CT", ImageKind.DICOM_SERIES, files)
    if path.suffix.lower() == ".png":
        return ImageRef(case_id, name, modality or "CR", ImageKind.PLANAR, (str(path),))
    return ImageRef(case_id, name, modality or "OT", ImageKind.ITK_FILE, (str(path),))


def _rois(row: _Row, image: ImageRef, folder: Path, number: int, problems: list[Note]) -> list[RoiRef]:
    """Make the ROIs of one row: one, unless a RTSTRUCT or SEG is named without a ROI."""
    path = _absolute(row["mask"], folder)
    wanted = row.get("roi") or ""
    label = _label(row.get("label") or "", number)
    suffix = path.suffix.lower()
    if suffix == ".png":
        return [_roi(number, 0, wanted or _named(path, label), MaskKind.PLANAR, path, label, image)]
    if suffix not in (".dcm", ".ima", "") or not path.is_file():
        return [_roi(number, 0, wanted or _named(path, label), MaskKind.ITK_FILE, path, label, image)]
    from radpipe.imaging.dicom_index import named_parts
    from radpipe.imaging.dicom_io import read_dicom

    try:
        data = read_dicom(str(path), stop_before_pixels=True)
    except InputError as fault:
        problems.append(Note(fault.code, fault.sentence))
        return [_roi(number, 0, wanted or path.stem, MaskKind.RTSTRUCT, path, label, image)]
    is_seg = str(data.get("Modality", "")).upper() == "SEG"
    kind = MaskKind.DICOM_SEG if is_seg else MaskKind.RTSTRUCT
    return [
        _roi(number, one, name, kind, path, one, image)
        for one, name in named_parts(data)
        if (not wanted or name.strip().casefold() == wanted.casefold()) and label in (None, one)
    ] or [_roi(number, 0, wanted or path.stem, kind, path, label if label is not None else -1, image)]


def _label(word: str, number: int) -> int | None:
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not value.is_integer():
        message = f"row {number}: label {word!r} is not a whole number"
        raise UsageError(message)
    return int(value)


def _named(path: Path, label: int | None) -> str:
    stem = path.name.split(".")[0]
    return stem if label in (None, 1) else f"{stem}-{label}"


def _roi(
    number: int, part: int, name: str, kind: MaskKind, path: Path, selector: int | None, image: ImageRef
) -> RoiRef:
    return RoiRef(f"row{number}-{part}", name, kind, str(path), selector, (image.image_id,))
