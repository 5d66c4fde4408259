"""A ROI with another contour: its surface is moved by a smooth random field, as another observer might have drawn."""

import math

import numpy as np
import numpy.typing as npt

from radpipe.features.crop import widened
from radpipe.features.resample import one_thread
from radpipe.volume import Mask

__all__ = ["with_other_contour"]

FloatArray = npt.NDArray[np.float64]

SMOOTH_MM = 10.0
FIELD_MM = 2.5
"""The field that moves a surface: smoothed so far, drawn on a grid of this spacing."""

REACH = 4.0
"""A field hardly exceeds so many times its root mean square; the window around a ROI is widened by as much."""


def with_other_contour(mask: Mask, rms_mm: float, rng: np.random.Generator) -> Mask:
    """Move the surface of a ROI by a smooth random field.

    Parameters
    ----------
    mask
        The ROI.
    rms_mm
        Root mean square of the field along each axis; an axis on which the image has one voxel is left alone.
    rng
        Draws the field.

    Raises
    ------
    InputError
        ``E_EMPTY_ROI``: no voxel is left.

    Notes
    -----
    Uniform noise, smoothed by a Gaussian of 10 mm; the ROI is warped linearly and cut at a half.
    """
    from radpipe.kernels.warp import warped  # numba, which the process that plans does not need

    if rms_mm == 0.0:
        return mask
    box = widened(mask, REACH * rms_mm)
    inside = mask.part(box)
    spacing = mask.geometry.spacing_zyx_mm
    margin = 2.0 * SMOOTH_MM / FIELD_MM
    steps = [np.arange(size) * mm / FIELD_MM + margin for size, mm in zip(inside.shape, spacing, strict=True)]
    shape = [math.ceil(step.max() + margin) + 2 for step in steps]
    shifts = []
    with one_thread():  # sums of matrices have one order
        smoothings = [_smoothing(size) for size in shape]
        for axis in range(3):
            field = _along_axes(rng.uniform(-1.0, 1.0, shape), smoothings)
            field *= rms_mm / math.sqrt(float(np.mean(field**2)))
            many = mask.geometry.size_zyx[axis] > 1
            shifts.append(_between(field, steps) / spacing[axis] if many else np.zeros(inside.shape))
    return Mask.within(box, warped(inside, *shifts) >= 0.5, mask.geometry, mask.notes)


def _smoothing(size: int) -> FloatArray:
    """Return the matrix that smooths a line, whose ends meet, by the Gaussian."""
    from scipy.ndimage import gaussian_filter1d

    matrix: FloatArray = gaussian_filter1d(np.eye(size), SMOOTH_MM / FIELD_MM, axis=0, mode="wrap")
    return matrix


def _along_axes(field: FloatArray, matrices: list[FloatArray]) -> FloatArray:
    """Multiply each axis of a field by its matrix."""
    for matrix in matrices:
        field = np.tensordot(field, matrix, axes=(0, 1))  # the axis goes to the end: after three all stand in order
    return field


def _between(field: FloatArray, steps: list[FloatArray]) -> FloatArray:
    """Interpolate a field linearly at a grid; places along each axis are given."""
    for axis, places in enumerate(steps):
        first = np.floor(places).astype(np.int64)
        share = (places - first).reshape([-1 if other == axis else 1 for other in range(3)])
        field = np.take(field, first, axis=axis) * (1.0 - share) + np.take(field, first + 1, axis=axis) * share
    return field
