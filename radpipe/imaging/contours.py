"""Contours to voxels: which slice a contour belongs to, holes, overlaps, gaps, and what lies outside."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.interpolation import bridge_gaps
from radpipe.imaging.outlines import XOR_TYPES, Contour, Outline, area_within, length, place_all, without_twins
from radpipe.imaging.plane_shapes import Shape
from radpipe.imaging.planes import Plane, Stack, plane_positions_mm, polygons, stack_planes
from radpipe.imaging.strays import find_strays
from radpipe.kernels.polygon import fill_even_odd
from radpipe.problems import Action
from radpipe.volume import Box

__all__ = ["Contour", "fill_contours", "outside_notes"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

AREA_TYPES = frozenset({"CLOSED_PLANAR"})

OUTSIDE_LIMIT_PERCENT = 5.0
"""Up to this share of the area a ROI may be cut by the image with a warning; beyond, it is refused."""


CROSSED_SHARE = 0.1
"""A contour whose area differs from its voxels by more than this share crosses itself ..."""

CROSSED_EDGE = 0.6
"""... unless they differ by less than this part of a pixel along its length: rounding to voxels takes up to half."""


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
        What to do about overlaps, gaps and what is cut.
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
    Equal contours count once. A contour belongs to the nearest slice within half a spacing, half way between two to the
    upper one; when contours of several planes meet on one slice, the plane nearest to it is filled and the others are
    counted in ``W_OFF_SLICE``. The rule for centres exactly on an edge is that of
    :func:`~radpipe.kernels.polygon.fill_even_odd`; none of the published masks that it was compared with (IBSI 1 CT
    phantom, IBSI 2 validation set) has such a centre.
    """
    closed, notes = _closed(contours, policy, path)
    outlines, twins = without_twins(place_all(closed, grid))
    stack = stack_planes(outlines, grid)
    notes += _place_notes(outlines, stack, grid, policy, path)
    flat = _flat_box(stack.by_slice.values(), grid)
    shapes: dict[int, Shape] = {}
    nested = 0
    union = policy.action("W_NESTED_CONTOURS") is Action.FIX
    for z, plane in stack.by_slice.items():
        inside, overlap, alike = _fill_plane(plane.outlines, flat, union)
        shapes[z] = Shape.of_plane(plane, inside, (flat[0].start, flat[1].start), grid)
        nested += overlap
        twins += alike
    notes += _crossed_notes(shapes, stack, grid, policy, path)
    if twins:
        notes.append(policy.meet("W_DOUBLED_CONTOURS", path=path, count=twins))
    if nested:
        notes.append(policy.meet("W_NESTED_CONTOURS", path=path, count=nested, effect=_EFFECT[union]))
    strays = find_strays({z: shape.inside for z, shape in shapes.items()})
    notes += _stray_notes(shapes, strays, stack, grid, policy, path)
    filled, gaps = bridge_gaps({z: shape for z, shape in shapes.items() if z not in strays}, grid, policy, path)
    filled |= {z: shapes[z].inside for z in strays}
    notes += gaps
    if not filled:
        return (slice(0, 0), *flat), np.zeros((0, *_shape(flat)), dtype=np.bool_), tuple(notes)
    notes += _cut_notes(filled, stack, grid, policy, path)
    first, last = min(filled), max(filled)
    array = np.zeros((last + 1 - first, *_shape(flat)), dtype=np.bool_)
    for z, inside in filled.items():
        array[z - first] = inside
    return (slice(first, last + 1), *flat), array, tuple(notes)


_EFFECT = {True: "their union was taken", False: "the overlap is a hole (even-odd)"}

_FlatBox = tuple[slice, slice]


def _place_notes(
    outlines: Sequence[Outline], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of contours between slices, and of what lies outside the image."""
    notes = []
    total = sum(outline.area for outline in outlines)
    lost = sum(outline.area for outline in stack.lost)
    if stack.off_slice or stack.displaced:
        facts = {"count": stack.off_slice, "percent": _percent(lost, total), "displaced": stack.displaced}
        notes.append(policy.meet("W_OFF_SLICE", path=path, **facts))
    used = [outline for plane in stack.by_slice.values() for outline in plane.outlines]
    cut = sum(outline.area - area_within(outline, grid) for outline in used)
    return notes + outside_notes(_percent(cut + lost, total), policy, path)


def _crossed_notes(
    shapes: Mapping[int, Shape], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Compare the area of single contours with the voxels they enclose: they differ where a ring crosses itself."""
    crossed: list[tuple[float, int]] = []
    for z, plane in stack.by_slice.items():
        if len(plane.outlines) == 1:
            area, voxels = area_within(plane.outlines[0], grid), int(np.count_nonzero(shapes[z].inside))
            limit = max(CROSSED_SHARE * max(area, voxels), CROSSED_EDGE * length(plane.outlines[0]))
            if abs(area - voxels) > limit:
                crossed.append((area, voxels))
    if not crossed:
        return []
    area, voxels = (sum(column) for column in zip(*crossed, strict=True))
    return [policy.meet("W_CROSSED_CONTOURS", path=path, count=len(crossed), area=area, filled=voxels)]


def _stray_notes(
    shapes: Mapping[int, Shape], strays: Sequence[int], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of a few voxels far above or below the rest: a click that was left on another slice."""
    if not strays:
        return []
    total = sum(int(np.count_nonzero(shape.inside)) for shape in shapes.values())
    facts = {
        "count": sum(len(stack.by_slice[z].outlines) for z in strays),
        "percent": _percent(sum(int(np.count_nonzero(shapes[z].inside)) for z in strays), total),
        "positions": ", ".join(f"z = {z:.6g} mm" for z in sorted(plane_positions_mm(grid, strays))),
    }
    return [policy.meet("W_STRAY_CONTOURS", path=path, **facts)]


def _cut_notes(
    filled: Mapping[int, BoolArray], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of a ROI that reaches the first or the last slice: it may go on beyond the image, unless that is known."""
    last = grid.size_zyx[0] - 1
    beyond = {0 if outline.z < 0 else last for outline in stack.lost if not 0 <= outline.z <= last}
    ends = [z for z in (0, last) if last > 0 and z not in beyond and z in filled and filled[z].any()]
    if not ends:
        return []
    positions = ", ".join(f"z = {z:.6g} mm" for z in sorted(plane_positions_mm(grid, ends)))
    return [policy.meet("W_CUT", path=path, positions=positions)]


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
    full = [contour for contour in closed if _has_corners(contour.points_xyz_mm)]
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


def _has_corners(points: FloatArray) -> bool:
    """Tell whether at least three points differ."""
    if len(points) < 3:
        return False
    first, second, third = points[0], points[1], points[2]
    differ = (first != second).any() and (second != third).any() and (first != third).any()
    return bool(differ) or len(np.unique(points, axis=0)) >= 3


def _shape(flat: _FlatBox) -> tuple[int, int]:
    y, x = flat
    return (y.stop - y.start, x.stop - x.start)


def _flat_box(planes: Iterable[Plane], grid: Geometry) -> _FlatBox:
    """Return the rows and columns of the grid that hold every voxel centre that the contours can enclose."""
    vertices = [outline.vertices_yx for plane in planes for outline in plane.outlines]
    if not vertices:
        return (slice(0, 0), slice(0, 0))
    points = np.concatenate(vertices)
    low = np.clip(np.floor(points.min(axis=0)), 0, grid.size_zyx[1:]).astype(int)
    high = np.clip(np.ceil(points.max(axis=0)) + 1, low, grid.size_zyx[1:]).astype(int)
    y, x = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return (y, x)


def _fill_plane(plane: Sequence[Outline], flat: _FlatBox, union: bool) -> tuple[BoolArray, bool, int]:
    """Fill one slice; tell whether outlines that are not of XOR type overlap on it, and how many are equal there."""
    even_odd = _fill(plane, flat)
    plain = [outline for outline in plane if not outline.is_xor]
    if len(plain) < 2 or not _boxes_meet(plain):
        return even_odd, False, 0
    each = [_fill([outline], flat) for outline in plain]
    single = list({inside.tobytes() if inside.any() else i: inside for i, inside in enumerate(each)}.values())
    alike = len(plain) - len(single)
    together = np.logical_or.reduce(single)
    inverted = _fill([outline for outline in plane if outline.is_xor], flat)
    if alike:
        even_odd = np.logical_xor.reduce([inverted, *single])
    if sum(np.count_nonzero(inside) for inside in single) == np.count_nonzero(together):
        return even_odd, False, alike
    if not union:
        return even_odd, True, alike
    return together ^ inverted, True, alike


def _fill(plane: Sequence[Outline], flat: _FlatBox) -> BoolArray:
    y, x = flat
    return fill_even_odd(*polygons(plane), _shape(flat), (y.start, x.start))


def _boxes_meet(plane: Sequence[Outline]) -> bool:
    boxes = [(outline.vertices_yx.min(axis=0), outline.vertices_yx.max(axis=0)) for outline in plane]
    return any(
        bool((low <= other_high).all() and (other_low <= high).all())
        for i, (low, high) in enumerate(boxes)
        for other_low, other_high in boxes[:i]
    )


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else 0.0
