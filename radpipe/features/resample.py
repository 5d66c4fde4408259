"""Resampling and normalisation by ITK, and images on their way to it and back."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from radpipe.geometry import Geometry
from radpipe.machine import ITK_THREADS

__all__ = ["as_array", "as_itk", "is_cubic_spline", "normalize", "one_thread", "resample"]


@cache
def _numeric_libraries() -> ThreadpoolController:
    """Find the linear algebra libraries of this process; a look at all its shared objects."""
    return ThreadpoolController()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let ITK and linear algebra use one thread, so that their sums have one order; restored at the end."""
    with _numeric_libraries().limit(limits=1, user_api="blas"), _itk_in_one_thread():
        yield


@contextmanager
def _itk_in_one_thread() -> Iterator[None]:
    if "SimpleITK" not in sys.modules and os.environ.get(ITK_THREADS) == "1":
        yield  # it would begin with one thread, and most settings do without it
        return
    import SimpleITK as sitk  # noqa: N813

    threads = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
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


def is_cubic_spline(interpolator: str | int) -> bool:
    """Tell whether an interpolator, by SimpleITK's name or number, is the cubic B-spline, PyRadiomics' default."""
    return interpolator in ("sitkBSpline", "sitkBSpline3")


def resample(image: Any, grid: Geometry, interpolator: str | int, *, repeat_edge: bool = False) -> npt.NDArray[Any]:
    """Resample an image by ITK.

    Interpolators other than splines look at the neighbourhood of each new voxel only, so that the whole image costs
    no more than a part of it, and a part would have another origin and other rounding errors.

    Parameters
    ----------
    image
        SimpleITK image.
    grid
        Where values are wanted; 0 outside of the image.
    interpolator
        SimpleITK's name or number.
    repeat_edge
        Outside of the image, take the value at its edge.

    Returns
    -------
    ndarray
        The grid's size, the image's dtype.

    References
    ----------
    ITK ``ResampleImageFilter``.
    """
    import SimpleITK as sitk  # noqa: N813

    method = sitk.ResampleImageFilter()
    method.SetOutputSpacing(grid.spacing_zyx_mm[::-1])
    method.SetOutputDirection(grid.direction)
    method.SetSize(grid.size_zyx[::-1])
    method.SetOutputOrigin(grid.origin_xyz_mm)
    method.SetOutputPixelType(image.GetPixelID())
    method.SetInterpolator(getattr(sitk, interpolator) if isinstance(interpolator, str) else interpolator)
    method.SetUseNearestNeighborExtrapolator(repeat_edge)
    return as_array(method.Execute(image))
