"""The number type an image is measured in: a choice of its values, not of the type that happens to hold them.

NumPy keeps the type of an array, so that sums and differences of small integers wrap; ITK writes resampled values in
the type of the image, so that unsigned images lose what falls below 0. Both engines therefore measure one type for
equal values.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.features.params import Params
from radpipe.volume import Volume

__all__ = ["LARGEST_INT16", "LARGEST_INT32", "as_measured", "common_type"]

LARGEST_INT16 = 16383
"""Whole numbers up to here are int16: neither resampling nor two bin widths carry them out of its range."""

LARGEST_INT32 = 2**30 - 1
"""Whole numbers up to here are int32, by the same reason."""


def common_type(array: npt.NDArray[Any], *, whole: bool) -> np.dtype[Any]:
    """Return the type that equal values have in common.

    Parameters
    ----------
    array
        Finite values, shape (z, y, x), any real type.
    whole
        Take whole numbers held by a floating type for integers too.

    Returns
    -------
    numpy.dtype
        int16 or int32 where whole numbers fit with room to spare; else float32 where it holds every value exactly, and
        float64 otherwise.

    Examples
    --------
    >>> common_type(np.array([0, 255], dtype=np.uint8), whole=False)
    dtype('int16')
    >>> common_type(np.array([0.0, 1e5]), whole=True), common_type(np.array([0.0, 0.1]), whole=True)
    (dtype('int32'), dtype('float64'))
    """
    if array.dtype.kind in "biu" or (whole and _all(array, lambda part: np.rint(part) == part)):
        largest = max(-float(array.min()), float(array.max()))
        if largest <= LARGEST_INT16:
            return np.dtype(np.int16)
        if largest <= LARGEST_INT32:
            return np.dtype(np.int32)
    if array.dtype.kind == "f" and array.dtype.itemsize <= 4:
        return np.dtype(np.float32)
    with np.errstate(over="ignore"):
        exact = _all(array, lambda part: part.astype(np.float32) == part)
    return np.dtype(np.float32 if exact else np.float64)


def as_measured(volume: Volume, params: Params) -> Volume:
    """Return an image as both engines measure it: the same values in :func:`common_type`.

    Whole numbers held by a floating type become integers unless the settings resample: interpolation gives integers for
    an image of integers and fractions for one of floating numbers, in PyRadiomics and here.
    """
    resampled = params.settings.resampling_xyz_mm is not None
    wanted = common_type(volume.array, whole=not resampled or params.settings.normalize)
    return volume if volume.array.dtype == wanted else replace(volume, array=volume.array.astype(wanted))


def _all(array: npt.NDArray[Any], holds: Callable[[npt.NDArray[Any]], npt.NDArray[np.bool_]]) -> bool:
    """Ask slice by slice, so that the first slice of an ordinary image answers."""
    return all(bool(np.all(holds(part))) for part in array)
