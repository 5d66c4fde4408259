"""Resampling and normalisation by ITK, on the grid on which PyRadiomics 3.0.1 does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from radpipe.features.nearest import nearest_inside
from radpipe.geometry import Geometry
from radpipe.volume import Box, Mask

__all__ = ["as_array", "as_itk", "itk_box", "normalize", "one_thread", "resample", "wanted_spacing"]

IntArray = npt.NDArray[np.int64]


@cache
def _numeric_libraries() -> ThreadpoolController:
    """Find the linear algebra libraries of this process; a look at all its shared objects."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let ITK and linear algebra use one thread, so that their sums have one order; restored at the end."""
    import SimpleITK as sitk  # noqa: N813

    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        with _numeric_libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)


def as_itk(array: npt.NDArray[Any], geometry: Geometry) -> Any:
    """Make a SimpleITK image of an array (z, y, x)."""
    import SimpleITK as sitk  # noqa: N813

    image = sitk.GetImageFromArray(array)
    image.SetSpacing(geometry.spacing_zyx_mm[::-1])
    image.SetOrigin(geometry.origin_xyz_mm)
    image.SetDirection(geometry.direction)
    return image


def as_array(image: Any) -> npt.NDArray[Any]:
    """Copy the voxels of a SimpleITK image, order z, y, x."""
    import SimpleITK as sitk  # noqa: N813

    array: npt.NDArray[Any] = sitk.GetArrayFromImage(image)
    return array


def normalize(image: Any, scale: float, outliers: float | None) -> Any:
    """Centre an image at its mean over all voxels, in units of its standard deviation times ``scale``.

    Parameters
    ----------
    image
        SimpleITK image.
    scale
        Multiplies the normalised values.
    outliers
        Values further than this many standard deviations from the mean are set to that distance; None keeps them.

    References
    ----------
    PyRadiomics 3.0.1, ``imageoperations.normalizeImage``.
    """
    import SimpleITK as sitk  # noqa: N813

    normal = sitk.Normalize(image)
    if outliers is not None:
        array = as_array(normal)
        array[array > outliers] = outliers
        array[array < -outliers] = -outliers
        clipped = sitk.GetImageFromArray(array)
        clipped.CopyInformation(normal)
        normal = clipped
    normal *= scale
    return normal


def itk_box(box: Box) -> tuple[IntArray, IntArray]:
    """Return first index and size of a box, order x, y, z."""
    start = np.array([span.start for span in box[::-1]], dtype=np.int64)
    stop = np.array([span.stop for span in box[::-1]], dtype=np.int64)
    return start, stop - start


def wanted_spacing(geometry: Geometry, box: Box, spacing_xyz_mm: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Return the spacing to resample to, order x, y, z: 0 and axes of one slice keep the image's own."""
    own = np.array(geometry.spacing_zyx_mm[::-1])
    asked = np.array(spacing_xyz_mm)
    asked = np.where(asked == 0, own, asked)
    spacing: npt.NDArray[np.float64] = np.where(itk_box(box)[1] != 1, asked, own)
    return spacing


def resample(
    image: Any, mask: Mask, spacing_xyz_mm: npt.NDArray[np.float64], *, interpolator: str | int, pad: int
) -> tuple[Any, npt.NDArray[np.bool_]]:
    """Resample image and mask around a box.

    The grid's corner is the image's corner; only the part that covers the box and ``pad`` voxels around it is
    computed.

    Parameters
    ----------
    image
        SimpleITK image.
    mask
        The ROI, on its grid.
    spacing_xyz_mm
        Wanted, shape (3,).
    interpolator
        SimpleITK's name or number, for the image; the mask takes the nearest neighbour.
    pad
        New voxels around the box.

    Returns
    -------
    image, inside
        SimpleITK image, and the ROI on its grid, shape (z, y, x).

    References
    ----------
    PyRadiomics 3.0.1, ``imageoperations.resampleImage``; the same operations in the same order.
    """
    import SimpleITK as sitk  # noqa: N813

    start, size = itk_box(mask.box)
    own = np.array(image.GetSpacing())
    ratio = own / spacing_xyz_mm
    low = np.floor((start - 0.5) * ratio - pad)
    high = np.ceil((start + size - 0.5) * ratio + pad)
    last = np.ceil(np.array(image.GetSize()) * ratio) - 1
    low = np.where(low < 0, 0, low)
    high = np.where(high > last, last, high)
    origin = image.TransformContinuousIndexToPhysicalPoint(0.5 * (spacing_xyz_mm - own) / own + low / ratio)
    method = sitk.ResampleImageFilter()
    method.SetOutputSpacing(spacing_xyz_mm)
    method.SetOutputDirection(image.GetDirection())
    method.SetSize(np.array(high - low + 1, dtype="int").tolist())
    method.SetOutputOrigin(origin)
    method.SetOutputPixelType(image.GetPixelID())
    method.SetInterpolator(getattr(sitk, interpolator) if isinstance(interpolator, str) else interpolator)
    new_image = method.Execute(image)
    return new_image, nearest_inside(mask, image, new_image)
