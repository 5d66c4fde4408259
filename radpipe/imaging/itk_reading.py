"""Values and grid of a file, after making sure that it is whole."""

from typing import Any

import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.itk_grid import grid_of_file
from radpipe.imaging.meta_image_header import meta_files, stored_meta
from radpipe.imaging.nifti import is_nifti, nifti_files, stored_nifti
from radpipe.imaging.nifti_header import NiftiHeader
from radpipe.imaging.nrrd_header import nrrd_files, stored_nrrd
from radpipe.imaging.whole_files import Stored, read_stored, refuse_other_than_file

__all__ = ["data_files", "format_family", "read_file"]


Array = npt.NDArray[Any]


def data_files(path: str) -> tuple[str, ...]:
    """Return every file that holds a part of an image: the one named, and those that its header names.

    Parameters
    ----------
    path
        Of an image or mask; of a pair either file.

    Returns
    -------
    tuple of str
        The path itself first. A header that cannot be read names no further file: reading it fails.

    Examples
    --------
    >>> data_files("ct.nii.gz")
    ('ct.nii.gz',)
    """
    further: tuple[str, ...] = ()
    try:
        match format_family(path):
            case "nifti":
                further = nifti_files(path)
            case "nrrd":
                further = nrrd_files(path)
            case "meta":
                further = meta_files(path)
            case _:
                pass
    except InputError:
        further = ()
    return tuple(dict.fromkeys((path, *further)))


def format_family(path: str) -> str:
    """Return the family of formats that a file's name tells: ``nifti``, ``nrrd``, ``meta`` or ``other``.

    Parameters
    ----------
    path
        The file, which may be absent.
    """
    name = path.lower()
    if is_nifti(name):
        return "nifti"
    if name.endswith((".nrrd", ".nhdr")):
        return "nrrd"
    return "meta" if name.endswith((".mha", ".mhd")) else "other"


def read_file(path: str, policy: Policy) -> tuple[Array, Geometry, tuple[Note, ...]]:
    """Read values and grid, after making sure that the file is whole.

    Parameters
    ----------
    path
        The file; of a pair either.
    policy
        What to do about ``E_NO_SPACING``.

    Returns
    -------
    array, geometry, notes
        Values in the file's own number type, shape (z, y, x); the grid; and what was accepted.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_HEADER``, ``E_NO_SPACING``.
    """
    refuse_other_than_file(path)
    if not path.isascii() and any("\ud800" <= letter <= "\udfff" for letter in path):
        # Handed to SimpleITK, such a path ends the process.
        raise InputError("E_UNREADABLE", path=path, reason="its path is not Unicode; rename the folder or file")
    try:
        stored, header = _promised(path)
        if stored is None:
            return *_read_by_itk(path), ()
        notes = (policy.meet("E_NO_SPACING", path=path, what=stored.no_spacing),) if stored.no_spacing else ()
        array = read_stored(stored, path)  # first: a damaged file is told as such, not as an unknown one
        geometry = grid_of_file(path, header)
        if geometry.size_zyx != stored.shape:
            difference = f"ITK reads {geometry.size_zyx} voxels (z, y, x) where the header says {stored.shape}"
            raise InputError("E_HEADER", path=path, what=difference)
        return array, geometry, notes
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError, OSError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=_reason(fault)) from fault


def _promised(path: str) -> tuple[Stored | None, NiftiHeader | None]:
    """Return what the header promises, and the header of a NIfTI; None for formats that are left to ITK."""
    match format_family(path):
        case "nifti":
            return stored_nifti(path)
        case "nrrd":
            return stored_nrrd(path), None
        case "meta":
            return stored_meta(path), None
        case _:
            return None, None


def _reason(fault: BaseException) -> str:
    """Return the last line of a library's message, without addresses in memory: they differ from run to run."""
    import re

    lines = str(fault).strip().splitlines() or [type(fault).__name__]
    return re.sub(r"\(?0x[0-9a-fA-F]+\)?:? ?", "", lines[-1])[:300]


def _read_by_itk(path: str) -> tuple[Array, Geometry]:
    """Read a format that is left to ITK; its faults are the caller's to name."""
    import SimpleITK as sitk  # noqa: N813

    warned = sitk.ProcessObject.GetGlobalWarningDisplay()
    try:
        sitk.ProcessObject.GlobalWarningDisplayOff()
        image = sitk.ReadImage(path)
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(warned)
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
