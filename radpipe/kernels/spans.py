"""Where the voxels of a ROI lie on a padded grid in one dimension: as spans, which kernels go through in turn.

A voxel's neighbour at an offset is ``index + step``; the padding, which is outside the ROI, makes every such index
valid.
Spans are three arrays: first index of each stretch of voxels along x, index after its last, and the number of the first
span of each plane z, with the number of all spans at the end. They depend on the mask alone, so that all images derived
from one share them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["Levels", "Spans", "gathered", "lay_out", "solid", "spans_of", "values_inside"]

IntArray = npt.NDArray[np.int64]
Spans = tuple[IntArray, IntArray, IntArray]
Levels = npt.NDArray[np.unsignedinteger[Any]]
"""uint8, uint16 or uint32."""

_BITS: Mapping[int, type[Any]] = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}
"""Types of one size share a kernel that only moves values."""


@njit
def spans_of(mask: npt.NDArray[np.bool_], reach: int) -> Spans:
    """Return the spans of a mask, shape (z, y, x), on a grid with so many cells around it."""
    nz, ny, nx = mask.shape
    wide_y, wide_x = ny + 2 * reach, nx + 2 * reach
    starts = np.empty(mask.size // 2 + nz * ny + 1, dtype=np.int64)
    stops = np.empty(starts.size, dtype=np.int64)
    planes = np.zeros(nz + 1, dtype=np.int64)
    found = 0
    for z in range(nz):
        for y in range(ny):
            row = mask[z, y]
            voxels, low, high = _ends(row)
            first = ((z + reach) * wide_y + y + reach) * wide_x + reach
            if voxels == high - low:  # all voxels of the row lie beside each other, or it has none
                starts[found], stops[found] = first + low, first + high
                found += 1 if voxels > 0 else 0
                continue
            inside = False
            for x in range(low, high):
                if row[x] and not inside:
                    starts[found] = first + x
                    inside = True
                elif inside and not row[x]:
                    stops[found] = first + x
                    found += 1
                    inside = False
            stops[found] = first + high
            found += 1
        planes[z + 1] = found
    return starts[:found].copy(), stops[:found].copy(), planes


@njit
def _ends(row: npt.NDArray[np.bool_]) -> tuple[np.int64, int, int]:
    """Return the number of voxels of a row, the first one and the one after the last; zeros where there is none."""
    voxels = np.int64(0)
    for x in range(row.size):
        voxels += np.uint32(row[x])
    if voxels == 0:
        return voxels, 0, 0
    low, high = 0, row.size
    while not row[low]:
        low += 1
    while not row[high - 1]:
        high -= 1
    return voxels, low, high


@njit
def lay_out(values: Levels, spans: Spans, cells: int) -> Levels:
    """Lay the values of a ROI's voxels, in (z, y, x) order, out on its grid of so many cells; 0 outside."""
    wide = np.zeros(cells, dtype=values.dtype)
    starts, stops, _ = spans
    first = 0
    for s in range(starts.size):
        length = stops[s] - starts[s]
        _copy(values[first : first + length], wide[starts[s] : stops[s]])
        first += length
    return wide


def solid(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return an array in C order that may be written, itself or a copy: one type for numba, wherever it comes from."""
    return array if array.flags.c_contiguous and array.flags.writeable else array.copy()


def gathered(image: npt.NDArray[Any], spans: Spans, reach: int) -> npt.NDArray[Any]:
    """Return the values of the voxels of an image in the mask's box, in (z, y, x) order, shape (N,).

    Parameters
    ----------
    image
        Shape (z, y, x), of any type of 1 to 8 bytes.
    spans, reach
        Of the mask, from :func:`spans_of`.
    """
    return _gathered(solid(image).view(_BITS[image.itemsize]), spans, reach).view(image.dtype)


def values_inside(image: npt.NDArray[Any], mask: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Return ``image[mask]``: values of a mask's voxels in (z, y, x) order, both of shape (z, y, x)."""
    return gathered(image, spans_of(solid(mask), 0), 0)


@njit
def _gathered(image: npt.NDArray[Any], spans: Spans, reach: int) -> npt.NDArray[Any]:
    """Gather the values of an image along spans."""
    starts, stops, planes = spans
    wide_y, wide_x = image.shape[1] + 2 * reach, image.shape[2] + 2 * reach
    values = np.empty((stops - starts).sum(), dtype=image.dtype)
    first = 0
    for z in range(image.shape[0]):
        for s in range(planes[z], planes[z + 1]):
            row = starts[s] // wide_x
            x, y = starts[s] - row * wide_x - reach, row - (z + reach) * wide_y - reach
            length = stops[s] - starts[s]
            _copy(image[z, y, x : x + length], values[first : first + length])
            first += length
    return values


@njit
def _copy(values: npt.NDArray[Any], into: npt.NDArray[Any]) -> None:
    """Copy a stretch, quicker than by slices."""
    for k in range(values.size):
        into[k] = values[k]
