"""A table of image and mask paths to a cohort; PyRadiomics' batch columns are taken too."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from radpipe.cohort import Case, Cohort, ImageRef, MaskKind, RoiRef
from radpipe.datasets.manifest_images import NamedImage, is_dicom, named_image
from radpipe.datasets.manifest_table import COLUMNS, ManifestRow, read_manifest_table
from radpipe.errors import InputError, Note, UsageError

__all__ = ["COLUMNS", "read_manifest"]

_DICOM_MODALITY = {"PET": "PT", "MRI": "MR"}
"""Words of everyday -> DICOM's."""


def read_manifest(source: Path) -> Cohort:
    """Read a CSV or Parquet manifest.

    Parameters
    ----------
    source
        Columns ``case_id, image, mask`` and optionally ``roi, label, modality, image_id``; or PyRadiomics' ``Image,
        Mask, Label, ID``, where a mask without a label means label 1, as there. Further columns are carried into the
        feature table. Relative paths are relative to the manifest. An image may be a NIfTI, NRRD, MHA or PNG file, a
        folder of one DICOM series, or a DICOM file of it; a mask a file of the same kinds, a RTSTRUCT or a SEG.

    Raises
    ------
    NothingUsableError
        The manifest does not exist or is empty.
    UsageError
        A needed column is missing, or a row cannot be read for certain; see
        :func:`radpipe.datasets.manifest_table.read_manifest_table`.

    Notes
    -----
    Ids are text: 001 stays 001, NA stays NA. To read ``features.csv`` so, use
    ``pandas.read_csv(..., dtype={"case_id": str}, keep_default_na=False, na_values=[""])``, or
    :func:`radpipe.read_features`.
    """
    table = read_manifest_table(source)
    places = _Places(source.name, source.resolve().parent, 1 if table.is_batch else None)
    grouped: dict[str, list[ManifestRow]] = defaultdict(list)
    for row in table.rows:
        grouped[row.cells["case_id"]].append(row)
    images: dict[tuple[str, str], NamedImage] = {}
    cases = tuple(_case(case_id, rows, places, images) for case_id, rows in grouped.items())
    return Cohort("manifest", str(source), cases)


@dataclass(frozen=True, slots=True)
class _Places:
    """The manifest's name and folder, and the label of a row that names none."""

    name: str
    folder: Path
    label: int | None

    def path(self, word: str) -> Path:
        """Return a cell as an absolute path; a ``~`` that names no user is a part of the name."""
        path = Path(word)
        if word.startswith("~"):
            try:
                path = path.expanduser()
            except RuntimeError:
                path = Path(word)
        return Path(os.path.normpath(self.folder / path))


def _case(
    case_id: str, rows: Sequence[ManifestRow], places: _Places, opened: dict[tuple[str, str], NamedImage]
) -> Case:
    problems: list[Note] = []
    images = _images(case_id, rows, places, opened, problems)
    rois: dict[tuple[str, ...], RoiRef] = {}
    planned: dict[tuple[str, ...], str] = {}
    shared = _shared_columns(rows)
    for number, row in enumerate(rows, start=1):
        image = images[_image_key(row, places)]
        if places.path(row.cells["mask"]) == places.path(row.cells["image"]):
            message = f"{places.name}, {row.place}: image and mask are one file, {row.cells['image']}"
            raise UsageError(message)
        own = {name: value for name, value in row.extra.items() if name not in shared}
        for roi in _rois(row, image, places, number, problems):
            key = (image.image_id, roi.name.casefold(), roi.path, str(roi.selector))
            if key in rois:
                problems.append(Note.of("E_DUPLICATE_ROW", rows=f"{planned[key]} and {row.place}"))
            else:
                rois[key] = replace(roi, columns=own)
                planned[key] = row.place
    with_columns = tuple(replace(image, columns=shared) for image in images.values())
    return Case(case_id, with_columns, _with_own_names(tuple(rois.values())), tuple(dict.fromkeys(problems)))


def _shared_columns(rows: Sequence[ManifestRow]) -> dict[str, str]:
    """Return the further columns in which all rows of a case agree: they are of the case, not of a ROI."""
    return {name: value for name, value in rows[0].extra.items() if all(row.extra[name] == value for row in rows)}


def _image_key(row: ManifestRow, places: _Places) -> tuple[str, str]:
    return str(places.path(row.cells["image"])), row.cells.get("image_id", "")


def _images(
    case_id: str,
    rows: Sequence[ManifestRow],
    places: _Places,
    opened: dict[tuple[str, str], NamedImage],
    problems: list[Note],
) -> dict[tuple[str, str], ImageRef]:
    """Return the images of a case by path and given id: a row measures the file that it names, no other."""
    rows_of: dict[tuple[str, str], list[ManifestRow]] = defaultdict(list)
    for row in rows:
        rows_of[_image_key(row, places)].append(row)
    names = _image_ids(rows_of, places)
    images: dict[tuple[str, str], ImageRef] = {}
    for key, some in rows_of.items():
        modality = _modality(some, places)
        named = opened.setdefault((key[0], modality), named_image(Path(key[0]), modality, some[0].place))
        problems.extend(named.notes)
        images[key] = ImageRef(case_id, names[key], named.modality, named.kind, named.paths)
    return images


def _modality(rows: Sequence[ManifestRow], places: _Places) -> str:
    words = {row.place: row.cells.get("modality", "").upper() for row in rows}
    place_of = {_DICOM_MODALITY.get(word, word): place for place, word in words.items()}
    if len(place_of) > 1:
        what = " and ".join(f"{name or 'none'} ({place})" for name, place in place_of.items())
        message = f"{places.name}: one image has two modalities, {what}"
        raise UsageError(message)
    return next(iter(place_of))


def _image_ids(keys: Mapping[tuple[str, str], Sequence[ManifestRow]], places: _Places) -> dict[tuple[str, str], str]:
    """Give each image of a case an id of its own: as told, else the file's name as far as that tells it apart."""
    ids = {key: key[1] or _stem(Path(key[0])) for key in keys}
    for shorten in (lambda path: path.name, lambda path: "/".join(path.parts[-2:]), str):
        counts = Counter(ids.values())
        for key in keys:
            if counts[ids[key]] > 1 and not key[1]:
                ids[key] = shorten(Path(key[0]))
    counts = Counter(ids.values())
    for key, rows in keys.items():
        if counts[ids[key]] > 1:
            where = ", ".join(rows_[0].place for other, rows_ in keys.items() if ids[other] == ids[key])
            message = f"{places.name}: image_id {ids[key]} of case {rows[0].cells['case_id']} names two files ({where})"
            raise UsageError(message)
    return ids


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or path.name


def _with_own_names(rois: Sequence[RoiRef]) -> tuple[RoiRef, ...]:
    """Name ROIs of one image whose names come from files by as much of the path as tells them apart."""
    named = list(rois)
    for shorten in (lambda path: path.name, lambda path: "/".join(path.parts[-2:])):
        counts = Counter((roi.image_ids, roi.name.casefold(), roi.selector) for roi in named)
        named = [
            replace(roi, name=shorten(Path(roi.path)))
            if counts[roi.image_ids, roi.name.casefold(), roi.selector] > 1
            and roi.name in (_named(Path(roi.path), roi.selector), Path(roi.path).name)
            else roi
            for roi in named
        ]
    return tuple(named)


def _rois(row: ManifestRow, image: ImageRef, places: _Places, number: int, problems: list[Note]) -> list[RoiRef]:
    """Make the ROIs of one row: one, unless a RTSTRUCT or SEG is named without a ROI."""
    path = places.path(row.cells["mask"])
    wanted = row.cells.get("roi") or ""
    label = _label(row.cells.get("label") or "", row.place, places.name)
    if not is_dicom(path):
        chosen = places.label if label is None else label
        kind = MaskKind.PLANAR if path.suffix.lower() == ".png" else MaskKind.ITK_FILE
        return [_roi(number, 0, wanted or _named(path, chosen), kind, path, chosen, image)]
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
        _roi(number, number_of, name, kind, path, number_of, image)
        for number_of, name in named_parts(data)
        if (not wanted or name.strip().casefold() == wanted.casefold()) and label in (None, number_of)
    ] or [_roi(number, 0, wanted or path.stem, kind, path, label if label is not None else -1, image)]


def _label(word: str, place: str, file: str) -> int | None:
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not value.is_integer() or value < 1:
        hint = ", it has a decimal comma" if word.replace(",", "").isdigit() and "," in word else ""
        message = f"{file}, {place}: label {word!r} is not a whole number from 1 on{hint}"
        raise UsageError(message)
    return int(value)


def _named(path: Path, label: int | None) -> str:
    return _stem(path) if label in (None, 1) else f"{_stem(path)}-{label}"


def _roi(
    number: int, part: int, name: str, kind: MaskKind, path: Path, selector: int | None, image: ImageRef
) -> RoiRef:
    return RoiRef(f"row{number}-{part}", name, kind, str(path), selector, (image.image_id,))
