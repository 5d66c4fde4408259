"""open_image, open_mask: the only choice by file kind."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["READERS", "open_image", "open_mask", "unite"]

READERS: Mapping[str, str] = {
    ImageKind.DICOM_SERIES: "radpipe.imaging.dicom_series",
    ImageKind.ITK_FILE: "radpipe.imaging.itk_files",
    ImageKind.PLANAR: "radpipe.imaging.planar",
    MaskKind.RTSTRUCT: "radpipe.imaging.rtstruct",
    MaskKind.DICOM_SEG: "radpipe.imaging.dicom_seg",
}
"""Kind of image or mask -> the module that reads it; imported when the first such file is read."""


def _image_reader(kind: ImageKind) -> Callable[[ImageRef, Policy], Volume]:
    if kind is ImageKind.DICOM_SERIES:
        from radpipe.imaging.dicom_series import read_series

        return read_series
    if kind is ImageKind.ITK_FILE:
        from radpipe.imaging.itk_files import read_itk_image

        return read_itk_image
    from radpipe.imaging.planar import read_planar_image

    return read_planar_image


def _mask_reader(kind: MaskKind) -> Callable[[RoiRef, Geometry, Policy], Mask]:
    if kind is MaskKind.RTSTRUCT:
        from radpipe.imaging.rtstruct import read_rtstruct_mask

        return read_rtstruct_mask
    if kind is MaskKind.DICOM_SEG:
        from radpipe.imaging.dicom_seg import read_seg_mask

        return read_seg_mask
    if kind is MaskKind.ITK_FILE:
        from radpipe.imaging.itk_files import read_itk_mask

        return read_itk_mask
    from radpipe.imaging.planar import read_planar_mask

    return read_planar_mask


def open_image(ref: ImageRef, policy: Policy | None = None) -> Volume:
    """Read an image.

    Parameters
    ----------
    ref
        Where it lies and of which kind it is.
    policy
        What to do about each problem; the registry's defaults when None.

    Raises
    ------
    InputError
        The image cannot be trusted; code, file and case say why.
    """
    try:
        return _image_reader(ref.kind)(ref, policy or Policy())
    except InputError as fault:
        raise fault.located(path=ref.paths[0] if ref.paths else None, case=ref.case_id) from None


def open_mask(roi: RoiRef, image: Geometry, policy: Policy | None = None) -> Mask:
    """Read a ROI as a mask on an image's grid.

    Parameters
    ----------
    roi
        Where it lies, and its number or label.
    image
        Grid of the opened image, ``volume.geometry``.
    policy
        What to do about each problem; the registry's defaults when None.

    Raises
    ------
    InputError
        The mask cannot be trusted; code, file and ROI say why.
    """
    try:
        return _mask_reader(roi.kind)(roi, image, policy or Policy())
    except InputError as fault:
        raise fault.located(path=roi.path, roi=roi.name) from None


def unite(masks: Sequence[Mask]) -> Mask:
    """Return the union of masks on one grid, with the notes of all, each once.

    Raises
    ------
    ValueError
        There is no mask, or they lie on different grids.
    """
    if not masks:
        message = "unite needs at least one mask"
        raise ValueError(message)
    grid = masks[0].geometry
    if not all(mask.geometry.same_grid(grid) for mask in masks):
        message = "masks on different grids cannot be united"
        raise ValueError(message)
    notes = dict.fromkeys(note for mask in masks for note in mask.notes)
    return Mask(np.logical_or.reduce([mask.array for mask in masks]), grid, tuple(notes))
