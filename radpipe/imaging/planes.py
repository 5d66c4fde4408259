"""Planes of contours against slices: the slice of each plane, the slices without one, the image they were drawn on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.imaging.outlines import PLANAR_VOXELS, Outline

__all__ = [
    "ON_SLICE_VOXELS",
    "Plane",
    "Stack",
    "plane_positions_mm",
    "points_up",
    "polygons",
    "score_planes",
    "stack_planes",
]

FloatArray = npt.NDArray[np.float64]

ON_SLICE_VOXELS = 0.05
"""A contour further than this share of the spacing from its slice lies between slices."""

SAME_PLANE_VOXELS = 2 * ON_SLICE_VOXELS
"""Contours no further apart than this are of one plane."""

TIE_VOXELS = 0.02
"""A plane this near to the middle between two slices lies half way: positions are written with few digits."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The outlines of one plane, at its slice coordinate."""

    z: float
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """The planes of a ROI on the slices of a grid.

    Parameters
    ----------
    by_slice
        Slice -> the plane that is filled there, ascending.
    lost
        Outlines that no slice takes: in another plane, or beyond the first and last slice.
    displaced
        How many outlines gave way to a plane nearer to their slice.
    off_slice
        How many outlines lie between slices or are tilted against them, the lost ones included.
    """

    by_slice: Mapping[int, Plane]
    lost: tuple[Outline, ...]
    displaced: int
    off_slice: int


def stack_planes(outlines: Sequence[Outline], grid: Geometry) -> Stack:
    """Give each plane of contours its slice.

    A plane belongs to the nearest slice; half way between two, to the one further up (:func:`points_up`). So a ROI
    that is off by half a spacing throughout keeps one plane per slice. Of several planes of one slice the nearest is
    filled.

    Parameters
    ----------
    outlines
        Of one ROI, in any order.
    grid
        The grid to fill.
    """
    up = points_up(grid)
    lost = [outline for outline in outlines if outline.span > PLANAR_VOXELS]
    off_slice = len(lost)
    nearest: dict[int, list[Plane]] = {}
    planes = _planes([outline for outline in outlines if outline.span <= PLANAR_VOXELS])
    for plane in planes:
        z = _slice_of(plane.z, up=up)
        if 0 <= z < grid.size_zyx[0]:
            nearest.setdefault(z, []).append(plane)
            off_slice += sum(
                abs(outline.z - z) > ON_SLICE_VOXELS or outline.span > SAME_PLANE_VOXELS for outline in plane.outlines
            )
        else:
            lost.extend(plane.outlines)
            off_slice += len(plane.outlines)
    used = {z: min(nearest[z], key=lambda plane, z=z: abs(plane.z - z)) for z in sorted(nearest)}  # type: ignore[misc]
    displaced = sum(len(plane.outlines) for z, some in nearest.items() for plane in some if plane is not used[z])
    return Stack(used, tuple(lost), displaced, off_slice)


def polygons(outlines: Sequence[Outline]) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    """Return the vertices of outlines (y, x), one after the other, and where each begins and the last ends."""
    counts = [len(outline.vertices_yx) for outline in outlines]
    vertices = np.concatenate([outline.vertices_yx for outline in outlines]) if outlines else np.empty((0, 2))
    return vertices, np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def points_up(grid: Geometry) -> bool:
    """Tell whether the slice index grows with the patient coordinate that changes most along it (up, if axial)."""
    normal = grid.direction_matrix[:, 2]
    return bool(normal[np.argmax(np.abs(normal))] > 0)


def plane_positions_mm(grid: Geometry, slices: Sequence[int]) -> FloatArray:
    """Return the positions of slices along their normal, in mm: the patient's z in an axial image.

    Parameters
    ----------
    grid
        The grid.
    slices
        Slice indices, shape (n,).
    """
    normal = grid.direction_matrix[:, 2] * (1 if points_up(grid) else -1)
    start = float(np.dot(grid.origin_xyz_mm, normal))
    step = grid.spacing_zyx_mm[0] * (1 if points_up(grid) else -1)
    return start + step * np.asarray(slices, dtype=np.float64)


def score_planes(points_xyz_mm: npt.ArrayLike, grid: Geometry) -> float:
    """Tell how well planes of contours fit the slices of an image: which of several images a ROI was drawn on.

    Parameters
    ----------
    points_xyz_mm
        One point of each contour, patient coordinates, shape (n, 3).
    grid
        Of the image.

    Returns
    -------
    float
        The share of planes that lie on a slice, times the share of neighbouring planes that are one slice apart: 1 for
        a ROI drawn on each slice of this image; for one drawn on 3.27 mm and asked of slices 1.09 mm apart the second
        share is 0. A single plane has no neighbours and is judged by the first share alone. 0 without a plane.

    Examples
    --------
    >>> fine = Geometry((9, 4, 4), (1.0, 1.0, 1.0))
    >>> coarse = Geometry((3, 4, 4), (3.0, 1.0, 1.0))
    >>> drawn = [(0.0, 0.0, z) for z in (0.0, 3.0, 6.0)]
    >>> score_planes(drawn, fine), score_planes(drawn, coarse)
    (0.0, 1.0)
    """
    points = np.asarray(points_xyz_mm, dtype=np.float64).reshape(-1, 3)
    if not len(points):
        return 0.0
    z = np.sort(grid.mm_to_index(points)[:, 0])
    z = z[np.concatenate(([True], np.diff(z) > SAME_PLANE_VOXELS))]
    on_slice = (np.abs(z - np.rint(z)) <= ON_SLICE_VOXELS) & (z > -0.5) & (z < grid.size_zyx[0] - 0.5)
    steps = np.diff(z)
    neighbours = float(np.mean(np.abs(steps - 1) <= SAME_PLANE_VOXELS)) if len(steps) else 1.0
    return float(np.mean(on_slice)) * neighbours


def _planes(outlines: Sequence[Outline]) -> list[Plane]:
    """Gather outlines into planes, ascending."""
    ordered = sorted(outlines, key=lambda outline: outline.z)
    groups: list[list[Outline]] = []
    for outline in ordered:
        if groups and outline.z - groups[-1][0].z <= SAME_PLANE_VOXELS:
            groups[-1].append(outline)
        else:
            groups.append([outline])
    return [Plane(float(np.mean([outline.z for outline in group])), tuple(group)) for group in groups]


def _slice_of(z: float, *, up: bool) -> int:
    """Round to the nearest slice, from half way (within ``TIE_VOXELS``) up or down."""
    return int(np.floor(z + 0.5 + TIE_VOXELS)) if up else int(np.ceil(z - 0.5 - TIE_VOXELS))
