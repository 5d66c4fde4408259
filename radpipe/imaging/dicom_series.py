"""A DICOM series to a Volume: CT in HU, PET in SUV, MR as stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from radpipe.cohort import ImageRef
from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.acquisition import acquisition
from radpipe.imaging.acquisitions import jump_notes, main_part
from radpipe.imaging.dicom_io import pixel_bytes, read_dicom, reading, require, require_decoder
from radpipe.imaging.dicom_place import image_files
from radpipe.imaging.frames import is_multi_frame, slices_of
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack
from radpipe.imaging.suv import refuse_implausible_suv, suv_factors
from radpipe.volume import Volume

__all__ = ["decode_frames", "decode_pixels", "read_series", "rescale"]

Array = npt.NDArray[Any]

PIXEL_TAGS = ("Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation", "PixelData")

PIXEL_DATA = 0x7FE00010
PADDING = (0xFFFCFFFC, 0xFFFAFFFA)
"""Elements that may follow the pixels, beside private ones: padding and digital signatures."""

HU_RANGE = (-1024, 3071)

HOUNSFIELD = ("", "HU", "US")
"""RescaleType of a CT: absent means HU (PS3.3 C.8.2.1), and exporters write US, unspecified, where they mean HU."""

SMALL_INTEGER = 16383
"""Signed values up to here are kept as int16: resampling cannot carry them out of its range."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """Stored value to physical value."""

    slope: float = 1.0
    intercept: float = 0.0


def read_series(ref: ImageRef, policy: Policy) -> Volume:
    """Read the slices of a series.

    Parameters
    ----------
    ref
        Paths of the files in any order, or of a folder that holds one series.
    policy
        What to do about each problem.

    Returns
    -------
    Volume
        Values as SimpleITK's series reader gives them: integers where slope and intercept are whole (int16 or int32
        where values can be negative, else the unsigned type that was stored), float64 otherwise. Unit ``HU`` for CT,
        ``SUVbw`` for PET, else ``arbitrary``.

    Raises
    ------
    InputError
        Each code of the catalogue that a series can meet.
    """
    slices = [part for path in _files(ref.paths) for part in slices_of(read_dicom(path), path)]
    series = {str(one.dataset.get("SeriesInstanceUID", "")) for one in slices}
    if len(series) > 1:
        message = f"{len(series)} series"
        raise InputError("E_MIXED_SERIES", path=ref.paths[0], what=message, kept=1, total=len(series))
    slices, strays = _without_strays(slices, policy)
    slices, notes = main_part(slices, policy)
    notes = [*strays, *notes]
    stacked = stack(slices, policy)
    modality = str(slices[0].dataset.get("Modality") or ref.modality)
    present = [one for one in stacked.slices if one is not None]
    scales = [_scale(one, modality, policy) for one in present]
    notes += [*stacked.notes, *{note for _, note in scales if note is not None}]
    if modality == "CT":
        _refuse_mixed_scales([scale for scale, _ in scales], present)
        notes += _quantity_notes(present, policy)
    arrays = [
        rescale(stored, scale.slope, scale.intercept)
        for stored, (scale, _) in zip(_stored(present), scales, strict=True)
    ]
    if modality == "CT":
        normal = present[0].normal
        positions = [float(normal @ part.position_xyz_mm) for part in present]
        notes += jump_notes(arrays, present, positions, policy)
    unit = "HU" if modality == "CT" else "arbitrary"
    if modality == "PT":
        arrays, unit, told = _to_suv(arrays, present, policy)
        notes += told
    voxels = _assemble(stacked.slices, arrays)
    if modality == "CT":
        low, high = float(voxels.min()), float(voxels.max())
        if low < HU_RANGE[0] or high > HU_RANGE[1]:
            notes.append(policy.meet("W_HU_RANGE", path=present[0].path, lowest=low, highest=high))
    return Volume(voxels, stacked.geometry, unit, tuple(notes), acquisition([one.dataset for one in present]))


def decode_pixels(dataset: Dataset, path: str) -> Array:
    """Return the stored values of a single-frame grey image.

    Parameters
    ----------
    dataset
        The image with its pixels.
    path
        Named in errors.

    Returns
    -------
    numpy.ndarray
        Shape (y, x), in the type that was stored; bits beyond BitsStored removed.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG``, ``E_TRUNCATED``, ``E_NO_DECODER``, ``E_UNREADABLE``.
    """
    if is_multi_frame(dataset):
        raise InputError("E_UNREADABLE", path=path, reason="a multi-frame image is not read as a slice")
    plane: Array = decode_frames(dataset, path)[0]
    return plane


def decode_frames(dataset: Dataset, path: str) -> Array:
    """Return the stored values of all frames of a grey image.

    Parameters
    ----------
    dataset
        The image with its pixels.
    path
        Named in errors.

    Returns
    -------
    numpy.ndarray
        Shape (frames, y, x), in the type that was stored; bits beyond BitsStored removed.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG``, ``E_TRUNCATED``, ``E_NO_DECODER``, ``E_UNREADABLE`` (colour, bytes after the pixels, or a
        HighBit that is not BitsStored - 1: PS3.5 8.1.1 allows no other, and readers disagree on what is meant).
    """
    require(dataset, PIXEL_TAGS, path)
    with reading(path):
        shape = (int(dataset.get("NumberOfFrames") or 1), int(dataset.Rows), int(dataset.Columns))
        if int(dataset.get("SamplesPerPixel") or 1) != 1:
            message = "colour images are not read as a slice"
            raise ValueError(message)
        stored, high = int(dataset.BitsStored), dataset.get("HighBit")
        if high is not None and int(high) != stored - 1:
            message = f"HighBit {int(high)} with BitsStored {stored}"
            raise ValueError(message)
        syntax = dataset.file_meta.TransferSyntaxUID
        expected, found = pixel_bytes(dataset), len(dataset.PixelData)
        if not syntax.is_compressed and not expected <= found <= expected + 1:
            raise InputError("E_TRUNCATED", found=found, expected=expected)
        _refuse_surplus(dataset, path)
        require_decoder(dataset, path)
        pixels = _plain_pixels(dataset) if _is_plain(dataset) else np.asarray(dataset.pixel_array)
        if pixels.size != int(np.prod(shape)) or pixels.shape[-2:] != shape[-2:]:
            message = f"pixels of shape {pixels.shape} where {shape} are promised"
            raise ValueError(message)
        return _without_overlay_bits(pixels.reshape(shape), stored)


def _is_plain(dataset: Dataset) -> bool:
    """Tell whether pixels lie in the file as they are: uncompressed, little-endian, whole bytes."""
    syntax = dataset.file_meta.TransferSyntaxUID
    grey = str(dataset.get("PhotometricInterpretation") or "") in ("MONOCHROME1", "MONOCHROME2")
    whole = int(dataset.BitsAllocated) in (8, 16, 32) and 0 < int(dataset.BitsStored) <= int(dataset.BitsAllocated)
    plain = not syntax.is_compressed and syntax.is_little_endian and isinstance(dataset.PixelData, bytes)
    return grey and whole and plain and int(dataset.PixelRepresentation) in (0, 1)


def _plain_pixels(dataset: Dataset) -> Array:
    """Take pixels as they lie in the file; pydicom's own way checks and copies what was checked already."""
    kind = "i" if int(dataset.PixelRepresentation) else "u"
    count = int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("NumberOfFrames") or 1)
    pixels = np.frombuffer(dataset.PixelData, dtype=f"<{kind}{int(dataset.BitsAllocated) // 8}", count=count)
    return pixels.reshape(-1, int(dataset.Rows), int(dataset.Columns))


def _refuse_surplus(dataset: Dataset, path: str) -> None:
    """Refuse a file that goes on after its pixels: bytes were inserted, and the pixels are shifted.

    Raises
    ------
    ValueError
        Bytes or elements follow that are no padding.
    """
    after = [tag for tag in sorted(dataset.keys()) if tag > PIXEL_DATA]
    strange = [tag for tag in after if tag not in PADDING and not tag.is_private]
    if strange:
        message = f"element {strange[0]} after the pixels"
        raise ValueError(message)
    element = dataset["PixelData"]
    syntax = dataset.file_meta.TransferSyntaxUID
    if after or syntax.is_compressed or syntax.is_deflated or not element.file_tell:
        return
    surplus = Path(path).stat().st_size - element.file_tell - len(dataset.PixelData)
    if surplus > 0:
        message = f"{surplus} bytes after the pixels"
        raise ValueError(message)


def _without_overlay_bits(pixels: Array, stored: int) -> Array:
    spare = pixels.dtype.itemsize * 8 - stored
    if spare <= 0 or pixels.dtype.kind not in "iu":
        return pixels
    return (pixels << spare) >> spare


def rescale(stored: Array, slope: float, intercept: float) -> Array:
    """Map stored values to physical ones, in the type that SimpleITK would choose.

    Examples
    --------
    >>> rescale(np.array([0, 2000], dtype=np.uint16), 1.0, -1000.0)
    array([-1000,  1000], dtype=int32)
    >>> rescale(np.array([2], dtype=np.int16), 0.5, 0.0)
    array([1.])
    """
    if (slope, intercept) == (1.0, 0.0):
        return stored
    if not (slope.is_integer() and intercept.is_integer()):
        return stored * slope + intercept
    values = stored.astype(np.int64) * int(slope) + int(intercept)
    unsigned = stored.dtype.kind == "u" and slope >= 0 and intercept >= 0
    if unsigned:
        return values.astype(np.uint16 if values.max(initial=0) <= np.iinfo(np.uint16).max else np.uint32)
    fits = max(-values.min(initial=0), values.max(initial=0)) <= np.iinfo(np.int32).max
    return values.astype(np.int32) if fits else values.astype(np.float64)


def _files(paths: Sequence[str]) -> list[str]:
    """List files; a folder stands for the images of the one series in it."""
    return [file for path in paths for file in (image_files(Path(path)) if Path(path).is_dir() else [path])]


def _without_strays(slices: Sequence[Slice], policy: Policy) -> tuple[list[Slice], list[Note]]:
    """Set a cut file aside where a whole one lies at its position: the series is complete without it."""
    places: dict[tuple[float, ...], list[Slice]] = {}
    for part in slices:
        header = part.header
        places.setdefault((*header.position_xyz_mm, *header.orientation, *header.size_yx), []).append(part)
    strays = []
    for some in places.values():
        cut = [part for part in some if len(some) > 1 and _is_cut(part)]
        strays += cut if len(cut) < len(some) else []
    if not strays:
        return list(slices), []
    names = ", ".join(Path(part.path).name for part in strays[:4])
    note = policy.meet("W_STRAY_FILE", path=strays[0].path, count=len(strays), names=names)
    aside = {id(part) for part in strays}
    return [part for part in slices if id(part) not in aside], [note]


def _is_cut(part: Slice) -> bool:
    if part.whole is not None:
        return False
    with reading(part.path):
        syntax = part.dataset.file_meta.TransferSyntaxUID
        return not syntax.is_compressed and len(part.dataset.get("PixelData") or b"") < pixel_bytes(part.dataset)


def _stored(slices: Sequence[Slice]) -> Iterator[Array]:
    """Decode slice by slice; a multi-frame image is decoded once for all its frames."""
    decoded: dict[str, Array] = {}
    for part in slices:
        if part.whole is None or part.frame is None:
            yield decode_pixels(part.dataset, part.path)
            continue
        if part.path not in decoded:
            decoded[part.path] = decode_frames(part.whole, part.path)
        yield decoded[part.path][part.frame]


def _scale(one: Slice, modality: str, policy: Policy) -> tuple[_Scale, Note | None]:
    """Read slope and intercept; a CT must have them, a PET its slope."""
    with reading(one.path):
        slope, intercept = one.dataset.get("RescaleSlope"), one.dataset.get("RescaleIntercept")
        numbers = (1.0 if slope is None else float(slope), 0.0 if intercept is None else float(intercept))
        if not np.isfinite(numbers).all() or numbers[0] == 0.0:
            message = f"RescaleSlope {slope}, RescaleIntercept {intercept}"
            raise ValueError(message)
    note = None
    if modality == "CT" and (slope is None or intercept is None):
        note = policy.meet("E_NO_RESCALE", path=one.path)
    if modality == "PT" and slope is None:
        raise InputError("E_REQUIRED_TAG", path=one.path, tags="RescaleSlope")
    return _Scale(*numbers), note


def _quantity_notes(slices: Sequence[Slice], policy: Policy) -> list[Note]:
    """Refuse a CT whose rescaled values are said to be something else than Hounsfield units (a perfusion map)."""
    for part in slices:
        kind = str(part.dataset.get("RescaleType") or "").strip().upper()
        if kind not in HOUNSFIELD:
            return [policy.meet("E_RESCALE_TYPE", path=part.path, kind=kind)]
    return []


def _refuse_mixed_scales(scales: Sequence[_Scale], slices: Sequence[Slice]) -> None:
    """Refuse a CT slice of another slope or intercept: it was changed, or is from elsewhere."""
    counts = {scale: scales.count(scale) for scale in set(scales)}
    if len(counts) > 1:
        usual = max(counts, key=lambda scale: counts[scale])
        odd = next(one for scale, one in zip(scales, slices, strict=True) if scale != usual)
        what = "rescale slopes or intercepts"
        raise InputError("E_MIXED_SERIES", path=odd.path, what=what, kept=counts[usual], total=len(scales))


def _to_suv(arrays: list[Array], slices: Sequence[Slice], policy: Policy) -> tuple[list[Array], str, list[Note]]:
    """Multiply each slice by its own factor; without one the policy may leave the values in their own unit."""
    paths = [part.path for part in slices]
    try:
        factors, notes = suv_factors([part.dataset for part in slices], paths, policy)
        scaled = [array if factor == 1.0 else array * factor for array, factor in zip(arrays, factors, strict=True)]
        refuse_implausible_suv(max(float(array.max()) for array in scaled), paths[0])
    except InputError as fault:
        if fault.code != "E_SUV":
            raise
        return arrays, "arbitrary", [policy.meet("E_SUV", path=fault.path, **fault.facts)]
    return scaled, "SUVbw", notes


def _assemble(places: Sequence[Slice | None], arrays: Sequence[Array]) -> Array:
    """Stack slices; a missing one is interpolated between its neighbours (the policy allowed it)."""
    common = np.result_type(*arrays)
    if common == np.int32 and all(max(-int(a.min()), int(a.max())) <= SMALL_INTEGER for a in arrays):
        common = np.dtype(np.int16)
    voxels = np.empty((len(places), *arrays[0].shape), dtype=common)
    known = [z for z, one in enumerate(places) if one is not None]
    for z, array in zip(known, arrays, strict=True):
        voxels[z] = array
    for below, above in pairwise(known):
        for z in range(below + 1, above):
            share = (z - below) / (above - below)
            between = voxels[below] * (1 - share) + voxels[above] * share
            voxels[z] = between if common.kind == "f" else np.rint(between)
    return voxels
