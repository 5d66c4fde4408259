"""Even-odd filling of polygons at voxel centres, and distances of points from their edges."""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["distance_to_edges", "fill_even_odd"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def fill_even_odd(
    vertices_yx: FloatArray, starts: IntArray, size_yx: tuple[int, int], first_yx: tuple[int, int] = (0, 0)
) -> BoolArray:
    """Fill polygons: a voxel is inside when a ray from its centre crosses an odd number of edges.

    Parameters
    ----------
    vertices_yx
        Vertices of all polygons, one after the other, in fractional voxel indices, shape (n, 2), order (y, x); voxel
        centres lie at whole numbers. A polygon is closed from its last vertex to its first.
    starts
        Index of the first vertex of each polygon and, at the end, n; shape (polygons + 1,), ascending.
    size_yx
        Rows and columns of the result.
    first_yx
        Index of the result's first row and column; the voxels are the same as those of a larger result there.

    Returns
    -------
    BoolArray
        Shape ``size_yx``. Polygons may lie outside in part or in whole.

    Raises
    ------
    ValueError
        A vertex is not finite, or the shapes do not fit.

    Notes
    -----
    Centres exactly on an edge: an edge owns its end of smaller y, not the one of greater y, and a centre on an
    edge is inside when the polygon lies on the side of greater x. So polygons that share an edge share no voxel, and
    a box whose corners are voxel centres (0, 0) and (n, n) holds n x n voxels. The time grows with the rows that the
    edges cross and the columns between them.

    Examples
    --------
    >>> square = np.array([[0.5, 0.5], [0.5, 2.5], [2.5, 2.5], [2.5, 0.5]])
    >>> fill_even_odd(square, np.array([0, 4]), (4, 4)).astype(int)
    array([[0, 0, 0, 0],
           [0, 1, 1, 0],
           [0, 1, 1, 0],
           [0, 0, 0, 0]])
    """
    vertices, bounds = _checked(vertices_yx, starts)
    inside = np.zeros(size_yx, dtype=np.bool_)
    if len(vertices) and inside.size:
        _toggle(vertices, bounds, inside, first_yx[0], first_yx[1])
    return inside


def distance_to_edges(points_yx: FloatArray, vertices_yx: FloatArray, starts: IntArray) -> FloatArray:
    """Return the distance of each point to the nearest edge of any polygon.

    Parameters
    ----------
    points_yx
        Shape (points, 2).
    vertices_yx, starts
        Polygons as in :func:`fill_even_odd`, in the unit of the points.

    Returns
    -------
    FloatArray
        Shape (points,), >= 0; infinite where there is no polygon.

    Raises
    ------
    ValueError
        A vertex is not finite, or the shapes do not fit.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [0.0, 4.0], [4.0, 4.0], [4.0, 0.0]])
    >>> distance_to_edges(np.array([[1.0, 2.0], [7.0, 8.0]]), square, np.array([0, 4]))
    array([1., 5.])
    """
    vertices, bounds = _checked(vertices_yx, starts)
    points = np.ascontiguousarray(points_yx, dtype=np.float64).reshape(-1, 2)
    square = np.full(len(points), np.inf)
    _nearest_edge(points, vertices, bounds, square)
    distance: FloatArray = np.sqrt(square)
    return distance


def _checked(vertices_yx: FloatArray, starts: IntArray) -> tuple[FloatArray, IntArray]:
    vertices = np.ascontiguousarray(vertices_yx, dtype=np.float64).reshape(-1, 2)
    bounds = np.ascontiguousarray(starts, dtype=np.int64)
    if bounds.size < 1 or bounds[0] != 0 or bounds[-1] != len(vertices) or (np.diff(bounds) < 0).any():
        message = f"starts must ascend from 0 to {len(vertices)}, is {bounds}"
        raise ValueError(message)
    if not np.isfinite(vertices).all():
        message = "vertices must be finite"
        raise ValueError(message)
    return vertices, bounds


@njit
def _nearest_edge(points: FloatArray, vertices: FloatArray, starts: IntArray, square: FloatArray) -> None:
    """Write the squared distance of each point to the nearest edge."""
    for polygon in range(len(starts) - 1):
        first, end = starts[polygon], starts[polygon + 1]
        for a in range(first, end):
            b = a + 1 if a + 1 < end else first
            y0, x0 = vertices[a, 0], vertices[a, 1]
            dy, dx = vertices[b, 0] - y0, vertices[b, 1] - x0
            length = dy * dy + dx * dx
            for i in range(len(points)):
                y, x = points[i, 0] - y0, points[i, 1] - x0
                along = min(max((y * dy + x * dx) / length, 0.0), 1.0) if length > 0.0 else 0.0
                y, x = y - along * dy, x - along * dx
                square[i] = min(square[i], y * y + x * x)


@njit
def _toggle(vertices: FloatArray, starts: IntArray, inside: BoolArray, top: int, left: int) -> None:
    """Mark where rows are crossed, then turn marks into runs; edges go from smaller to greater y."""
    rows, columns = inside.shape
    leftmost = np.full(rows, columns)
    rightmost = np.zeros(rows, np.int64)
    odd = np.zeros(rows, np.bool_)
    for polygon in range(len(starts) - 1):
        first, end = starts[polygon], starts[polygon + 1]
        for a in range(first, end):
            b = a + 1 if a + 1 < end else first
            low, high = (a, b) if vertices[a, 0] < vertices[b, 0] else (b, a)
            y0, x0 = vertices[low, 0], vertices[low, 1]
            y1, x1 = vertices[high, 0], vertices[high, 1]
            begin = int(max(np.ceil(y0), float(top)))
            stop = int(min(np.ceil(y1), float(top + rows)))
            for line in range(begin, stop):
                # Both ends weigh in, so that the edge of a neighbour, drawn the other way, rounds to the same column.
                crossing = np.ceil((x0 * (y1 - line) + x1 * (line - y0)) / (y1 - y0))
                column = int(min(max(crossing - left, 0.0), float(columns)))
                row = line - top
                odd[row] = not odd[row]
                if column < columns:
                    inside[row, column] = not inside[row, column]
                    leftmost[row] = min(leftmost[row], column)
                    rightmost[row] = max(rightmost[row], column)
    for row in range(rows):
        state = False
        for column in range(leftmost[row], rightmost[row] + 1):
            state = state != inside[row, column]
            inside[row, column] = state
        if state:
            for column in range(rightmost[row] + 1, columns):
                inside[row, column] = True
