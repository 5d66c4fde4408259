"""Outlines: the contours of a ROI in voxel indices; their areas, what the image cuts of them, and which are twins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry

__all__ = ["PLANAR_VOXELS", "XOR_TYPES", "Contour", "Outline", "area_within", "length", "place_all", "without_twins"]

FloatArray = npt.NDArray[np.float64]

XOR_TYPES = frozenset({"CLOSEDPLANAR_XOR", "CLOSED_PLANARXOR", "CLOSED_PLANAR_XOR"})

SNAP_DECIMALS = 9
"""Vertices are rounded to 1e-9 voxel, so that a vertex drawn on a voxel centre lies on it after the arithmetic."""

PLANAR_VOXELS = 0.5
"""A contour that spans more slices than this is not drawn in the image's plane."""

TWIN_VOXELS = 1e-3
"""Two contours are equal when no vertex of one lies further than this from that of the other."""


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """One contour of a ROI.

    Parameters
    ----------
    points_xyz_mm
        Shape (n, 3), patient coordinates.
    kind
        DICOM's ContourGeometricType.
    image_uids
        SOP instance UIDs of the images it says it was drawn on; only cross-checked.
    """

    points_xyz_mm: FloatArray
    kind: str = "CLOSED_PLANAR"
    image_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A closed contour in voxel indices of a grid.

    Parameters
    ----------
    vertices_yx
        Shape (n, 2).
    z, span
        Mean slice coordinate, and the distance of the lowest and the highest vertex along it.
    is_xor
        Whether it inverts what it encloses whatever the policy of overlaps.
    area
        In pixels.
    """

    vertices_yx: FloatArray
    z: float
    span: float
    is_xor: bool
    area: float


def place_all(contours: Sequence[Contour], grid: Geometry) -> list[Outline]:
    """Map contours to the indices of a grid."""
    if not contours:
        return []
    points = np.concatenate([contour.points_xyz_mm for contour in contours])
    index = np.round(grid.mm_to_index(points), SNAP_DECIMALS)
    ends = np.cumsum([len(contour.points_xyz_mm) for contour in contours])
    return [_outline(contour, part, grid) for contour, part in zip(contours, np.split(index, ends[:-1]), strict=True)]


def _outline(contour: Contour, index: FloatArray, grid: Geometry) -> Outline:
    z = index[:, 0]
    span = float(z.max() - z.min())
    vertices = np.ascontiguousarray(index[:, 1:])
    area = _area(vertices) if span <= PLANAR_VOXELS else _area_3d(contour.points_xyz_mm, grid)
    return Outline(vertices, float(z.mean()), span, contour.kind in XOR_TYPES, area)


def without_twins(outlines: Sequence[Outline]) -> tuple[list[Outline], int]:
    """Leave out each outline that is equal to one before it, and count these.

    Equal are outlines of one plane with the same vertices in the same ring, wherever the ring begins, whichever way
    it runs, and whether or not the first vertex is repeated at its end.
    """
    planes: dict[int, list[int]] = {}
    for i, outline in enumerate(outlines):
        planes.setdefault(round(outline.z), []).append(i)
    twins: set[int] = set()
    for here in planes.values():
        corners: dict[tuple[int, int], list[int]] = {}  # by the voxel of the lowest row and column
        for i in here if len(here) > 1 else ():
            y, x = outlines[i].vertices_yx.min(axis=0)
            cells = {(int(a), int(b)) for a in _cells(y) for b in _cells(x)}
            if any(_equal(outlines[i], outlines[j]) for cell in cells for j in corners.get(cell, ())):
                twins.add(i)
            else:
                corners.setdefault((int(np.floor(y)), int(np.floor(x))), []).append(i)
    return [outline for i, outline in enumerate(outlines) if i not in twins], len(twins)


def _cells(low: float) -> FloatArray:
    """Return the whole numbers that a position within ``TWIN_VOXELS`` of this one may be rounded down to."""
    cells: FloatArray = np.floor([low - TWIN_VOXELS, low, low + TWIN_VOXELS])
    return cells


def _equal(one: Outline, other: Outline) -> bool:
    """Tell whether two outlines are one; their areas and planes are compared first, which is cheap."""
    if abs(one.area - other.area) > 0.01 * (1 + one.area) or abs(one.z - other.z) > TWIN_VOXELS:
        return False
    ring, ring_of_other = _ring(one), _ring(other)
    return len(ring) == len(ring_of_other) and _same_ring(ring, ring_of_other)


def _ring(outline: Outline) -> FloatArray:
    """Return the vertices without those that repeat the one before, also from the last to the first."""
    vertices = outline.vertices_yx
    moved = np.abs(vertices - np.roll(vertices, 1, axis=0)).max(axis=1) > TWIN_VOXELS
    ring: FloatArray = vertices[moved] if moved.any() else vertices[:1]
    return ring


def _same_ring(one: FloatArray, other: FloatArray) -> bool:
    starts = np.flatnonzero(np.abs(other - one[0]).max(axis=1) <= TWIN_VOXELS)
    return any(
        bool((np.abs(np.roll(ring, -begin, axis=0) - one) <= TWIN_VOXELS).all())
        for start in starts
        for ring, begin in ((other, start), (other[::-1], len(other) - 1 - start))
    )


def area_within(outline: Outline, grid: Geometry) -> float:
    """Area of the part of an outline inside the image's border, half a pixel beyond the outer centres."""
    vertices = outline.vertices_yx
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    if low.min() >= -0.5 and high[0] <= grid.size_zyx[1] - 0.5 and high[1] <= grid.size_zyx[2] - 0.5:
        return outline.area
    for axis in (0, 1):
        for sign, border in ((1.0, -0.5), (-1.0, grid.size_zyx[axis + 1] - 0.5)):
            vertices = _clip(vertices, sign * (vertices[:, axis] - border))
    return _area(vertices) if len(vertices) else 0.0


def length(outline: Outline) -> float:
    """Length of an outline in pixels."""
    steps = outline.vertices_yx - np.roll(outline.vertices_yx, 1, axis=0)
    return float(np.hypot(steps[:, 0], steps[:, 1]).sum())


def _area(vertices_yx: FloatArray) -> float:
    """Area of a polygon in pixels (shoelace formula)."""
    y, x = (vertices_yx - vertices_yx[0]).T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(y[:-1], x[1:]))) / 2


def _area_3d(points_xyz_mm: FloatArray, grid: Geometry) -> float:
    """Area of a polygon in any plane, in pixels of the grid (Newell's formula)."""
    centred = points_xyz_mm - points_xyz_mm.mean(axis=0)
    normal = np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    return float(np.linalg.norm(normal)) / 2 / (grid.spacing_zyx_mm[1] * grid.spacing_zyx_mm[2])


def _clip(vertices: FloatArray, depth: FloatArray) -> FloatArray:
    """Keep the part of a polygon where depth, linear in space and given at the vertices, is not negative."""
    if not len(vertices) or (depth >= 0).all():
        return vertices
    following, depth_following = np.roll(vertices, -1, axis=0), np.roll(depth, -1)
    crossing = (depth >= 0) != (depth_following >= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(crossing, depth / (depth - depth_following), 0.0)
    corners = vertices + share[:, None] * (following - vertices)
    both = np.stack([vertices, corners], axis=1).reshape(-1, 2)
    kept: FloatArray = both[np.stack([depth >= 0, crossing], axis=1).ravel()]
    return kept
