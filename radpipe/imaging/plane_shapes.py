"""The shape of a plane, voxels and edges, and the shapes between two planes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.gaps import BoolArray
from radpipe.imaging.planes import Plane, polygons
from radpipe.kernels.polygon import distance_to_edges

__all__ = ["Shape", "between"]

FloatArray = npt.NDArray[np.float64]

ON_EDGE_MM = 1e-9
"""A voxel on an edge that belongs to its plane gets this distance, so that it is inside at the plane itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The voxels of a plane and the edges around them.

    Parameters
    ----------
    z
        Slice coordinate.
    inside
        Shape (y, x).
    vertices_yx_mm, starts
        Polygons as in :func:`~radpipe.kernels.polygon.fill_even_odd`, in mm from the centre of pixel (0, 0).
    """

    z: float
    inside: BoolArray
    vertices_yx_mm: FloatArray
    starts: npt.NDArray[np.int64]

    @classmethod
    def of_plane(cls, plane: Plane, inside: BoolArray, first_yx: tuple[int, int], grid: Geometry) -> "Shape":
        """Make the shape of contours; ``first_yx`` is the row and column of the grid at which ``inside`` begins."""
        vertices, starts = polygons(plane.outlines)
        return cls(plane.z, inside, (vertices - np.array(first_yx)) * np.array(grid.spacing_zyx_mm[1:]), starts)

    @classmethod
    def of_pixels(cls, z: int, inside: BoolArray, grid: Geometry) -> "Shape":
        """Make the shape of pixels, whose edges are the sides that face a pixel outside."""
        wide = np.pad(inside, 1)
        sides = []
        for axis, along in ((0, (0.0, 0.5)), (1, (0.5, 0.0))):
            cells = np.argwhere(np.diff(wide, axis=axis)) - 1.0
            middle = cells + (np.array([0.5, 0.0]) if axis == 0 else np.array([0.0, 0.5]))
            sides.append(np.stack([middle - along, middle + along], axis=1))
        vertices = np.concatenate(sides).reshape(-1, 2) * np.array(grid.spacing_zyx_mm[1:])
        return cls(float(z), inside, vertices, np.arange(0, len(vertices) + 1, 2))


def between(
    below: Shape, above: Shape, slices: Sequence[int], spacing_yx_mm: tuple[float, float]
) -> Iterator[BoolArray]:
    """Yield the shape on each slice between two planes.

    A pixel's distance to the nearest edge, positive inside and negative outside, is interpolated linearly between the
    planes; where it is positive, the pixel is inside. What both planes hold stays, what neither holds is outside; where
    one shape lies in the other, slices nearer to the larger hold those nearer to the smaller.

    Parameters
    ----------
    below, above
        The planes.
    slices
        Slice coordinates; those not between the planes take the nearer one's shape.
    spacing_yx_mm
        Of the pixels.

    References
    ----------
    S. P. Raya, J. K. Udupa, Shape-based interpolation of multidimensional objects, IEEE Trans. Med. Imaging 9 (1990)
    32-42, doi 10.1109/42.52980; distances are Euclidean (G. T. Herman et al., IEEE Comput. Graph. Appl. 12 (1992)
    69-79) and from the contours themselves, not from pixels.
    """
    either = np.argwhere(below.inside ^ above.inside)
    points = either * np.array(spacing_yx_mm)
    signed = []
    for shape in (below, above):
        distance = distance_to_edges(points, shape.vertices_yx_mm, shape.starts)
        signed.append(np.where(shape.inside[tuple(either.T)], np.maximum(distance, ON_EDGE_MM), -distance))
    for z in slices:
        share = min(max((z - below.z) / (above.z - below.z), 0.0), 1.0)
        inside = below.inside & above.inside
        inside[tuple(either.T)] = (1 - share) * signed[0] + share * signed[1] > 0
        yield inside
