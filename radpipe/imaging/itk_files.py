"""NIfTI, NRRD, MHA: images and label masks, read whole or not at all."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.regrid import resample_nearest
from radpipe.problems import Action
from radpipe.volume import Mask, Volume

__all__ = ["choose_label", "place_mask", "read_itk_image", "read_itk_mask"]

Array = npt.NDArray[Any]

CHUNK = 1 << 20


def read_itk_image(ref: ImageRef, policy: Policy) -> Volume:
    """Read an image file.

    Returns
    -------
    Volume
        In the file's own number type; unit ``HU`` for CT, ``SUVbw`` for PT whose file is taken as such, else
        ``arbitrary``.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_NONFINITE``.
    """
    path = ref.paths[0]
    array, geometry = _read(path)
    notes: list[Note] = []
    unit = {"CT": "HU", "PT": "SUVbw"}.get(ref.modality, "arbitrary")
    try:
        volume = Volume(array, geometry, unit)
    except InputError as fault:
        raise fault.located(path=path) from None
    if unit == "HU" and (volume.array.min() < -1024 or volume.array.max() > 3071):
        low, high = float(volume.array.min()), float(volume.array.max())
        notes.append(policy.meet("W_HU_RANGE", path=path, lowest=low, highest=high))
    return Volume(volume.array, geometry, unit, tuple(notes))


def read_itk_mask(roi: RoiRef, image: Geometry, policy: Policy) -> Mask:
    """Read a label of a mask file.

    Parameters
    ----------
    roi
        Its selector is the label; None takes every voxel that is not 0.
    image
        Grid of the image that is measured.
    policy
        What to do about another grid or label.

    Raises
    ------
    InputError
        As for images, and ``E_FLOAT_MASK``, ``E_LABEL_MISSING``, ``E_GRID_MISMATCH``, ``E_EMPTY_ROI``.
    """
    labels, geometry = _read(roi.path)
    array, notes = choose_label(labels, roi.selector, policy, roi.path)
    try:
        return place_mask(Mask.of(array, geometry, notes), image, policy, roi.path)
    except InputError as fault:
        raise fault.located(path=roi.path) from None


def choose_label(
    labels: Array, label: int | None, policy: Policy, path: str
) -> tuple[npt.NDArray[np.bool_], tuple[Note, ...]]:
    """Return the voxels of a label; 255, as drawing programs write, is taken for label 1 when it is the only one.

    Raises
    ------
    InputError
        ``E_FLOAT_MASK``, ``E_NONFINITE``, ``E_LABEL_MISSING``, ``E_EMPTY_ROI``.
    """
    if labels.dtype.kind == "f":
        finite = np.isfinite(labels)
        if not finite.all():
            raise InputError("E_NONFINITE", path=path, count=int(np.count_nonzero(~finite)))
        odd = labels[labels != np.rint(labels)]
        if odd.size:
            values = ", ".join(f"{value:.6g}" for value in np.unique(odd)[:3])
            raise InputError("E_FLOAT_MASK", path=path, values=values)
    if label is None:
        return labels != 0, ()
    array = labels == label
    if array.any():
        return array, ()
    found = [int(value) for value in np.unique(labels) if value != 0]
    if not found:
        raise InputError("E_EMPTY_ROI", path=path)
    if label == 1 and found == [255]:
        return labels == 255, (policy.meet("W_MASK_VALUE", path=path, label=255, asked=label),)
    raise InputError("E_LABEL_MISSING", path=path, label=label, found=", ".join(map(str, found[:20])))


def place_mask(mask: Mask, image: Geometry, policy: Policy, path: str) -> Mask:
    """Bring a mask to the image's grid: as it is on the same grid, else refused or resampled by policy.

    Raises
    ------
    InputError
        ``E_GRID_MISMATCH`` unless the policy says fix; ``E_EMPTY_ROI`` when no voxel's centre lies in the ROI.
    """
    if mask.geometry.same_grid(image):
        return Mask(mask.box, mask.crop, image, mask.notes)
    difference = image.difference(mask.geometry)
    if policy.action("E_GRID_MISMATCH") is not Action.FIX:
        raise InputError("E_GRID_MISMATCH", path=path, difference=difference)
    box, array, outside = resample_nearest(mask, image)
    notes = [*mask.notes, policy.meet("W_RESAMPLED_MASK", path=path, difference=difference)]
    if outside > 0:
        notes.append(policy.meet("W_OUTSIDE", path=path, percent=outside))
    return Mask.within(box, array, image, tuple(notes))


def _read(path: str) -> tuple[Array, Geometry]:
    """Read values and grid, after making sure that the file is whole."""
    import SimpleITK as sitk  # noqa: N813

    if not Path(path).is_file():
        raise InputError("E_MISSING_FILE", path=path)
    _refuse_cut(path)
    warned = sitk.ProcessObject.GetGlobalWarningDisplay()
    if not path.isascii() and any("\ud800" <= letter <= "\udfff" for letter in path):
        # Handed to SimpleITK, such a path ends the process.
        raise InputError("E_UNREADABLE", path=path, reason="its path is not Unicode; rename the folder or file")
    try:
        sitk.ProcessObject.GlobalWarningDisplayOff()
        image = sitk.ReadImage(path)
        if image.GetNumberOfComponentsPerPixel() != 1:
            raise InputError("E_UNREADABLE", path=path, reason="it holds several values per voxel")
        if image.GetDimension() == 4 and image.GetSize()[3] == 1:
            image = image[..., 0]
        if image.GetDimension() == 2:
            image = sitk.JoinSeries(image)
        if image.GetDimension() != 3:
            raise InputError("E_UNREADABLE", path=path, reason=f"it has {image.GetDimension()} dimensions")
        array = sitk.GetArrayFromImage(image)
        x, y, z = image.GetSpacing()
        return array, Geometry(array.shape, (z, y, x), image.GetOrigin(), image.GetDirection())
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError) as fault:
        reason = str(fault).strip().splitlines()[-1:] or [type(fault).__name__]
        raise InputError("E_UNREADABLE", path=path, reason=reason[0][:300]) from fault
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(warned)


def _refuse_cut(path: str) -> None:
    """Compare the bytes that the header promises with those that are there; read gzip to its checksum."""
    name = path.lower()
    if name.endswith((".nii", ".nii.gz", ".hdr", ".img")):
        head, found = _whole(path, 348)
        needed = _nifti_bytes(head, path)
    elif name.endswith((".nrrd", ".nhdr")):
        needed, found = _nrrd_bytes(path)
    elif name.endswith((".mha", ".mhd")):
        needed, found = _meta_bytes(path)
    else:
        return
    if found < needed:
        raise InputError("E_TRUNCATED", path=path, found=found, expected=needed)
    if needed and found > needed:
        raise InputError("E_UNREADABLE", path=path, reason=f"{found - needed} bytes more than its header promises")


def _whole(path: str, count: int, skip: int = 0, *, packed: bool | None = None) -> tuple[bytes, int]:
    """Return the first bytes and the length of a file, unpacked if it is gzip."""
    with Path(path).open("rb") as raw:
        raw.seek(skip)
        if packed is None:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(skip)
        if not packed:
            return raw.read(count), Path(path).stat().st_size - skip
        try:
            with gzip.GzipFile(fileobj=raw) as file:
                head = file.read(count)
                length = len(head)
                while chunk := file.read(CHUNK):
                    length += len(chunk)
                return head, length
        except EOFError:
            size = Path(path).stat().st_size
            raise InputError("E_TRUNCATED", path=path, found=size, expected="more compressed") from None
        except (zlib.error, gzip.BadGzipFile) as fault:
            raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None


def _nifti_bytes(head: bytes, path: str) -> int:
    """Bytes that a NIfTI-1 or NIfTI-2 header promises, header included."""
    if len(head) < 348:
        raise InputError("E_TRUNCATED", path=path, found=len(head), expected=348)
    for order in "<>":
        (size,) = struct.unpack_from(order + "i", head)
        if size == 348:
            dim = struct.unpack_from(order + "8h", head, 40)
            (bits,) = struct.unpack_from(order + "h", head, 72)
            (offset,) = struct.unpack_from(order + "f", head, 108)
        elif size == 540:
            (bits,) = struct.unpack_from(order + "h", head, 14)
            dim = struct.unpack_from(order + "8q", head, 16)
            (offset,) = struct.unpack_from(order + "q", head, 168)
        else:
            continue
        counts = dim[1 : dim[0] + 1]
        if not 1 <= dim[0] <= 7 or min(counts) < 1 or bits < 1 or not 0 <= offset < 1 << 30:
            raise InputError("E_UNREADABLE", path=path, reason=f"NIfTI header with dim {dim}, bitpix {bits}")
        two_files = path.lower().endswith((".hdr", ".img"))
        return 0 if two_files else int(offset) + int(np.prod(counts, dtype=object)) * bits // 8
    raise InputError("E_UNREADABLE", path=path, reason="not a NIfTI header")


NRRD_BYTES = {
    **dict.fromkeys(("signed char", "int8", "int8_t", "uchar", "unsigned char", "uint8", "uint8_t"), 1),
    **dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), 2),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), 2),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), 4),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t", "float"), 4),
    **dict.fromkeys(("longlong", "long long", "long long int", "signed long long", "signed long long int"), 8),
    **dict.fromkeys(("ulonglong", "unsigned long long", "unsigned long long int", "int64", "int64_t"), 8),
    **dict.fromkeys(("uint64", "uint64_t", "double"), 8),
}
"""Bytes of each of NRRD's number types, in all spellings that its specification allows."""


def _fields(path: str, sign: str, last: str | None) -> tuple[dict[str, str], int]:
    """Read the text header of NRRD (up to an empty line) or MetaImage (up to a key)."""
    fields: dict[str, str] = {}
    with Path(path).open("rb") as file:
        for _ in range(10_000):
            line = file.readline(1 << 16)
            text = line.decode("latin-1").strip()
            if not line or (last is None and not text):
                break
            key, found, value = text.partition(sign)
            if found:
                fields[key.strip().lower()] = value.strip().lstrip("=")
            if last is not None and key.strip().lower() == last:
                break
        return fields, file.tell()


def _nrrd_bytes(path: str) -> tuple[int, int]:
    fields, start = _fields(path, ":", None)
    if "data file" in fields or "datafile" in fields:
        return 0, 0
    try:
        needed = int(np.prod([int(n) for n in fields["sizes"].split()], dtype=object)) * NRRD_BYTES[fields["type"]]
    except (KeyError, ValueError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=f"NRRD header: {fault}") from None
    encoding = fields.get("encoding", "")
    if encoding not in {"raw", "gzip", "gz"}:
        return 0, 0
    return needed, _whole(path, 0, start, packed=encoding != "raw")[1]


META_BYTES = {"CHAR": 1, "SHORT": 2, "INT": 4, "LONG": 4, "LONG_LONG": 8, "FLOAT": 4, "DOUBLE": 8}


def _meta_bytes(path: str) -> tuple[int, int]:
    fields, start = _fields(path, "=", "elementdatafile")
    if fields.get("elementdatafile", "").upper() != "LOCAL":
        return 0, 0
    try:
        kind = fields["elementtype"].upper().removeprefix("MET_").removeprefix("U")
        needed = int(np.prod([int(n) for n in fields["dimsize"].split()], dtype=object)) * META_BYTES[kind]
    except (KeyError, ValueError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=f"MetaImage header: {fault}") from None
    if fields.get("compresseddata", "False").lower() != "true":
        return needed, Path(path).stat().st_size - start
    unpack, found = zlib.decompressobj(), 0
    with Path(path).open("rb") as file:
        file.seek(start)
        try:
            while chunk := file.read(CHUNK):
                found += len(unpack.decompress(chunk))
        except zlib.error as fault:
            raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None
    return needed, found
