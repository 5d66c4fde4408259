"""open_image, open_mask: the only choice by file kind."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from radpipe.cohort import ImageKind, ImageRef, MaskKind, RoiRef
from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.shelf import Shelf
from radpipe.volume import Mask, Volume

__all__ = ["IMAGES", "MASKS", "open_image", "open_mask", "unite"]

IMAGES: Mapping[ImageKind, str] = {
    ImageKind.DICOM_SERIES: "radpipe.imaging.dicom_series:read_series",
    ImageKind.ITK_FILE: "radpipe.imaging.itk_files:read_itk_image",
    ImageKind.PLANAR: "radpipe.imaging.planar:read_planar_image",
}
"""Kind of image -> MODULE:FUNCTION that reads it; imported when the first such file is read."""

MASKS: Mapping[MaskKind, str] = {
    MaskKind.RTSTRUCT: "radpipe.imaging.rtstruct:read_rtstruct_mask",
    MaskKind.DICOM_SEG: "radpipe.imaging.dicom_seg:read_seg_mask",
    MaskKind.ITK_FILE: "radpipe.imaging.itk_files:read_itk_mask",
    MaskKind.PLANAR: "radpipe.imaging.planar:read_planar_mask",
}
"""Kind of mask -> the same."""


def _reader(place: str) -> Callable[..., Any]:
    module, _, function = place.partition(":")
    reader: Callable[..., Any] = getattr(import_module(module), function)
    return reader


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
        volume: Volume = _reader(IMAGES[ref.kind])(ref, policy or Policy())
    except InputError as fault:
        raise fault.located(path=ref.paths[0] if ref.paths else None, case=ref.case_id) from None
    return volume


def open_mask(roi: RoiRef, image: Geometry, policy: Policy | None = None, shelf: Shelf | None = None) -> Mask:
    """Read a ROI as a mask on an image's grid.

    Parameters
    ----------
    roi
        Where it lies, and its number or label.
    image
        Grid of the opened image, ``volume.geometry``.
    policy
        What to do about each problem; the registry's defaults when None.
    shelf
        Keeps the file for the next ROI in it; without it each ROI reads its file.

    Raises
    ------
    InputError
        The mask cannot be trusted; code, file and ROI say why.
    """
    try:
        mask: Mask = _reader(MASKS[roi.kind])(roi, image, policy or Policy(), shelf)
    except InputError as fault:
        raise fault.located(path=roi.path, roi=roi.name) from None
    return mask


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
    if len(masks) == 1:
        return masks[0]
    grid = masks[0].geometry
    if not all(mask.geometry.same_grid(grid) for mask in masks):
        message = "masks on different grids cannot be united"
        raise ValueError(message)
    notes = dict.fromkeys(note for mask in masks for note in mask.notes)
    z, y, x = (
        slice(min(span.start for span in spans), max(span.stop for span in spans))
        for spans in zip(*(mask.box for mask in masks), strict=True)
    )
    return Mask((z, y, x), np.logical_or.reduce([mask.part((z, y, x)) for mask in masks]), grid, tuple(notes))
