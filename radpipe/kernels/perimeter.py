"""The outline of a mask in a plane: perimeter, area and vertices, as PyRadiomics 3.0.1 draws it.

Marching squares at level 0.5: the outline passes half-way between each pixel of the mask and each neighbour, along an
axis, that does not belong to it.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit
from radpipe.kernels.diameters import plane_diameters

__all__ = ["outline"]

_LINES = np.array(
    [
        [-1, -1, -1, -1],
        [3, 0, -1, -1],
        [0, 1, -1, -1],
        [3, 1, -1, -1],
        [1, 2, -1, -1],
        [1, 2, 3, 0],
        [0, 2, -1, -1],
        [3, 2, -1, -1],
        [2, 3, -1, -1],
        [2, 0, -1, -1],
        [0, 1, 2, 3],
        [2, 1, -1, -1],
        [1, 3, -1, -1],
        [1, 0, -1, -1],
        [0, 3, -1, -1],
        [-1, -1, -1, -1],
    ],
    dtype=np.int8,
)
"""Edges that the outline joins in each square; its corners, clockwise from the upper left, are bits 0 to 3."""

_MIDDLES = np.array([[0, 1], [1, 2], [2, 1], [1, 0]])
"""Middle (y, x) of each edge in half pixels: upper, right, lower, left."""


def outline(mask: npt.NDArray[np.bool_], spacing_yx_mm: tuple[float, float]) -> tuple[float, float, float]:
    """Return perimeter in mm, enclosed area in mm2 and greatest distance of vertices in mm.

    Parameters
    ----------
    mask
        Shape (y, x); False on all borders.
    spacing_yx_mm
        Of the pixels.
    """
    perimeter, area, ends = _follow(mask.view(np.uint8), np.array(spacing_yx_mm), _LINES, _MIDDLES)
    greatest, _ = plane_diameters(ends[None], *spacing_yx_mm)
    return perimeter, area, greatest**0.5


@njit
def _follow(
    mask: npt.NDArray[np.uint8],
    spacing: npt.NDArray[np.float64],
    lines: npt.NDArray[np.int8],
    middles: npt.NDArray[np.int64],
) -> tuple[float, float, npt.NDArray[np.int32]]:
    """Sum lengths and areas over the squares; return also the first and last vertex on each line of half pixels."""
    perimeter, area = 0.0, 0.0
    vertex = np.empty((2, 2), dtype=np.int64)
    ends = np.full((2 * mask.shape[0], 2), -1, dtype=np.int32)
    columns = mask.shape[1] - 1
    mixed = np.zeros(-(-columns // 8) * 8, dtype=np.uint8)
    words = mixed.view(np.uint64)  # eight squares are passed over at once
    for y in range(mask.shape[0] - 1):
        upper, lower = mask[y], mask[y + 1]
        _mark_mixed(upper, lower, mixed[:columns])
        for word in range(words.size):
            if words[word] == 0:
                continue
            for x in range(8 * word, min(8 * word + 8, columns)):
                number = upper[x] | upper[x + 1] << 1 | lower[x + 1] << 2 | lower[x] << 3
                for t in range(0, 4, 2):
                    if lines[number, t] < 0:
                        break
                    for p in range(2):
                        line = 2 * y + middles[lines[number, t + p], 0]
                        place = 2 * x + middles[lines[number, t + p], 1]
                        vertex[p, 0], vertex[p, 1] = line, place
                        ends[line, 0] = place if ends[line, 0] < 0 else min(ends[line, 0], place)
                        ends[line, 1] = max(ends[line, 1], place)
                    ay, ax = vertex[0, 0] / 2 * spacing[0], vertex[0, 1] / 2 * spacing[1]
                    by, bx = vertex[1, 0] / 2 * spacing[0], vertex[1, 1] / 2 * spacing[1]
                    area += ay * bx - by * ax
                    perimeter += np.sqrt((ay - by) * (ay - by) + (ax - bx) * (ax - bx))
    return perimeter, area / 2, ends


@njit
def _mark_mixed(upper: npt.NDArray[np.uint8], lower: npt.NDArray[np.uint8], mixed: npt.NDArray[np.uint8]) -> None:
    """Mark the squares between two rows of which some corners belong to the mask and some do not."""
    for x in range(mixed.size):
        first = upper[x]
        mixed[x] = (first ^ upper[x + 1]) | (first ^ lower[x]) | (first ^ lower[x + 1])
