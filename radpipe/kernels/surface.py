"""The triangle mesh of a mask: area, volume and vertices (IBSI 3.1.1), as PyRadiomics 3.0.1 builds it.

Marching cubes at level 0.5: a vertex lies half-way between each voxel of the mask and each neighbour, along an axis,
that does not belong to it. Lorensen WE, Cline HE. Comput. Graph. 21 (1987) 163-169.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["line_extremes", "mesh"]

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

_CORNERS = ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))
"""Corners of a cube (z, y, x); corner k is bit k of a cube's number."""

_EDGES = ((1, 0), (2, 1), (3, 2), (3, 0), (5, 4), (6, 5), (7, 6), (7, 4), (4, 0), (5, 1), (6, 2), (7, 3))
"""Corners that each edge joins; a vertex lies in its middle."""

_TRIANGLES = """
- 083 190 183198 12a 08312a 92a029 2832a8a98 b23 b2008b 190b23 b2119b98b 3a1ba3 a1008a8ba 9033b9ba9 98aba8
478 043473 190478 194147173 12a478 34730412a 92a902478 2a9297273479 478b23 b47b24204 190478b23 47b94bb29192
3a1ba3478 ba114b10447b 4789033b9ba9 47b4b99ba 954 954083 054015 854835315 12a954 08312a954 2a5542240
2a5325354834 954b23 b2008b954 054015b23 215258b28548 3a1ba3954 549a1008a8ba 54050ba5bb03 548a58ba8 789579
309539357 780017715 157173 78957912a 12a309395357 0288258572a5 2a5253357 579789b23 579972209b27 b23018178157
21b17b157 7895793a1ba3 5705097b0a10ba0 ba003ba50078570 ba557b 65a 08365a 19065a 18319865a 165126 165126083
965906026 598582526832 b2365a b2008b65a 190b2365a b2119b98b65a 63b653513 08b0b50515b6 63b036065059 65969bb98
47865a 04347365a 19047865a 19414717365a 478165126 043473165126 478965906026 739479329596269 b2347865a
b47b2420465a 190b2347865a 47b94bb2919265a 47863b653513 51b5b610b47b04b 47863b036065059 65969b4797b9 a4964a
a4964a083 01aa60640 18316886461a 149124264 149124264083 024426 832824426 b23a4964a b2008ba4964a b2301aa60640
64161a148b2118b 964369139b63 18b081b61149641 63b036640 86468b 67a78a89a 67a0a709a073 67a1a7178018 67a1a7173
126168189678 269129679309739 078706602 273267 b2367a78a89a 207b2709767a9a7 67a1a7178018b23 b2117ba61167
896678169b63136 09167b 07870603bb60 67b
"""
"""Edges (a is 10, b is 11) of the triangles of cubes 0 to 127; 128 to 255 are 127 to 0 turned inside out."""


def _triangle_table() -> npt.NDArray[np.int8]:
    table = np.full((128, 16), -1, dtype=np.int8)
    for row, word in enumerate(_TRIANGLES.split()):
        edges = [] if word == "-" else [int(letter, 16) for letter in word]
        table[row, : len(edges)] = edges
    return table


_TRIANGLE_TABLE = _triangle_table()
_MIDDLES = np.array([np.add(_CORNERS[a], _CORNERS[b]) / 2 for a, b in _EDGES])


def mesh(mask: BoolArray, spacing_zyx_mm: tuple[float, float, float]) -> tuple[float, float]:
    """Return surface area in mm2 and enclosed volume in mm3.

    Parameters
    ----------
    mask
        Shape (z, y, x); False on all borders.
    spacing_zyx_mm
        Of the voxels.

    Notes
    -----
    Where voxels touch by edges or corners only, PyRadiomics' triangles leave the mesh open; the volume then depends on
    where the mask lies in its box, which is why the box is always the ROI's with one voxel around it.
    """
    area, volume = _sum_triangles(mask.view(np.uint8), np.array(spacing_zyx_mm), _TRIANGLE_TABLE, _MIDDLES)
    return area, volume


@njit
def _sum_triangles(
    mask: npt.NDArray[np.uint8],
    spacing: npt.NDArray[np.float64],
    triangles: npt.NDArray[np.int8],
    middles: npt.NDArray[np.float64],
) -> tuple[float, float]:
    """Sum areas and signed volumes over the cubes in memory order, each with PyRadiomics' operations."""
    area, volume = 0.0, 0.0
    corners = np.empty((3, 3))
    numbers = np.empty(mask.shape[2] - 1, dtype=np.uint8)
    for z in range(mask.shape[0] - 1):
        for y in range(mask.shape[1] - 1):
            _number(mask[z, y], mask[z, y + 1], mask[z + 1, y], mask[z + 1, y + 1], numbers)
            for x in range(numbers.size):
                number = int(numbers[x])
                if number == 0 or number == 0xFF:
                    continue  # all eight corners on one side: the surface does not pass
                sign = 1.0
                if number & 0x80:
                    # The complement has the same triangles seen from within: same area, volume of the other sign.
                    number ^= 0xFF
                    sign = -1.0
                for t in range(0, 15, 3):
                    if triangles[number, t] < 0:
                        break
                    for p in range(3):
                        edge = triangles[number, t + p]
                        corners[p, 0] = (z + middles[edge, 0]) * spacing[0]
                        corners[p, 1] = (y + middles[edge, 1]) * spacing[1]
                        corners[p, 2] = (x + middles[edge, 2]) * spacing[2]
                    six_volumes, one_area = _triangle(corners[0], corners[1], corners[2])
                    volume += sign * six_volumes
                    area += one_area
    return area, volume / 6


@njit
def _number(row: Bytes, next_row: Bytes, row_behind: Bytes, next_row_behind: Bytes, numbers: Bytes) -> None:
    """Write the numbers of a row of cubes: corner k is bit k."""
    for x in range(numbers.size):
        numbers[x] = (
            row[x]
            | row[x + 1] << 1
            | next_row[x + 1] << 2
            | next_row[x] << 3
            | row_behind[x] << 4
            | row_behind[x + 1] << 5
            | next_row_behind[x + 1] << 6
            | next_row_behind[x] << 7
        )


@njit
def _triangle(
    a: npt.NDArray[np.float64], b: npt.NDArray[np.float64], c: npt.NDArray[np.float64]
) -> tuple[float, float]:
    """Return six times the signed volume between the triangle and the origin, and its area."""
    # Products in PyRadiomics' order; any other rounds differently.
    nz = a[1] * b[2] - b[1] * a[2]
    ny = a[2] * b[0] - b[2] * a[0]
    nx = a[0] * b[1] - b[0] * a[1]
    six_volumes = nz * c[0] + ny * c[1] + nx * c[2]
    az, ay, ax = a[0] - c[0], a[1] - c[1], a[2] - c[2]
    bz, by, bx = b[0] - c[0], b[1] - c[1], b[2] - c[2]
    nz = ay * bx - by * ax
    ny = ax * bz - bx * az
    nx = az * by - bz * ay
    return six_volumes, 0.5 * np.sqrt(nz * nz + ny * ny + nx * nx)


@njit
def line_extremes(mask: BoolArray) -> tuple[IntArray, IntArray]:
    """Find the first and the last mesh vertex on each line of the grid of half voxels.

    Parameters
    ----------
    mask
        Shape (z, y, x); False on all borders.

    Returns
    -------
    tuple of ndarray
        Along x, shape (2 z, 2 y, 2), and along y, shape (2 z, 2 x, 2): coordinates in half voxels, twice a voxel's
        index; -1 on a line without vertices.
    """
    nz, ny, nx = mask.shape
    along_x = np.full((2 * nz, 2 * ny, 2), -1, dtype=np.int32)
    along_y = np.full((2 * nz, 2 * nx, 2), -1, dtype=np.int32)
    crossed = np.empty(nx - 1, dtype=np.uint8)
    for z in range(nz - 1):
        for y in range(ny - 1):
            row, next_row, row_behind = mask[z, y], mask[z, y + 1], mask[z + 1, y]
            # Bits of the three edges that begin at each voxel. Most are 0; without branches this loop runs on vectors.
            for x in range(nx - 1):
                crossed[x] = (row[x] ^ row[x + 1]) | (row[x] ^ next_row[x]) << 1 | (row[x] ^ row_behind[x]) << 2
            for x in range(nx - 1):
                if crossed[x] == 0:
                    continue
                if crossed[x] & 1:
                    _widen(along_x[2 * z, 2 * y], 2 * x + 1)
                    _widen(along_y[2 * z, 2 * x + 1], 2 * y)
                if crossed[x] & 2:
                    _widen(along_x[2 * z, 2 * y + 1], 2 * x)
                    _widen(along_y[2 * z, 2 * x], 2 * y + 1)
                if crossed[x] & 4:
                    _widen(along_x[2 * z + 1, 2 * y], 2 * x)
                    _widen(along_y[2 * z + 1, 2 * x], 2 * y)
    return along_x, along_y


@njit
def _widen(ends: IntArray, place: int) -> None:
    """Let a line's first and last vertex enclose a place."""
    if ends[0] < 0 or place < ends[0]:
        ends[0] = place
    if place > ends[1]:
        ends[1] = place
