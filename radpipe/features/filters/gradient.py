"""Gradient magnitude, by ITK."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import window_around
from radpipe.volume import Box

__all__ = ["gradient_image"]

REACH = 2
"""Voxels that a central difference may see to either side, one to spare."""


def gradient_image(
    image: npt.NDArray[Any], box: Box, spacing_zyx_mm: tuple[float, ...], *, use_spacing: bool
) -> npt.NDArray[Any]:
    """Return the magnitude of the gradient in a box, per mm or per voxel.

    Parameters
    ----------
    image
        Shape (z, y, x); its border voxels repeat outwards.
    box
        Where values are wanted; only it and its neighbours are filtered.
    spacing_zyx_mm
        Of the voxels.
    use_spacing
        Per mm if true, per voxel if false.

    References
    ----------
    ITK ``GradientMagnitudeImageFilter``.
    """
    import SimpleITK as sitk  # noqa: N813

    window = window_around(box, image.shape, REACH)
    source = sitk.GetImageFromArray(np.ascontiguousarray(image[window.outer]))
    source.SetSpacing(spacing_zyx_mm[::-1])
    method = sitk.GradientMagnitudeImageFilter()
    method.SetUseImageSpacing(use_spacing)
    filtered: npt.NDArray[Any] = sitk.GetArrayFromImage(method.Execute(source))
    return np.ascontiguousarray(filtered[window.inner])
