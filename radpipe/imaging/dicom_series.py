"""A DICOM image series to a Volume: stored values rescaled slice by slice, geometry from projected positions."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from radpipe.cohort import ImageRef
from radpipe.errors import InputError, Note, Policy
from radpipe.imaging.slices import SliceHeader, Stack, stack_slices
from radpipe.imaging.suv import suv_factor
from radpipe.volume import Volume

__all__ = ["HU_RANGE", "header_of", "open_series", "read_dicom"]

HU_RANGE = (-1024.0, 3071.0)
"""CT numbers of 12 stored bits; metal saturates at the upper end, some scanners write lower values outside the bore."""

NEEDED = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns")

DAMAGE = (InvalidDicomError, OSError, EOFError, ValueError, KeyError, AttributeError, TypeError, NotImplementedError)
"""What pydicom 3 was seen to raise on damaged files: cut, flipped or inserted bytes."""


def read_dicom(path: str, *, pixels: bool = True) -> Dataset:
    """Read a DICOM file, with or without a preamble.

    Raises
    ------
    InputError
        ``E_MISSING_FILE`` or ``E_UNREADABLE``.
    """
    if not Path(path).is_file():
        raise InputError("E_MISSING_FILE", path=path)
    try:
        data = pydicom.dcmread(path, stop_before_pixels=not pixels, force=True)
        empty = len(data) == 0 or "SOPClassUID" not in data
    except DAMAGE as fault:
        raise InputError("E_UNREADABLE", path=path, reason=_reason(fault)) from fault
    if empty:
        raise InputError("E_UNREADABLE", path=path, reason="it is no DICOM object, or cut within its header")
    return data


def header_of(data: Dataset, path: str) -> SliceHeader:
    """Take from a header what the order of slices needs.

    Raises
    ------
    InputError
        ``E_REQUIRED_TAG`` naming every tag that is missing or empty.
    """
    missing = [tag for tag in NEEDED if data.get(tag) in (None, "")]
    if missing:
        raise InputError("E_REQUIRED_TAG", path=path, tags=", ".join(missing))
    try:
        x, y, z = (float(v) for v in data.ImagePositionPatient)
        orientation = [float(v) for v in data.ImageOrientationPatient]
        dy, dx = (float(v) for v in data.PixelSpacing)
        size = (int(data.Rows), int(data.Columns))
        row, column = _unit(orientation[:3]), _unit(orientation[3:])
        instance = int(data.get("InstanceNumber") or 0)
    except (ValueError, TypeError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=_reason(fault)) from fault
    if not (dy > 0 and dx > 0 and min(size) > 0 and np.isfinite([x, y, z, *row, *column]).all()):
        raise InputError("E_UNREADABLE", path=path, reason="its geometry is impossible")
    kinds = data.get("ImageType") or ()
    return SliceHeader(
        path=path,
        position_xyz_mm=(x, y, z),
        row_xyz=row,
        column_xyz=column,
        spacing_yx_mm=(dy, dx),
        size_yx=size,
        instance=instance,
        frame_of_reference_uid=str(data.get("FrameOfReferenceUID") or "") or None,
        sop_uid=str(data.get("SOPInstanceUID", "")),
        localizer="LOCALIZER" in [str(kind).upper() for kind in kinds],
    )


def _unit(vector: Sequence[float]) -> tuple[float, float, float]:
    x, y, z = vector
    length = float(np.sqrt(x * x + y * y + z * z))
    if abs(length - 1) < 1e-12:
        return (x, y, z)
    if not length > 0:
        message = "ImageOrientationPatient is zero"
        raise ValueError(message)
    return (x / length, y / length, z / length)


def open_series(ref: ImageRef, policy: Policy | None = None) -> Volume:
    """Read an image series.

    Parameters
    ----------
    ref
        A series: all files of one SeriesInstanceUID, in any order.
    policy
        What to do about the problems of :mod:`radpipe.imaging.slices`, rescaling and pixel values.

    Returns
    -------
    Volume
        CT in HU, PET in SUV by body weight, else in the file's own unit. int16 where slope and intercept are whole and
        every value fits, else float64.

    Raises
    ------
    InputError
        Any code of the way of a DICOM series.
    """
    policy = policy or Policy()
    datasets = {path: read_dicom(path) for path in ref.paths}
    stack = stack_slices([header_of(data, path) for path, data in datasets.items()], policy)
    notes = list(stack.notes) + _settle_twins(stack, datasets, policy)
    planes = [_rescaled(datasets[one.path], one.path, ref.modality, policy, notes) for one in stack.slices]
    array = np.stack(planes)
    unit = "HU" if ref.modality == "CT" else "arbitrary"
    if ref.modality == "PT":
        factor, unit = suv_factor(datasets[stack.slices[0].path], stack.slices[0].path)
        if factor != 1.0:
            array = array.astype(np.float64) * factor
    if unit == "HU" and (array.min() < HU_RANGE[0] or array.max() > HU_RANGE[1]):
        notes.append(policy.meet("W_HU_RANGE", lowest=float(array.min()), highest=float(array.max())))
    return Volume(_smallest(array), stack.geometry, unit, tuple(dict.fromkeys(notes)))


def _settle_twins(stack: Stack, datasets: dict[str, Dataset], policy: Policy) -> list[Note]:
    """Accept equal copies of a slice with a note; different pixels at one position are a problem."""
    copies = 0
    for group in stack.twins:
        first = stored_pixels(datasets[group[0].path], group[0].path)
        for other in group[1:]:
            if not np.array_equal(first, stored_pixels(datasets[other.path], other.path)):
                depth = float(np.dot(other.position_xyz_mm, np.cross(other.row_xyz, other.column_xyz)))
                return [policy.meet("E_DUPLICATE_POSITION", path=other.path, count=len(group), position=depth)]
            copies += 1
    return [policy.meet("W_DUPLICATE_SLICE", count=copies)] if copies else []


def stored_pixels(data: Dataset, path: str) -> npt.NDArray[np.generic]:
    """Decode one file's stored values, shape (rows, columns).

    Raises
    ------
    InputError
        ``E_TRUNCATED``, ``E_NO_DECODER``, ``E_UNREADABLE``.
    """
    if "PixelData" not in data:
        raise InputError("E_TRUNCATED", path=path, found=0, expected=_needed_bytes(data))
    syntax = UID(str(getattr(data.file_meta, "TransferSyntaxUID", "1.2.840.10008.1.2")))
    if not syntax.is_compressed and len(data.PixelData) < _needed_bytes(data):
        raise InputError("E_TRUNCATED", path=path, found=len(data.PixelData), expected=_needed_bytes(data))
    try:
        if "TransferSyntaxUID" not in data.file_meta:
            data.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2")
        pixels = data.pixel_array
    except RuntimeError as fault:
        raise InputError("E_NO_DECODER", path=path, syntax=syntax.name) from fault
    except DAMAGE as fault:
        raise InputError("E_UNREADABLE", path=path, reason=_reason(fault)) from fault
    if pixels.shape != (int(data.Rows), int(data.Columns)):
        raise InputError("E_UNREADABLE", path=path, reason=f"pixels of shape {pixels.shape} are not one grey slice")
    return pixels


def _needed_bytes(data: Dataset) -> int:
    frames = int(data.get("NumberOfFrames") or 1)
    samples = int(data.get("SamplesPerPixel") or 1)
    return int(data.Rows) * int(data.Columns) * frames * samples * int(data.get("BitsAllocated") or 16) // 8


def _rescaled(
    data: Dataset, path: str, modality: str, policy: Policy, notes: list[Note]
) -> npt.NDArray[np.int16 | np.int32 | np.float64]:
    """Apply RescaleSlope and RescaleIntercept; on a CT they must be there."""
    pixels = stored_pixels(data, path)
    slope, intercept = data.get("RescaleSlope"), data.get("RescaleIntercept")
    if modality in ("CT", "PT") and (slope in (None, "") or intercept in (None, "")):
        notes.append(policy.meet("E_NO_RESCALE", path=path))
    a = 1.0 if slope in (None, "") else float(slope)
    b = 0.0 if intercept in (None, "") else float(intercept)
    if a.is_integer() and b.is_integer() and pixels.dtype.kind in "iu":
        return pixels.astype(np.int32) * np.int32(a) + np.int32(b)
    return pixels.astype(np.float64) * a + b


def _smallest(array: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    """Keep CT numbers as int16 when they are whole and fit."""
    if array.dtype.kind == "i" and array.min() >= -32768 and array.max() <= 32767:
        return array.astype(np.int16)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _reason(fault: BaseException) -> str:
    text = " ".join(str(fault).split())[:160]
    return f"{type(fault).__name__}: {text}" if text else type(fault).__name__
