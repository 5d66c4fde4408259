"""Greatest distances between mesh vertices, exact and without looking at all pairs.

The farthest pair of a set ends in vertices of its convex hull. Hulls are those of planes of the grid, on whole numbers.
"""

import numpy as np
import numpy.typing as npt

from radpipe.kernels._jit import njit

__all__ = ["hull_of_lines", "mesh_diameters", "plane_diameters"]

IntArray = npt.NDArray[np.int32]


@njit
def hull_of_lines(ends: IntArray) -> IntArray:
    """Return the vertices of the convex hull of points on parallel lines of a plane.

    Parameters
    ----------
    ends
        First and last point on each line, shape (lines, 2); -1 on an empty line.

    Returns
    -------
    ndarray
        Shape (vertices, 2): line and place on it. Points inside an edge are left out; the two ends of one line may
        both occur.

    References
    ----------
    Andrew AM. Inf. Process. Lett. 9 (1979) 216-219: monotone chain.
    """
    lines = ends.shape[0]
    found = np.empty((2 * lines, 2), dtype=np.int32)
    total = 0
    for side in range(2):
        turn = 1 if side == 0 else -1
        begin = total
        for line in range(lines):
            place = ends[line, side]
            if place < 0:
                continue
            # The last point goes while the turn over it is not outward: products of 32-bit places need 64 bits.
            while total - begin >= 2:
                rise = np.int64(found[total - 1, 0] - found[total - 2, 0]) * (place - found[total - 2, 1])
                run = np.int64(found[total - 1, 1] - found[total - 2, 1]) * (line - found[total - 2, 0])
                if (rise - run) * turn > 0:
                    break
                total -= 1
            found[total, 0] = line
            found[total, 1] = place
            total += 1
    return found[:total]


@njit
def mesh_diameters(
    along_x: IntArray, along_y: IntArray, spacing: npt.NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Return greatest distances between vertices of a mesh, squared, in mm2.

    Parameters
    ----------
    along_x, along_y
        Ends of the grid's lines, from :func:`radpipe.kernels.surface.line_extremes`.
    spacing
        Of voxels, shape (3,), (z, y, x).

    Returns
    -------
    tuple of float
        In planes of one z, of one y and of one x, and between any two vertices.
    """
    in_slice, corner_in_slice = plane_diameters(along_x, spacing[1], spacing[2])
    in_column, corner_in_column = plane_diameters(
        np.ascontiguousarray(along_x.transpose((1, 0, 2))), spacing[0], spacing[2]
    )
    # Corners of two families of planes thin the points out enough; those of the third are not asked for.
    in_row, _ = plane_diameters(np.ascontiguousarray(along_y.transpose((1, 0, 2))), spacing[0], spacing[1])
    # An end of the greatest distance is a corner of every plane's hull that it lies in.
    points = np.empty((np.count_nonzero(corner_in_slice), 3), dtype=np.int32)
    found = 0
    for z in range(along_x.shape[0]):
        for y in range(along_x.shape[1]):
            for side in range(2):
                if corner_in_slice[z, y, side] and corner_in_column[y, z, side]:
                    points[found, 0], points[found, 1], points[found, 2] = z, y, along_x[z, y, side]
                    found += 1
    return in_slice, in_column, in_row, _greatest_distance(points[:found], spacing)


@njit
def plane_diameters(extremes: IntArray, line_mm: float, place_mm: float) -> tuple[float, npt.NDArray[np.bool_]]:
    """Return the greatest distance between points of one plane, squared, and which line ends are hull vertices.

    Parameters
    ----------
    extremes
        First and last point on each line of each plane, shape (planes, lines, 2), in half voxels; -1 on empty lines.
    line_mm, place_mm
        Distance between voxels across and along the lines.

    Returns
    -------
    tuple
        Square of the distance in mm, and bool of the shape of ``extremes``.
    """
    greatest = 0.0
    corner = np.zeros(extremes.shape, dtype=np.bool_)
    for plane in range(extremes.shape[0]):
        hull = hull_of_lines(extremes[plane])
        for k in range(hull.shape[0]):
            line, place = hull[k, 0], hull[k, 1]
            for side in range(2):
                if extremes[plane, line, side] == place:
                    corner[plane, line, side] = True
            for other in range(k):
                across = (line / 2) * line_mm - (hull[other, 0] / 2) * line_mm
                along = (place / 2) * place_mm - (hull[other, 1] / 2) * place_mm
                greatest = max(greatest, across * across + along * along)
    return greatest, corner


@njit
def _greatest_distance(points: IntArray, spacing: npt.NDArray[np.float64]) -> float:
    """Return the greatest distance between any two points, squared, in mm.

    Parameters
    ----------
    points
        Shape (n, 3), (z, y, x) in half voxels.
    spacing
        Of voxels, shape (3,), (z, y, x).
    """
    mm = np.empty((points.shape[0], 3))
    for k in range(points.shape[0]):
        for axis in range(3):
            mm[k, axis] = (points[k, axis] / 2) * spacing[axis]
    greatest = 0.0
    for k in range(mm.shape[0]):
        for other in range(k):
            dz, dy, dx = mm[k, 0] - mm[other, 0], mm[k, 1] - mm[other, 1], mm[k, 2] - mm[other, 2]
            greatest = max(greatest, dz * dz + dy * dy + dx * dx)
    return greatest
