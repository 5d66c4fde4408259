"""Where the voxels of one grid lie in another, with ITK's operations in ITK's order.

A resampled integer image is truncated, so that a position which is off by a rounding error may put a voxel into
another gray level, and a mask's edge lies between voxels as often as not. So positions are found as ITK finds them:
the first voxel of each line and the one behind its last are mapped through patient space, those between lie on the
line between.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.volume import Box, Mask

__all__ = ["Lines", "around_box", "lines_between", "nearest", "point_of", "wanted_spacing"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines along x of a grid, in indices of another.

    Parameters
    ----------
    start, stop
        Place of each line's first voxel, and of the one behind its last; shape (lines, 3), order x, y, z; lines in
        (z, y) order.
    size_zyx
        Voxels of the grid that is sampled on.
    """

    start: FloatArray
    stop: FloatArray
    size_zyx: tuple[int, int, int]

    def axes(self) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Return the places along z, y and x where the grids are parallel to the last bit, else None."""
        nz, ny, nx = self.size_zyx
        start = self.start.reshape(nz, ny, 3)
        if not np.array_equal(self.start[:, 1:], self.stop[:, 1:]):
            return None
        x, y, z = start[..., 0], start[..., 1], start[..., 2]
        if np.ptp(x) or np.ptp(self.stop[:, 0]) or np.ptp(y, axis=0).any() or np.ptp(z, axis=1).any():
            return None
        first, last = x[0, 0], self.stop[0, 0]
        along = first + (last - first) * (np.arange(nx) / float(nx))
        return z[:, 0].copy(), y[0].copy(), along

    def planes(self) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Return the place along z of each plane, and those along y and x of the points of every plane.

        Returns
        -------
        z, y, x
            Shapes (z,), (y, x) and (y, x); None where planes are not those of the other grid to the last bit.
        """
        nz, ny, nx = self.size_zyx
        start, stop = self.start.reshape(nz, ny, 3), self.stop.reshape(nz, ny, 3)
        z = start[:, :1, 2]
        if (start[..., 2] != z).any() or (stop[..., 2] != z).any():
            return None
        if (start[..., :2] != start[0, :, :2]).any() or (stop[..., :2] != stop[0, :, :2]).any():
            return None
        share = np.arange(nx) / float(nx)
        x, y = (start[0, :, axis, None] + (stop[0, :, axis] - start[0, :, axis])[:, None] * share for axis in range(2))
        return z[:, 0].copy(), y, x

    def places(self) -> FloatArray:
        """Return the place of every voxel, shape (z, y, x, 3), order x, y, z."""
        nz, ny, nx = self.size_zyx
        share = (np.arange(nx) / float(nx))[None, :, None]
        start, stop = self.start[:, None, :], self.stop[:, None, :]
        return (start + (stop - start) * share).reshape(nz, ny, nx, 3)

    def span(self) -> tuple[FloatArray, FloatArray]:
        """Return the least and the greatest place along z, y and x, shape (3,) each."""
        ends = np.concatenate([self.start, self.stop])[:, ::-1]
        return ends.min(axis=0), ends.max(axis=0)


def lines_between(source: Geometry, target: Geometry) -> Lines:
    """Map the lines of a target grid to (fractional) indices of a source grid."""
    nz, ny, nx = target.size_zyx
    z, y = (index.reshape(-1).astype(np.float64) for index in np.indices((nz, ny)))
    matrix, inverse = _to_mm(target), _to_index(source)

    def mapped(x: float) -> FloatArray:
        index = (np.full(z.size, x), y, z)
        offset = []
        for row in range(3):
            point = np.full(z.size, target.origin_xyz_mm[row])
            for column in range(3):
                point = point + matrix[row, column] * index[column]
            offset.append(point - source.origin_xyz_mm[row])
        places = np.zeros((z.size, 3))
        for row in range(3):
            for column in range(3):
                places[:, row] += inverse[row, column] * offset[column]
        return places

    return Lines(mapped(0.0), mapped(float(nx)), target.size_zyx)


def nearest(mask: Mask, lines: Lines) -> BoolArray:
    """Resample a mask by nearest neighbour.

    Parameters
    ----------
    mask
        On its grid.
    lines
        Where the new voxels lie in that grid.

    Returns
    -------
    ndarray
        Size of the lines' grid. A voxel that lies half way takes the neighbour of the higher index.

    References
    ----------
    ITK ``NearestNeighborInterpolateImageFunction``; its rounding doubles, adds a half and halves.
    """
    axes = lines.axes()
    if axes is not None:
        (z, in_z), (y, in_y), (x, in_x) = (_in_box(places, span) for places, span in zip(axes, mask.box, strict=True))
        inside: BoolArray = mask.crop[np.ix_(z, y, x)] & in_z[:, None, None] & in_y[:, None] & in_x
        return inside
    planes = lines.planes()
    if planes is not None:
        (z, in_z), (y, in_y), (x, in_x) = (_in_box(places, span) for places, span in zip(planes, mask.box, strict=True))
        turned: BoolArray = np.zeros(lines.size_zyx, dtype=np.bool_)
        both = in_y & in_x
        turned[:, both] = mask.crop[:, y[both], x[both]][z] & in_z[:, None]
        return turned
    places = lines.places()
    (z, in_z), (y, in_y), (x, in_x) = (_in_box(places[..., 2 - axis], mask.box[axis]) for axis in range(3))
    picked: BoolArray = mask.crop[z, y, x] & in_z & in_y & in_x
    return picked


def _in_box(places: FloatArray, span: slice) -> tuple[npt.NDArray[np.int64], BoolArray]:
    """Return indices of the nearest voxels in a span, and which of them lie in it."""
    index = np.floor(np.rint(2.0 * places + 0.5) * 0.5).astype(np.int64)
    inside = (index >= span.start) & (index < span.stop)
    return np.clip(index, span.start, span.stop - 1) - span.start, inside


def point_of(geometry: Geometry, index_xyz: Sequence[float]) -> tuple[float, float, float]:
    """Map one fractional index, order x, y, z, to patient space (mm, order x, y, z)."""
    matrix = _to_mm(geometry)
    x, y, z = (
        sum(matrix[row, column] * index_xyz[column] for column in range(3)) + geometry.origin_xyz_mm[row]
        for row in range(3)
    )
    return float(x), float(y), float(z)


def _to_mm(geometry: Geometry) -> FloatArray:
    matrix: FloatArray = geometry.direction_matrix * np.array(geometry.spacing_zyx_mm[::-1])
    return matrix


def _to_index(geometry: Geometry) -> FloatArray:
    """Return the matrix from patient space to indices: ITK's own inverse where the grid is oblique."""
    matrix = _to_mm(geometry)
    if np.count_nonzero(matrix) == 3:
        inverse: FloatArray = np.zeros((3, 3))
        rows, columns = np.nonzero(matrix)
        inverse[columns, rows] = 1.0 / matrix[rows, columns]
        return inverse
    import SimpleITK as sitk  # noqa: N813

    image = sitk.Image([1, 1, 1], sitk.sitkUInt8)
    image.SetSpacing(geometry.spacing_zyx_mm[::-1])
    image.SetDirection(geometry.direction)
    inverse = np.array([image.TransformPhysicalPointToContinuousIndex(axis) for axis in np.eye(3).tolist()])
    return inverse.T


def wanted_spacing(geometry: Geometry, box: Box, spacing_xyz_mm: Sequence[float]) -> FloatArray:
    """Return the spacing to resample to, order x, y, z: 0 and axes of one slice keep the image's own."""
    own = np.array(geometry.spacing_zyx_mm[::-1])
    asked = np.array(spacing_xyz_mm)
    asked = np.where(asked == 0, own, asked)
    many = np.array([span.stop - span.start != 1 for span in box[::-1]])
    spacing: FloatArray = np.where(many, asked, own)
    return spacing


def around_box(geometry: Geometry, box: Box, spacing_xyz_mm: FloatArray, pad: int) -> Geometry:
    """Lay the grid on which PyRadiomics resamples a ROI.

    The grid's corner is the image's corner; only the part that covers the box and so many new voxels around it is
    made.

    Parameters
    ----------
    geometry
        Of the image.
    box
        The ROI's box.
    spacing_xyz_mm
        Wanted, shape (3,).
    pad
        New voxels around the box.

    References
    ----------
    PyRadiomics 3.0.1, ``imageoperations.resampleImage``; the same operations in the same order.
    """
    start = np.array([span.start for span in box[::-1]], dtype=np.int64)
    size = np.array([span.stop for span in box[::-1]], dtype=np.int64) - start
    own = np.array(geometry.spacing_zyx_mm[::-1])
    ratio = own / spacing_xyz_mm
    low = np.floor((start - 0.5) * ratio - pad)
    high = np.ceil((start + size - 0.5) * ratio + pad)
    last = np.ceil(np.array(geometry.size_zyx[::-1]) * ratio) - 1
    low = np.where(low < 0, 0, low)
    high = np.where(high > last, last, high)
    origin = point_of(geometry, (0.5 * (spacing_xyz_mm - own) / own + low / ratio).tolist())
    nx, ny, nz = np.array(high - low + 1, dtype="int").tolist()
    dx, dy, dz = spacing_xyz_mm.tolist()
    return Geometry((nz, ny, nx), (dz, dy, dx), origin, geometry.direction, geometry.frame_of_reference_uid)
