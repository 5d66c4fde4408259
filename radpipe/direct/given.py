"""Images and masks as a program has them: paths, SimpleITK images, NumPy arrays; made Volume and Mask."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from radpipe.cohort import ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Policy, UsageError
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["given_mask", "given_volume", "grid_of", "is_itk", "labels_of"]

_UNITS = {"CT": "HU", "PT": "SUVbw"}
"""Modality -> unit of an image in memory; others are ``arbitrary``."""


def is_itk(thing: object) -> bool:
    """Tell whether something is a SimpleITK image; SimpleITK is not imported to find out."""
    return type(thing).__module__.startswith("SimpleITK")


def given_volume(
    image: object, spacing_zyx_mm: Sequence[float] | None, modality: str, policy: Policy
) -> tuple[Volume, str]:
    """Make a volume of what a program has.

    Parameters
    ----------
    image
        Path of a file or of a folder with one DICOM series; SimpleITK image; array (z, y, x), or (y, x); Volume.
    spacing_zyx_mm
        Of an array; of nothing else.
    modality
        DICOM's; gives images without a header their unit. Empty where nobody knows.
    policy
        What to do about each problem.

    Returns
    -------
    volume, modality
        The modality as told, or as the DICOM header says.

    Raises
    ------
    InputError
        The image cannot be trusted.
    UsageError
        It is nothing of the above, an array has no spacing, or something else was given one.
    """
    unit = _UNITS.get(modality, "arbitrary")
    if spacing_zyx_mm is not None and not isinstance(image, np.ndarray):
        message = "spacing_zyx_mm belongs to arrays; a file, a SimpleITK image and a Volume have their own"
        raise UsageError(message)
    if isinstance(image, Volume):
        return image, modality
    if is_itk(image):
        return Volume(_voxels(image), grid_of(image), unit), modality
    if isinstance(image, np.ndarray):
        if spacing_zyx_mm is None:
            message = "an array has no voxel size: give spacing_zyx_mm=(z, y, x) in mm"
            raise UsageError(message)
        array = _three_axes(image)
        return Volume(array, grid_of_file(array, spacing_zyx_mm), unit), modality
    if isinstance(image, str | Path):
        return _opened(Path(image).expanduser().absolute(), modality, policy)
    message = f"an image is a path, a SimpleITK image, an array (z, y, x) or a Volume, not a {type(image).__name__}"
    raise UsageError(message)


def _opened(path: Path, modality: str, policy: Policy) -> tuple[Volume, str]:
    from radpipe.datasets.manifest_images import named_image
    from radpipe.imaging.open import open_image

    if not path.exists():
        raise InputError("E_MISSING_FILE", path=str(path))
    named = named_image(path, modality, str(path))
    return open_image(ImageRef(path.name, path.name, named.modality, named.kind, named.paths), policy), named.modality


def given_mask(mask: object, label: int | None, volume: Volume, policy: Policy) -> Mask:
    """Make a mask on a volume's grid of what a program has.

    Parameters
    ----------
    mask
        Path of a label image; SimpleITK image; array of the volume's shape; Mask.
    label
        Which voxels; None takes the only label that there is.
    volume
        The image that is measured.
    policy
        What to do about another grid (``E_GRID_MISMATCH``) and other problems.

    Raises
    ------
    InputError
        The mask cannot be trusted.
    UsageError
        It is nothing of the above, or DICOM, which holds more than one file's ROI.
    """
    from radpipe.imaging.itk_files import place_mask
    from radpipe.imaging.labels import choose_label
    from radpipe.imaging.open import open_mask

    if isinstance(mask, Mask):
        return place_mask(mask, volume.geometry, policy, "the mask")
    if isinstance(mask, str | Path):
        path = _label_file(mask)
        kind = MaskKind.PLANAR if path.suffix.lower() == ".png" else MaskKind.ITK_FILE
        return open_mask(RoiRef("mask", path.name, kind, str(path), label, ()), volume.geometry, policy)
    labels, grid = _labels(mask, volume)
    chosen = choose_label(labels, label, policy, "the mask")
    return place_mask(Mask.within(chosen.box, chosen.array, grid, chosen.notes), volume.geometry, policy, "the mask")


def labels_of(mask: object) -> tuple[int, ...]:
    """Return the labels that a mask holds, rising, 0 left out.

    Raises
    ------
    InputError
        The mask cannot be trusted.
    UsageError
        It is no mask that holds labels.
    """
    from radpipe.imaging.itk_files import labels_in_file
    from radpipe.imaging.labels import values_of

    if isinstance(mask, Mask):
        return (1,)
    if isinstance(mask, str | Path):
        path = _label_file(mask)
        if path.suffix.lower() == ".png":
            from radpipe.imaging.planar import read_png

            return values_of(read_png(str(path), Policy(), palette_index=True)[0][None], str(path))
        return labels_in_file(str(path))
    array = _voxels(mask) if is_itk(mask) else _array(mask)
    return values_of(array, "the mask")


def _label_file(mask: str | Path) -> Path:
    from radpipe.datasets.manifest_images import is_dicom

    path = Path(mask).expanduser().absolute()
    if not path.exists():
        raise InputError("E_MISSING_FILE", path=str(path))
    if path.is_dir() or is_dicom(path):
        message = (
            f"{path} is DICOM, whose ROIs have names and numbers: measure it with radpipe.extract(folder, rois=[...]), "
            "or read a mask with radpipe.open_mask"
        )
        raise UsageError(message)
    return path


def _labels(mask: object, volume: Volume) -> "tuple[npt.NDArray[Any], Geometry]":
    """Return the labels of a mask in memory, and their grid; an array lies on the image's."""
    if is_itk(mask):
        return _voxels(mask), grid_of(mask)
    array = _array(mask)
    if array.shape != volume.geometry.size_zyx:
        sizes = (" x ".join(map(str, shape)) for shape in (volume.geometry.size_zyx, array.shape))
        raise InputError("E_GRID_MISMATCH", difference=f"size z, y, x {next(sizes)} and {next(sizes)}")
    return array, volume.geometry


def _array(mask: object) -> "npt.NDArray[Any]":
    if not isinstance(mask, np.ndarray):
        message = f"a mask is a path, a SimpleITK image, an array (z, y, x) or a Mask, not a {type(mask).__name__}"
        raise UsageError(message)
    array = _three_axes(mask)
    return array.astype(np.uint8) if array.dtype == np.bool_ else array


def _three_axes(array: "npt.NDArray[Any]") -> "npt.NDArray[Any]":
    if array.ndim not in (2, 3):
        message = f"an array has the axes (z, y, x) or (y, x); this one has shape {array.shape}"
        raise UsageError(message)
    return array[None] if array.ndim == 2 else array


def grid_of_file(array: "npt.NDArray[Any]", spacing_zyx_mm: Sequence[float]) -> Geometry:
    numbers = [float(step) for step in spacing_zyx_mm]
    if len(numbers) == 2 and array.shape[0] == 1:
        numbers.insert(0, 1.0)
    depth, rows, columns = (int(n) for n in array.shape)
    try:
        z, y, x = numbers
        return Geometry((depth, rows, columns), (z, y, x))
    except ValueError as fault:
        message = f"spacing_zyx_mm={tuple(spacing_zyx_mm)!r}: write three numbers > 0, order z, y, x, in mm ({fault})"
        raise UsageError(message) from None


def _voxels(image: Any) -> "npt.NDArray[Any]":
    from radpipe.features.resample import as_array

    if image.GetNumberOfComponentsPerPixel() != 1 or image.GetDimension() not in (2, 3):
        message = (
            f"the SimpleITK image has {image.GetDimension()} dimensions and {image.GetNumberOfComponentsPerPixel()} "
            "components a voxel; wanted are 2 or 3 dimensions and one component"
        )
        raise UsageError(message)
    return _three_axes(as_array(image))


def grid_of(image: Any) -> Geometry:
    """Return the grid of a SimpleITK image; one of two dimensions is one slice of 1 mm at z = 0."""
    size, spacing, origin = image.GetSize(), image.GetSpacing(), image.GetOrigin()
    direction = tuple(image.GetDirection())
    if image.GetDimension() == 2:
        a, b, c, d = direction
        direction = (a, b, 0.0, c, d, 0.0, 0.0, 0.0, 1.0)
        size, spacing, origin = (*size, 1), (*spacing, 1.0), (*origin, 0.0)
    (x, y, z), (dx, dy, dz), (ox, oy, oz) = size, spacing, origin
    return Geometry((z, y, x), (dz, dy, dx), (ox, oy, oz), direction)
