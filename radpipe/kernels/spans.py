"""Where the voxels of a ROI lie on a padded grid in one dimension: as spans, which kernels go through in turn.

A voxel's neighbour at an offset is ``index + step``; the padding, which is outside the ROI, makes every such index
valid.
Spans are three arrays: first index of each stretch of voxels along x, index after its last, and the number of the first
span of each plane z, with the number of all spans at the end. They depend on the mask alone, so that all images derived
from one share them.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["Spans", "lay_out", "spans_of"]

IntArray = npt.NDArray[np.int64]
Spans = tuple[IntArray, IntArray, IntArray]
Levels = npt.NDArray[np.unsignedinteger[Any]]
"""uint16 or uint32."""


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
            first = ((z + reach) * wide_y + y + reach) * wide_x + reach
            inside = False
            for x in range(nx):
                if mask[z, y, x] and not inside:
                    starts[found] = first + x
                    inside = True
                elif inside and not mask[z, y, x]:
                    stops[found] = first + x
                    found += 1
                    inside = False
            if inside:
                stops[found] = first + nx
                found += 1
        planes[z + 1] = found
    return starts[:found].copy(), stops[:found].copy(), planes


@njit
def lay_out(values: Levels, spans: Spans, cells: int) -> Levels:
    """Lay the values of a ROI's voxels, in (z, y, x) order, out on its grid of so many cells; 0 outside."""
    wide = np.zeros(cells, dtype=values.dtype)
    starts, stops, _ = spans
    first = 0
    for s in range(starts.size):
        length = stops[s] - starts[s]
        wide[starts[s] : stops[s]] = values[first : first + length]
        first += length
    return wide
