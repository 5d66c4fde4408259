"""NIfTI, NRRD, MHA: images and label masks, read whole or not at all."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.cohort import ImageRef, RoiRef
from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.labels import choose_label, values_of
from radpipe.imaging.meta_image_header import meta_files, stored_meta
from radpipe.imaging.nifti import is_nifti, nifti_files, stored_nifti
from radpipe.imaging.nifti_header import NiftiHeader
from radpipe.imaging.nrrd_header import nrrd_files, stored_nrrd
from radpipe.imaging.regrid import resample_nearest
from radpipe.imaging.shelf import Shelf
from radpipe.imaging.whole_files import Stored, read_stored, refuse_other_than_file
from radpipe.problems import Action
from radpipe.volume import Mask, Volume

__all__ = ["data_files", "labels_in_file", "place_mask", "read_itk_image", "read_itk_mask"]

Array = npt.NDArray[Any]


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
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_HEADER``, ``E_NO_SPACING``,
        ``E_NONFINITE``, ``E_NOT_AN_IMAGE``.
    """
    path = ref.paths[0]
    array, geometry, told = _read(path, policy)
    notes = list(told)
    unit = {"CT": "HU", "PT": "SUVbw"}.get(ref.modality, "arbitrary")
    try:
        volume = Volume(array, geometry, unit)
    except InputError as fault:
        raise fault.located(path=path) from None
    low, high = float(volume.array.min()), float(volume.array.max())
    if low == 0 and high in (1, 255) and bool(((volume.array == 0) | (volume.array == high)).all()):
        notes.append(policy.meet("E_NOT_AN_IMAGE", path=path, high=high))
    if unit == "HU" and (low < -1024 or high > 3071):
        notes.append(policy.meet("W_HU_RANGE", path=path, lowest=low, highest=high))
    return Volume(volume.array, geometry, unit, tuple(notes))


def read_itk_mask(roi: RoiRef, image: Geometry, policy: Policy, shelf: Shelf | None = None) -> Mask:
    """Read a label of a mask file.

    Parameters
    ----------
    roi
        Its selector is the label; None takes the only label that the mask holds.
    image
        Grid of the image that is measured.
    policy
        What to do about another grid or label.
    shelf
        Keeps the file for the next ROI in it.

    Raises
    ------
    InputError
        As for images, and those of :func:`radpipe.imaging.labels.choose_label`, and ``E_GRID_MISMATCH``.
    """
    labels, geometry, told = (shelf or Shelf()).once(roi.path, lambda: _read(roi.path, policy))
    is_lossy = roi.path.lower().endswith((".jpg", ".jpeg"))
    chosen = choose_label(labels, roi.selector, policy, roi.path, is_lossy=is_lossy)
    try:
        mask = Mask.within(chosen.box, chosen.array, geometry, (*told, *chosen.notes))
        return place_mask(mask, image, policy, roi.path)
    except InputError as fault:
        raise fault.located(path=roi.path) from None


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


def labels_in_file(path: str) -> tuple[int, ...]:
    """Return the labels that a mask file holds, rising, 0 left out; the whole file is read.

    Raises
    ------
    InputError
        As :func:`read_itk_mask`.
    """
    return values_of(_read(path, Policy())[0], path)


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
        match _ending(path):
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


def _ending(path: str) -> str:
    """Return the family of formats that a file's name tells."""
    name = path.lower()
    if is_nifti(name):
        return "nifti"
    if name.endswith((".nrrd", ".nhdr")):
        return "nrrd"
    return "meta" if name.endswith((".mha", ".mhd")) else "other"


def _read(path: str, policy: Policy) -> tuple[Array, Geometry, tuple[Note, ...]]:
    """Read values and grid, after making sure that the file is whole."""
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
        geometry = _grid(path, header)
        if geometry.size_zyx != stored.shape:
            difference = f"ITK reads {geometry.size_zyx} voxels (z, y, x) where the header says {stored.shape}"
            raise InputError("E_HEADER", path=path, what=difference)
        return array, geometry, notes
    except (RuntimeError, ValueError, TypeError, OverflowError, MemoryError, OSError) as fault:
        raise InputError("E_UNREADABLE", path=path, reason=_reason(fault)) from fault


def _promised(path: str) -> tuple[Stored | None, NiftiHeader | None]:
    """Return what the header promises, and the header of a NIfTI; None for formats that are left to ITK."""
    match _ending(path):
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


def _grid(path: str, header: NiftiHeader | None) -> Geometry:
    """Return the grid as ITK reads it from the header; that of a NIfTI is compared with its own affine.

    Raises
    ------
    InputError
        ``E_HEADER``: ITK takes another grid than the one that the header gives first.
    """
    if header is not None and header.version == 2:
        return header.geometry()
    grid = _grid_by_itk(path)
    if header is not None and header.affine is not None:
        try:
            own = header.geometry()
        except ValueError as fault:
            raise InputError("E_HEADER", path=path, what=f"its sform is no grid of right angles ({fault})") from None
        if not own.same_grid(grid, tolerance_voxels=0.5):
            which = "sform and qform" if header.sform else "qform and pixdim"
            what = f"{which} disagree: {own.difference(grid)}"
            raise InputError("E_HEADER", path=path, what=what)
    return grid


def _grid_by_itk(path: str) -> Geometry:
    import SimpleITK as sitk  # noqa: N813

    warned = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.GlobalWarningDisplayOff()
    try:
        reader = sitk.ImageFileReader()
        reader.SetFileName(path)
        reader.ReadImageInformation()
        count = reader.GetDimension()
        size, spacing = (*reader.GetSize(), 1, 1)[:3], (*reader.GetSpacing(), 1.0, 1.0)[:3]
        origin = (*reader.GetOrigin(), 0.0)[:3]
        direction = np.eye(3)
        shown = min(count, 3)
        direction[:shown, :shown] = np.reshape(reader.GetDirection(), (count, count))[:shown, :shown]
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(warned)
    (nx, ny, nz), (dx, dy, dz), (x, y, z) = size, spacing, origin
    cosines = tuple(float(one) + 0.0 for one in direction.ravel())  # no negative zeros
    return Geometry((nz, ny, nx), (dz, dy, dx), (x + 0.0, y + 0.0, z + 0.0), cosines)


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
