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
    above, unknown, y = np.zeros(columns, dtype=np.uint8), 0, 0
    while y < rows:
        kind, line, row = lines[y, 0], lines[y, 1:], pixels[y]
        if kind == 4 and columns > 3 and y + 3 < rows and (lines[y + 1 : y + 4, 0] == 4).all():
            _add_nearest_to_four(lines[y : y + 4, 1:], above, pixels[y : y + 4])
            y += 4
            above = pixels[y - 1]
            continue
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
        y += 1
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
    _add_nearest_between(line, above, row, 0, line.size)


@njit
def _add_nearest_between(line: Bytes, above: Bytes, row: Bytes, start: int, stop: int) -> None:
    """Filter 4 of some pixels of a line, whose pixel before is known."""
    left = np.int32(row[start - 1]) if start > 0 else np.int32(0)
    between = np.int32(above[start - 1]) if start > 0 else np.int32(0)
    for x in range(start, stop):
        up = np.int32(above[x])
        left = _nearest(left, up, between, line[x])
        between = up
        row[x] = left


@njit
def _nearest(left: np.int32, up: np.int32, between: np.int32, rest: np.uint8) -> np.int32:
    """Add what the filter left of a pixel to its nearest neighbour."""
    to_left, to_above = abs(up - between), abs(left - between)
    to_between = abs(up - between + left - between)
    nearest = left
    smallest = to_left
    if to_above < smallest:
        nearest, smallest = up, to_above
    if to_between < smallest:
        nearest = between
    return np.int32((np.int32(rest) + nearest) & np.int32(255))


@njit
def _add_nearest_to_four(lines: Bytes, above: Bytes, rows: Bytes) -> None:
    """Filter 4 of four lines of more than three pixels, each a pixel behind the one above it.

    A pixel waits for the one to its left; pixels of other lines need not, so that the processor works on four at once.
    """
    first, second, third, fourth = rows[0], rows[1], rows[2], rows[3]
    columns = first.size
    _add_nearest_between(lines[0], above, first, 0, 3)
    _add_nearest_between(lines[1], first, second, 0, 2)
    _add_nearest_between(lines[2], second, third, 0, 1)
    # The last pixel of each line, and the one above that.
    a, b, c, d = np.int32(first[2]), np.int32(second[1]), np.int32(third[0]), np.int32(0)
    a_up, b_up, c_up, d_up = np.int32(above[2]), np.int32(first[1]), np.int32(second[0]), np.int32(0)
    for x in range(columns - 3):
        d, d_up = _nearest(d, c, d_up, lines[3, x]), c
        c, c_up = _nearest(c, b, c_up, lines[2, x + 1]), b
        b, b_up = _nearest(b, a, b_up, lines[1, x + 2]), a
        up = np.int32(above[x + 3])
        a, a_up = _nearest(a, up, a_up, lines[0, x + 3]), up
        first[x + 3], second[x + 2], third[x + 1], fourth[x] = a, b, c, d
    _add_nearest_between(lines[1], first, second, columns - 1, columns)
    _add_nearest_between(lines[2], second, third, columns - 2, columns)
    _add_nearest_between(lines[3], third, fourth, columns - 3, columns)
