"""NIfTI, NRRD and MHA through SimpleITK, after the checks that ITK does not make: size, checksum, whole labels."""

import gzip
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.resample_mask import mask_on_grid
from radpipe.problems import Action
from radpipe.volume import Mask, Volume

__all__ = ["labels_of", "open_itk_image", "open_itk_mask", "read_itk"]

_CHUNK = 1 << 20

_NRRD_BYTES: Mapping[str, int] = {
    **dict.fromkeys(("signed char", "int8", "int8_t", "uchar", "unsigned char", "uint8", "uint8_t"), 1),
    **dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), 2),
    **dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), 2),
    **dict.fromkeys(
        ("int", "signed int", "int32", "int32_t", "uint", "unsigned int", "uint32", "uint32_t", "float"), 4
    ),
    **dict.fromkeys(("longlong", "long long", "int64", "int64_t", "ulonglong", "uint64", "uint64_t", "double"), 8),
}


def open_itk_image(ref: ImageRef, policy: Policy | None = None) -> Volume:
    """Read an image file; CT is taken to be in HU, PT in the unit of the file.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_NONFINITE``, ``W_HU_RANGE`` by policy.
    """
    policy = policy or Policy()
    array, geometry = read_itk(ref.paths[0])
    unit = "HU" if ref.modality == "CT" else "arbitrary"
    notes: tuple[Note, ...] = ()
    if unit == "HU" and array.size and (array.min() < -1024 or array.max() > 3071):
        notes = (policy.meet("W_HU_RANGE", lowest=float(array.min()), highest=float(array.max())),)
    return Volume(array, geometry, unit, notes)


def open_itk_mask(roi: RoiRef, grid: Geometry, policy: Policy | None = None) -> Mask:
    """Read a mask file and take one label of it.

    Parameters
    ----------
    roi
        ``selector`` is the label; None takes every voxel that is not 0.
    grid
        The image's grid.
    policy
        ``E_GRID_MISMATCH=fix`` resamples a mask of another grid.

    Raises
    ------
    InputError
        ``E_FLOAT_MASK``, ``E_LABEL_MISSING``, ``E_EMPTY_ROI``, ``E_GRID_MISMATCH`` and those of :func:`read_itk`.
    """
    policy = policy or Policy()
    array, geometry = read_itk(roi.path)
    notes: list[Note] = []
    inside = _inside(array, roi.selector, policy, notes)
    if geometry.same_grid(grid):
        return Mask(inside, grid, tuple(notes))
    difference = geometry.difference(grid)
    notes.append(policy.meet("E_GRID_MISMATCH", difference=difference))
    if policy.action("E_GRID_MISMATCH") is not Action.FIX:
        raise InputError("E_GRID_MISMATCH", difference=difference)
    return mask_on_grid(Mask(inside, geometry, tuple(notes)), grid, policy)


def labels_of(array: npt.NDArray[Any]) -> tuple[int, ...]:
    """List the labels of a mask, 0 excepted.

    Raises
    ------
    InputError
        ``E_FLOAT_MASK`` when a value is not whole.
    """
    values = np.unique(array)
    if values.dtype.kind == "f" and not (np.isfinite(values).all() and np.array_equal(values, np.round(values))):
        odd = [f"{v:.6g}" for v in values[~(values == np.round(values))][:4].tolist()]
        raise InputError("E_FLOAT_MASK", values=", ".join(odd))
    return tuple(int(v) for v in values.tolist() if v != 0)


def _inside(array: npt.NDArray[Any], label: int | None, policy: Policy, notes: list[Note]) -> npt.NDArray[np.bool_]:
    labels = labels_of(array)
    if not labels:
        raise InputError("E_EMPTY_ROI")
    if label is None:
        return np.asarray(array != 0)
    if label in labels:
        return np.asarray(array == label)
    if len(labels) == 1 and label == 1:
        notes.append(policy.meet("W_MASK_VALUE", label=labels[0], asked=label))
        return np.asarray(array == labels[0])
    raise InputError("E_LABEL_MISSING", label=label, found=", ".join(map(str, labels)))


def read_itk(path: str) -> tuple[npt.NDArray[Any], Geometry]:
    """Read voxels and grid of a 3-D file; a 2-D file becomes one slice of spacing 1.

    Returns
    -------
    array, geometry
        Shape (z, y, x), the file's dtype.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``.
    """
    import SimpleITK as sitk  # noqa: N813

    if not Path(path).is_file():
        raise InputError("E_MISSING_FILE", path=path)
    _refuse_cut(path)
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        image = sitk.ReadImage(path)
    except RuntimeError as fault:
        reason = " ".join(str(fault).split())[-160:]
        raise InputError("E_UNREADABLE", path=path, reason=reason) from fault
    if image.GetNumberOfComponentsPerPixel() != 1 or image.GetDimension() not in (2, 3):
        shape = f"{image.GetDimension()} dimensions and {image.GetNumberOfComponentsPerPixel()} values a voxel"
        raise InputError("E_UNREADABLE", path=path, reason=f"it has {shape}, not a grey volume")
    array = sitk.GetArrayFromImage(image)
    try:
        return (array, _geometry(image)) if array.ndim == 3 else (array[np.newaxis], _flat_geometry(image))
    except ValueError as fault:
        raise InputError("E_UNREADABLE", path=path, reason=str(fault)) from fault


def _geometry(image: Any) -> Geometry:
    x, y, z = image.GetSize()
    dx, dy, dz = image.GetSpacing()
    return Geometry((z, y, x), (dz, dy, dx), image.GetOrigin(), image.GetDirection())


def _flat_geometry(image: Any) -> Geometry:
    x, y = image.GetSize()
    dx, dy = image.GetSpacing()
    ox, oy = image.GetOrigin()
    return Geometry((1, y, x), (1.0, dy, dx), (ox, oy, 0.0))


def _refuse_cut(path: str) -> None:
    """Compare the bytes that are there with those that the header promises; ITK fills the rest with zeros."""
    name = path.lower()
    if name.endswith(".gz"):
        size, head = _unzipped(path)
    else:
        size = Path(path).stat().st_size
        with Path(path).open("rb") as file:
            head = file.read(4096)
    if name.endswith((".nii", ".nii.gz")):
        needed = _nifti_bytes(path, head)
        if size < needed:
            raise InputError("E_TRUNCATED", path=path, found=size, expected=needed)
    elif name.endswith(".nrrd"):
        _refuse_cut_nrrd(path)


def _unzipped(path: str) -> tuple[int, bytes]:
    """Read a gzip file to its end, which checks its CRC; return the size and the first bytes."""
    size, head = 0, b""
    try:
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                head = head or chunk[:4096]
                size += len(chunk)
    except EOFError as fault:
        raise InputError("E_TRUNCATED", path=path, found=size, expected="more") from fault
    except (OSError, zlib.error) as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from fault
    return size, head


def _nifti_bytes(path: str, head: bytes) -> int:
    """Size of a NIfTI-1 or -2 file by its header: vox_offset + voxels x bytes."""
    first = {int.from_bytes(head[:4], "little"): "<", int.from_bytes(head[:4], "big"): ">"}
    order = first.get(348) or first.get(540)
    if order is None or len(head) < 348:
        raise InputError("E_UNREADABLE", path=path, reason="it is no NIfTI file")
    if 348 in first:
        dim = np.frombuffer(head, f"{order}i2", 8, 40)
        bits = int(np.frombuffer(head, f"{order}i2", 1, 72)[0])
        offset = float(np.frombuffer(head, f"{order}f4", 1, 108)[0])
    else:
        dim = np.frombuffer(head, f"{order}i8", 8, 16)
        bits = int(np.frombuffer(head, f"{order}i2", 1, 14)[0])
        offset = float(np.frombuffer(head, f"{order}i8", 1, 168)[0])
    sizes = [int(n) for n in dim[1 : 1 + int(dim[0])].tolist()] if 1 <= int(dim[0]) <= 7 else []
    if not sizes or min(sizes) < 1 or bits < 1 or not 0 <= offset < 1e9:
        raise InputError(
            "E_UNREADABLE", path=path, reason=f"its header is impossible (dim {dim.tolist()}, {bits} bits)"
        )
    voxels = 1
    for n in sizes:
        voxels *= n
    return int(offset) + voxels * bits // 8


def _refuse_cut_nrrd(path: str) -> None:
    """Check an attached NRRD: raw by size, gzip by its CRC."""
    with Path(path).open("rb") as file:
        head = file.read(1 << 16)
        end = re.search(rb"\r?\n\r?\n", head)
        if not head.startswith(b"NRRD") or end is None:
            raise InputError("E_UNREADABLE", path=path, reason="it is no NRRD file with an attached header")
        fields = dict(re.findall(r"^([^:#\n]+): *([^\r\n]*)", head[: end.start()].decode("latin-1"), re.MULTILINE))
        sizes = [int(n) for n in re.findall(r"\d+", fields.get("sizes", ""))]
        width = _NRRD_BYTES.get(fields.get("type", "").strip().lower(), 0)
        needed = width
        for n in sizes:
            needed *= n
        if "data file" in fields or "datafile" in fields or not needed or not sizes:
            return
        file.seek(end.end())
        if fields.get("encoding", "raw") in ("gzip", "gz"):
            found = _gunzip_size(file, path)
        elif fields.get("encoding", "raw") == "raw":
            found = Path(path).stat().st_size - end.end()
        else:
            return
    if found < needed:
        raise InputError("E_TRUNCATED", path=path, found=found, expected=needed)


def _gunzip_size(file: Any, path: str) -> int:
    size = 0
    try:
        with gzip.GzipFile(fileobj=file) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
    except EOFError as fault:
        raise InputError("E_TRUNCATED", path=path, found=size, expected="more") from fault
    except (OSError, zlib.error) as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from fault
    return size
