"""Slices between the planes of a ROI: where they are missing, and their shape from the planes on both sides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.planes import Plane, Stack, points_up
from radpipe.kernels.polygon import distance_to_edges

__all__ = ["Gap", "Shape", "between", "find_gaps", "interpolated"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

GAP_OVERLAP = 0.5
"""Two planes belong to one body when they share at least this part of the smaller one; else what lies between is the
distance of two bodies, and no gap."""


ON_EDGE_MM = 1e-9
"""A voxel on an edge that belongs to its plane gets this distance, so that it is inside at the plane itself."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Slices without a contour between two that have one.

    Parameters
    ----------
    below, above
        Slices with a contour; ``above - below`` is at least 2.
    """

    below: int
    above: int

    @property
    def slices(self) -> range:
        """Those without a contour."""
        return range(self.below + 1, self.above)


def find_gaps(filled: Mapping[int, BoolArray]) -> tuple[Gap, ...]:
    """Find the slices that have no contour although the ROI goes on across them.

    Parameters
    ----------
    filled
        Slice -> the voxels inside, shape (y, x), for each slice with a contour, ascending.

    Returns
    -------
    tuple of Gap
        Between neighbouring slices that share at least ``GAP_OVERLAP`` of the smaller one's voxels.
    """
    used = list(filled)
    return tuple(
        Gap(below, above)
        for below, above in pairwise(used)
        if above - below > 1 and _one_body(filled[below], filled[above])
    )


def _one_body(one: BoolArray, other: BoolArray) -> bool:
    smaller = int(min(np.count_nonzero(one), np.count_nonzero(other)))
    return smaller > 0 and int(np.count_nonzero(one & other)) >= GAP_OVERLAP * smaller


def interpolated(
    filled: Mapping[int, BoolArray], stack: Stack, gaps: Sequence[Gap], grid: Geometry, first_yx: tuple[int, int]
) -> dict[int, BoolArray]:
    """Make the slices of gaps, and those at a ROI's ends that its plane spacing still covers.

    Slices of gaps are interpolated (:func:`between`). Where planes are further apart than slices throughout, each
    stands for a layer as thick as their spacing, as in planning systems: slices beyond an end, up to half a plane
    spacing (a slice exactly there belongs to the upper end), take the shape of the last plane.

    Parameters
    ----------
    filled
        Slice -> the voxels inside, shape (y, x), for each slice with a contour, ascending.
    stack
        The planes of these slices.
    gaps
        Of ``filled``.
    grid
        The grid that is filled.
    first_yx
        Row and column of the grid at which the arrays begin.

    Returns
    -------
    dict
        Slice -> voxels inside; only slices that ``filled`` lacks.
    """
    made: dict[int, BoolArray] = {}
    spacing = np.array(grid.spacing_zyx_mm[1:])
    up = points_up(grid)
    for gap in gaps:
        below, above = (
            Shape(stack.by_slice[z].z, filled[z], *_in_mm(stack.by_slice[z], first_yx, spacing))
            for z in (gap.below, gap.above)
        )
        for z, inside in zip(gap.slices, between(below, above, gap.slices, grid.spacing_zyx_mm[1:]), strict=True):
            made[z] = inside
    reach = max(stack.spacing, 1.0) / 2
    for z, inside in filled.items():
        plane = stack.by_slice[z].z
        for step in (1, -1):
            beyond = z + step
            while (
                0 <= beyond < grid.size_zyx[0]
                and beyond not in filled
                and beyond not in made
                and _covered(abs(beyond - plane), reach, upper=(step > 0) == up)
            ):
                made[beyond] = inside
                beyond += step
    return made


_ROUNDING = 1e-3
"""Slices, when a distance is compared with half a spacing."""


def _covered(distance: float, reach: float, *, upper: bool) -> bool:
    return distance <= reach + (_ROUNDING if upper else -_ROUNDING)


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


def _in_mm(plane: Plane, first_yx: tuple[int, int], spacing: FloatArray) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    vertices, starts = plane.polygons
    return (vertices - np.array(first_yx)) * spacing, starts


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
