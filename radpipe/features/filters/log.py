"""Laplacian of Gaussian: ITK's recursive filter, normalised across scale."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.volume import Box

__all__ = ["log_fits", "log_image", "log_name"]


def log_name(sigma: float) -> str:
    """Name the image of a sigma as PyRadiomics does.

    Examples
    --------
    >>> log_name(1.5), log_name(3)
    ('log-sigma-1-5-mm-3D', 'log-sigma-3-mm-3D')
    """
    return f"log-sigma-{str(sigma).replace('.', '-')}-mm-3D"


def log_fits(shape: tuple[int, ...], spacing_zyx_mm: tuple[float, ...], sigma: float) -> bool:
    """Tell whether an image is large enough; PyRadiomics leaves the sigma out where it is not, and says nothing."""
    size = np.array(shape)
    return bool(min(shape) >= 4 and np.all(size >= np.ceil(sigma / np.array(spacing_zyx_mm)) + 1))


def log_image(
    image: npt.NDArray[Any], box: Box, spacing_zyx_mm: tuple[float, float, float], sigma: float
) -> npt.NDArray[np.float32 | np.float64]:
    """Filter an image and return the values in a box; types that images seldom have are left to ITK.

    The recursion reaches over the whole image that it is given, so that ROIs share it only where PyRadiomics gives
    them one image: without resampling and ``preCrop``. With them the values depend on each ROI's own window.

    Parameters
    ----------
    image
        Shape (z, y, x).
    box
        Where values are wanted.
    spacing_zyx_mm
        Of the voxels.
    sigma
        Of the Gaussian, mm.

    References
    ----------
    ITK ``LaplacianRecursiveGaussianImageFilter``; R. Deriche, INRIA report 1893 (1993).
    """
    if image.dtype in (np.int16, np.float32):
        from radpipe.kernels.gaussian import laplacian_of_gaussian  # numba, which names of images do not need

        return laplacian_of_gaussian(image, spacing_zyx_mm, sigma, box)
    import SimpleITK as sitk  # noqa: N813

    source = sitk.GetImageFromArray(image)
    source.SetSpacing(spacing_zyx_mm[::-1])
    method = sitk.LaplacianRecursiveGaussianImageFilter()
    method.SetNormalizeAcrossScale(True)
    method.SetSigma(sigma)
    filtered: npt.NDArray[np.float32 | np.float64] = sitk.GetArrayFromImage(method.Execute(source))
    return filtered[box]
