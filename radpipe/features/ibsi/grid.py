"""IBSI's interpolation grid (VTM2): aligned by centre, of the whole image, evaluated where a ROI needs it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from radpipe.volume import Box

__all__ = ["Axis", "Interpolation", "axes_of", "interpolate", "whole", "window_of"]

FloatArray = npt.NDArray[np.float64]

Interpolation = Literal["linear", "spline"]
"""Trilinear, or tricubic B-spline with prefilter."""

_ROUNDING = 1e-9
"""A grid size is not raised for a rest below this: 60 x 3 / 2 is 90 voxels."""

_MARGIN = 16
"""Voxels around a window from which a spline's coefficients are made; the pole's power -1.32^-16 is 7e-10."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of an old and a new grid.

    Parameters
    ----------
    old, new
        Number of voxels.
    spacing_mm
        Of the new grid.
    first
        Place of the new grid's first point, in old voxels.
    step
        Distance of its points, in old voxels.
    """

    old: int
    new: int
    spacing_mm: float
    first: float
    step: float

    def places(self, part: slice) -> FloatArray:
        """Return the places of new points in old voxels, cut to the image (outside, the edge's value holds)."""
        return np.clip(self.first + self.step * np.arange(part.start, part.stop), 0.0, self.old - 1.0)


def axes_of(
    size_zyx: tuple[int, int, int],
    spacing_zyx_mm: tuple[float, float, float],
    wanted_zyx_mm: tuple[float | None, float | None, float | None],
) -> tuple[Axis, Axis, Axis]:
    """Lay the new grid over the old one: ceil(n s / s_new) points, both centres on one place.

    Parameters
    ----------
    size_zyx, spacing_zyx_mm
        The image's grid.
    wanted_zyx_mm
        New spacing; None leaves an axis as it is.

    References
    ----------
    IBSI 3WE3 (align by centre), 026Q (grid size), QCY4 (origin).

    Examples
    --------
    >>> axes_of((60, 201, 204), (3.0, 0.977, 0.977), (2.0, 2.0, 2.0))[0].new
    90
    """
    axes = []
    for old, spacing, wanted in zip(size_zyx, spacing_zyx_mm, wanted_zyx_mm, strict=True):
        if wanted is None or wanted == spacing:
            axes.append(Axis(old, old, spacing, 0.0, 1.0))
            continue
        new = math.ceil(old * spacing / wanted - _ROUNDING)
        step = wanted / spacing
        axes.append(Axis(old, new, wanted, (old - 1 - step * (new - 1)) / 2, step))
    return axes[0], axes[1], axes[2]


def window_of(axes: tuple[Axis, Axis, Axis], box: Box, margin_zyx: tuple[int, int, int]) -> Box:
    """Return the part of the new grid that a box of old voxels may reach, with a margin in new voxels on each side.

    Parameters
    ----------
    axes
        Of the grids.
    box
        Half-open, in old voxels.
    margin_zyx
        At least 0.
    """
    parts = []
    for axis, part, margin in zip(axes, box, margin_zyx, strict=True):
        low = math.floor((part.start - 1 - axis.first) / axis.step) - margin
        high = math.ceil((part.stop - axis.first) / axis.step) + 1 + margin
        parts.append(slice(min(max(low, 0), axis.new - 1), max(min(high, axis.new), 1)))
    return parts[0], parts[1], parts[2]


def interpolate(
    part: Callable[[Box], npt.NDArray[Any]], axes: tuple[Axis, Axis, Axis], window: Box, interpolation: Interpolation
) -> FloatArray:
    """Evaluate an image at the new grid's points of a window.

    Parameters
    ----------
    part
        Gives the voxels (z, y, x) of a box of the old grid.
    axes
        Of the grids.
    window
        Half-open ranges of the new grid.
    interpolation
        ``linear`` or ``spline``. An axis that stays as it is, is not interpolated along.

    Returns
    -------
    ndarray
        float64, of the window's shape.
    """
    places = [axis.places(part) for axis, part in zip(axes, window, strict=True)]
    moved = [axis.step != 1.0 or axis.first != 0.0 for axis in axes]
    reach = _MARGIN if interpolation == "spline" else 1
    z, y, x = (
        slice(max(int(place[0]) - reach, 0), min(int(place[-1]) + 2 + reach, axis.old)) if moves else span
        for place, axis, moves, span in zip(places, axes, moved, window, strict=True)
    )
    values = np.asarray(part((z, y, x)), dtype=np.float64)
    for dimension, (place, span, moves) in enumerate(zip(places, (z, y, x), moved, strict=True)):
        if moves:
            values = _along(values, dimension, place - span.start, interpolation)
    return values


def _along(values: FloatArray, dimension: int, places: FloatArray, interpolation: Interpolation) -> FloatArray:
    """Interpolate along one axis at places within its range."""
    size = values.shape[dimension]
    if size == 1:
        return np.repeat(values, places.size, axis=dimension)
    below = np.minimum(places.astype(np.int64), size - 2)
    share = places - below
    if interpolation == "linear":
        taps, first = np.stack([1 - share, share]), 0
    else:
        values = ndimage.spline_filter1d(values, order=3, axis=dimension, mode="mirror")
        taps, first = _cubic(share), -1
    total = np.zeros((*values.shape[:dimension], places.size, *values.shape[dimension + 1 :]))
    shape = [1, 1, 1]
    shape[dimension] = places.size
    for offset, weight in enumerate(taps, start=first):
        total += np.take(values, _mirrored(below + offset, size), axis=dimension) * weight.reshape(shape)
    return total


def _cubic(share: FloatArray) -> FloatArray:
    """Return the four weights of the cubic B-spline at a share of a voxel after the second tap, shape (4, n)."""
    rest = 1 - share
    return np.stack(
        [
            rest**3 / 6,
            2 / 3 - share**2 * (2 - share) / 2,
            2 / 3 - rest**2 * (2 - rest) / 2,
            share**3 / 6,
        ]
    )


def _mirrored(index: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Reflect indices about the first and the last voxel, as the spline's prefilter does."""
    index = np.abs(index)
    return np.where(index > size - 1, 2 * (size - 1) - index, index)


def whole(axes: tuple[Axis, Axis, Axis]) -> Box:
    """Return the window that is the whole new grid."""
    z, y, x = (slice(0, axis.new) for axis in axes)
    return z, y, x
