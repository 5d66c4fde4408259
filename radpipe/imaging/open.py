"""open_image and open_mask: the one place that chooses a reader by the kind of file."""

from collections.abc import Sequence

import numpy as np

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.volume import Mask, Volume

__all__ = ["open_image", "open_mask", "unite"]


def open_image(ref: ImageRef, policy: Policy | None = None) -> Volume:
    """Read an image.

    Parameters
    ----------
    ref
        Where it lies.
    policy
        What to do about each problem; None is the registry's default.

    Returns
    -------
    Volume
        Finite, read-only, (z, y, x).

    Raises
    ------
    InputError
        With code, file and case.
    """
    try:
        if ref.kind is ImageKind.DICOM_SERIES:
            from radpipe.imaging.dicom_series import open_series

            return open_series(ref, policy)
        if ref.kind is ImageKind.ITK_FILE:
            from radpipe.imaging.itk_files import open_itk_image

            return open_itk_image(ref, policy)
        from radpipe.imaging.planar import open_planar_image

        return open_planar_image(ref, policy)
    except InputError as fault:
        raise fault.located(path=ref.paths[0] if ref.paths else None, case=ref.case_id) from fault


def open_mask(roi: RoiRef, image: Geometry, policy: Policy | None = None) -> Mask:
    """Read a ROI as a mask on the image's grid.

    Parameters
    ----------
    roi
        Where it lies.
    image
        The grid of the volume that it will be measured on.
    policy
        What to do about each problem; None is the registry's default.

    Raises
    ------
    InputError
        With code, file and ROI.
    """
    try:
        if roi.kind is MaskKind.RTSTRUCT:
            from radpipe.imaging.contours import mask_of_contours
            from radpipe.imaging.resample_mask import mask_on_grid
            from radpipe.imaging.rtstruct import read_contours

            drawn_on = roi.drawn_on or image
            grid = image if drawn_on.same_grid(image) else drawn_on
            return mask_on_grid(
                mask_of_contours(read_contours(roi.path, roi.selector or 0), grid, policy), image, policy
            )
        if roi.kind is MaskKind.DICOM_SEG:
            from radpipe.imaging.dicom_seg import open_segment

            return open_segment(roi.path, roi.selector or 0, image, policy)
        if roi.kind is MaskKind.ITK_FILE:
            from radpipe.imaging.itk_files import open_itk_mask

            return open_itk_mask(roi, image, policy)
        from radpipe.imaging.planar import open_planar_mask

        return open_planar_mask(roi, image, policy)
    except InputError as fault:
        raise fault.located(path=roi.path, roi=roi.name) from fault


def unite(masks: Sequence[Mask]) -> Mask:
    """Return the union of masks on one grid, with all their notes.

    Raises
    ------
    ValueError
        No mask is given, or their grids differ.
    """
    if not masks:
        message = "no mask to unite"
        raise ValueError(message)
    first = masks[0]
    array = first.array.copy()
    for mask in masks[1:]:
        if not mask.geometry.same_grid(first.geometry):
            message = f"masks on different grids: {mask.geometry.difference(first.geometry)}"
            raise ValueError(message)
        array |= mask.array
    notes = tuple(dict.fromkeys(note for mask in masks for note in mask.notes))
    return Mask(np.asarray(array), first.geometry, notes)
