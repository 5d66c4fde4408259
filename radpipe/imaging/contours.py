"""Contours to voxels: which slice a contour belongs to, holes, overlaps, and what lies outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.kernels.polygon import fill_even_odd
from radpipe.problems import Action
from radpipe.volume import Box

__all__ = ["Contour", "fill_contours", "outside_notes"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

AREA_TYPES = frozenset({"CLOSED_PLANAR"})
XOR_TYPES = frozenset({"CLOSEDPLANAR_XOR", "CLOSED_PLANARXOR", "CLOSED_PLANAR_XOR"})

SNAP_DECIMALS = 9
"""Vertices are rounded to 1e-9 voxel, so that a vertex drawn on a voxel centre lies on it after the arithmetic."""

ON_SLICE_VOXELS = 0.05
"""A contour further than this share of the spacing from its slice lies between slices."""

PLANAR_VOXELS = 0.5
"""A contour that spans more slices than this is not drawn in the image's plane."""

OUTSIDE_LIMIT_PERCENT = 5.0
"""Up to this share of the area a ROI may be cut by the image with a warning; beyond, it is refused."""


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
class _Placed:
    """A closed contour in voxel indices: vertices (n, 2) in y, x; slice coordinate; area in pixels."""

    vertices_yx: FloatArray
    z: float
    span: float
    is_xor: bool
    area: float


def fill_contours(
    contours: Sequence[Contour], grid: Geometry, policy: Policy, *, path: str | None = None
) -> tuple[Box, BoolArray, tuple[Note, ...]]:
    """Fill the contours of one ROI: a voxel is inside when its centre is, even-odd over all contours of a slice.

    Parameters
    ----------
    contours
        All contours of the ROI, of any type, in any order.
    grid
        The grid to fill; contours are mapped through its direction, so it may be oblique.
    policy
        What to do about overlaps and what is cut.
    path
        Named in errors.

    Returns
    -------
    box, array, notes
        A box of the grid that holds the ROI, the voxels of that box, possibly none inside, and what the row must tell.

    Raises
    ------
    InputError
        ``E_NO_CONTOURS``, ``E_OUTSIDE``, or a warning that the policy made an error.

    Notes
    -----
    A contour belongs to the nearest slice within half a spacing. When contours of several planes meet on one slice,
    the plane nearest to it is filled and the others are counted in ``W_OFF_SLICE``. The rule for centres exactly on
    an edge is that of :func:`~radpipe.kernels.polygon.fill_even_odd`; none of the published masks that it was compared
    with (IBSI 1 CT phantom, IBSI 2 validation set) has such a centre.
    """
    closed, notes = _closed(contours, policy, path)
    placed = [_place(contour, grid) for contour in closed]
    used, off_slice, off_area = _by_slice(placed, grid)
    total = sum(contour.area for contour in placed)
    if off_slice:
        percent = _percent(off_area, total)
        notes.append(policy.meet("W_OFF_SLICE", path=path, count=off_slice, percent=percent))
    cut = sum(contour.area - _area_within(contour, grid) for plane in used.values() for contour in plane)
    notes += outside_notes(_percent(cut + off_area, total), policy, path)
    box = _box_around(used, grid)
    array = np.zeros([span.stop - span.start for span in box], dtype=np.bool_)
    nested = 0
    union = policy.action("W_NESTED_CONTOURS") is Action.FIX
    for z, plane in used.items():
        array[z - box[0].start], overlap = _fill_plane(plane, box, union)
        nested += overlap
    if nested:
        notes.append(policy.meet("W_NESTED_CONTOURS", path=path, count=nested, effect=_EFFECT[union]))
    return box, array, tuple(notes)


_EFFECT = {True: "their union was taken", False: "the overlap is a hole (even-odd)"}


def outside_notes(percent: float, policy: Policy, path: str | None) -> list[Note]:
    """Warn of a share of area outside the image, or refuse it beyond ``OUTSIDE_LIMIT_PERCENT``.

    Raises
    ------
    InputError
        ``E_OUTSIDE``, or ``W_OUTSIDE`` where the policy made it an error.
    """
    if percent <= 0.05:
        return []
    code = "W_OUTSIDE" if percent <= OUTSIDE_LIMIT_PERCENT else "E_OUTSIDE"
    return [policy.meet(code, path=path, percent=percent)]


def _closed(contours: Sequence[Contour], policy: Policy, path: str | None) -> tuple[list[Contour], list[Note]]:
    """Separate contours that have an area from points, open lines and degenerate ones, and count these."""
    notes = []
    closed = [contour for contour in contours if contour.kind in AREA_TYPES | XOR_TYPES]
    full = [contour for contour in closed if len(np.unique(contour.points_xyz_mm, axis=0)) >= 3]
    others = sorted(contour.kind or "untyped" for contour in contours if contour.kind not in AREA_TYPES | XOR_TYPES)
    if not full:
        kinds = sorted({contour.kind or "untyped" for contour in contours})
        found = f"{len(contours)} contours, types {', '.join(kinds)}" if contours else "no contour at all"
        raise InputError("E_NO_CONTOURS", path=path, found=found)
    if others:
        kinds_text = ", ".join(f"{others.count(kind)} {kind}" for kind in sorted(set(others)))
        notes.append(policy.meet("W_OPEN_CONTOURS", path=path, count=len(others), kinds=kinds_text))
    if len(full) < len(closed):
        notes.append(policy.meet("W_DEGENERATE_CONTOURS", path=path, count=len(closed) - len(full)))
    return full, notes


def _place(contour: Contour, grid: Geometry) -> _Placed:
    index = np.round(grid.mm_to_index(contour.points_xyz_mm), SNAP_DECIMALS)
    z = index[:, 0]
    vertices = np.ascontiguousarray(index[:, 1:])
    in_plane = float(z.max() - z.min()) <= PLANAR_VOXELS
    area = _area(vertices) if in_plane else _area_3d(contour.points_xyz_mm, grid)
    return _Placed(vertices, float(z.mean()), float(z.max() - z.min()), contour.kind in XOR_TYPES, area)


def _by_slice(placed: Sequence[_Placed], grid: Geometry) -> tuple[dict[int, list[_Placed]], int, float]:
    """Give each contour its slice; count those between slices, and the area that no slice took."""
    planes: dict[int, list[_Placed]] = {}
    off_slice, lost = 0, 0.0
    for contour in placed:
        z = round(contour.z)
        if contour.span > PLANAR_VOXELS or not 0 <= z < grid.size_zyx[0]:
            off_slice += 1
            lost += contour.area
        else:
            off_slice += abs(contour.z - z) > ON_SLICE_VOXELS
            planes.setdefault(z, []).append(contour)
    used = {}
    for z, plane in planes.items():
        nearest = min((contour.z for contour in plane), key=lambda position, z=z: abs(position - z))  # type: ignore[misc]
        used[z] = [contour for contour in plane if abs(contour.z - nearest) <= 2 * ON_SLICE_VOXELS]
    return used, off_slice, lost


def _box_around(used: Mapping[int, Sequence[_Placed]], grid: Geometry) -> Box:
    """Return the box of the grid that holds every voxel centre that the contours can enclose."""
    if not used:
        return (slice(0, 0), slice(0, 0), slice(0, 0))
    vertices = np.concatenate([contour.vertices_yx for plane in used.values() for contour in plane])
    low = np.clip(np.floor(vertices.min(axis=0)), 0, grid.size_zyx[1:]).astype(int)
    high = np.clip(np.ceil(vertices.max(axis=0)) + 1, low, grid.size_zyx[1:]).astype(int)
    y, x = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return (slice(min(used), max(used) + 1), y, x)


def _fill_plane(plane: Sequence[_Placed], box: Box, union: bool) -> tuple[BoolArray, bool]:
    """Fill one slice; tell whether contours that are not of XOR type overlap on it."""
    even_odd = _fill(plane, box)
    plain = [contour for contour in plane if not contour.is_xor]
    if len(plain) < 2 or not _boxes_meet(plain):
        return even_odd, False
    single = [_fill([contour], box) for contour in plain]
    together = np.logical_or.reduce(single)
    if sum(np.count_nonzero(one) for one in single) == np.count_nonzero(together):
        return even_odd, False
    if not union:
        return even_odd, True
    return together ^ _fill([contour for contour in plane if contour.is_xor], box), True


def _fill(plane: Sequence[_Placed], box: Box) -> BoolArray:
    counts = [len(contour.vertices_yx) for contour in plane]
    vertices = np.concatenate([contour.vertices_yx for contour in plane]) if plane else np.empty((0, 2))
    starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    y, x = box[1:]
    return fill_even_odd(vertices, starts, (y.stop - y.start, x.stop - x.start), (y.start, x.start))


def _boxes_meet(plane: Sequence[_Placed]) -> bool:
    boxes = [(contour.vertices_yx.min(axis=0), contour.vertices_yx.max(axis=0)) for contour in plane]
    return any(
        bool((low <= other_high).all() and (other_low <= high).all())
        for i, (low, high) in enumerate(boxes)
        for other_low, other_high in boxes[:i]
    )


def _area(vertices_yx: FloatArray) -> float:
    """Area of a polygon in pixels (shoelace formula)."""
    y, x = (vertices_yx - vertices_yx.mean(axis=0)).T if len(vertices_yx) else (np.zeros(0), np.zeros(0))
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _area_3d(points_xyz_mm: FloatArray, grid: Geometry) -> float:
    """Area of a polygon in any plane, in pixels of the grid (Newell's formula)."""
    centred = points_xyz_mm - points_xyz_mm.mean(axis=0)
    normal = np.cross(centred, np.roll(centred, -1, axis=0)).sum(axis=0)
    return float(np.linalg.norm(normal)) / 2 / (grid.spacing_zyx_mm[1] * grid.spacing_zyx_mm[2])


def _area_within(contour: _Placed, grid: Geometry) -> float:
    """Area of the part of a contour inside the image's border, half a pixel beyond the outer centres."""
    vertices = contour.vertices_yx
    for axis in (0, 1):
        for sign, border in ((1.0, -0.5), (-1.0, grid.size_zyx[axis + 1] - 0.5)):
            vertices = _clip(vertices, sign * (vertices[:, axis] - border))
    return _area(vertices) if len(vertices) else 0.0


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


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else 0.0
