"""Lines of a PNG picture of 8-bit grey: what its filters took away is added again.

Portable Network Graphics Specification, third edition (W3C 2025), section 9.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["unfiltered"]

Bytes = npt.NDArray[np.uint8]


@njit
def unfiltered(lines: Bytes) -> tuple[Bytes, int]:
    """Undo the filters of a picture with one byte a pixel.

    Parameters
    ----------
    lines
        Shape (rows, 1 + columns): the filter's number, from 0 to 4, and what it made of the row.

    Returns
    -------
    tuple
        Pixels, shape (rows, columns), and the number of lines whose filter is unknown.
    """
    rows, columns = lines.shape[0], lines.shape[1] - 1
    pixels = np.empty((rows, columns), dtype=np.uint8)
    above, unknown = np.zeros(columns, dtype=np.uint8), 0
    for y in range(rows):
        kind, line, row = lines[y, 0], lines[y, 1:], pixels[y]
        if kind == 0:
            row[:] = line
        elif kind == 1:
            _add_left(line, row)
        elif kind == 2:
            for x in range(columns):
                row[x] = line[x] + above[x]
        elif kind == 3:
            _add_average(line, above, row)
        elif kind == 4:
            _add_nearest(line, above, row)
        else:
            unknown += 1
        above = row
    return pixels, unknown


@njit
def _add_left(line: Bytes, row: Bytes) -> None:
    """Filter 1: the pixel to the left."""
    left = np.uint8(0)
    for x in range(line.size):
        left = np.uint8(left + line[x])
        row[x] = left


@njit
def _add_average(line: Bytes, above: Bytes, row: Bytes) -> None:
    """Filter 3: half the sum of the pixels to the left and above."""
    left = np.int32(0)
    for x in range(line.size):
        left = (np.int32(line[x]) + ((left + np.int32(above[x])) >> np.int32(1))) & np.int32(255)
        row[x] = left


@njit
def _add_nearest(line: Bytes, above: Bytes, row: Bytes) -> None:
    """Filter 4 (A. W. Paeth): the pixel to the left, above or between that is nearest to left + above - between."""
    left, between = np.int32(0), np.int32(0)
    for x in range(line.size):
        up = np.int32(above[x])
        to_left, to_above = abs(up - between), abs(left - between)
        to_between = abs(up - between + left - between)
        nearest = left
        smallest = to_left
        if to_above < smallest:
            nearest, smallest = up, to_above
        if to_between < smallest:
            nearest = between
        left = (np.int32(line[x]) + nearest) & np.int32(255)
        between = up
        row[x] = left
