"""Contours to voxels: those with an area, plane by plane, with their holes, overlaps and gaps."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contour_notes import crossed_notes, cut_notes, place_notes, stray_notes
from radpipe.imaging.interpolation import bridge_gaps
from radpipe.imaging.outlines import XOR_TYPES, Contour, place_all, without_twins
from radpipe.imaging.plane_filling import BoolArray, fill_plane, flat_box, flat_shape
from radpipe.imaging.plane_shapes import Shape
from radpipe.imaging.planes import stack_planes
from radpipe.imaging.strays import find_strays
from radpipe.problems import Action
from radpipe.volume import Box

__all__ = ["fill_contours"]


FloatArray = npt.NDArray[np.float64]

AREA_TYPES = frozenset({"CLOSED_PLANAR"})


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
    notes += place_notes(outlines, stack, grid, policy, path)
    flat = flat_box(stack.by_slice.values(), grid)
    shapes: dict[int, Shape] = {}
    nested = 0
    union = policy.action("W_NESTED_CONTOURS") is Action.FIX
    for z, plane in stack.by_slice.items():
        inside, overlap, alike = fill_plane(plane.outlines, flat, union)
        shapes[z] = Shape.of_plane(plane, inside, (flat[0].start, flat[1].start), grid)
        nested += overlap
        twins += alike
    notes += crossed_notes(shapes, stack, grid, policy, path)
    if twins:
        notes.append(policy.meet("W_DOUBLED_CONTOURS", path=path, count=twins))
    if nested:
        notes.append(policy.meet("W_NESTED_CONTOURS", path=path, count=nested, effect=_EFFECT[union]))
    strays = find_strays({z: shape.inside for z, shape in shapes.items()})
    notes += stray_notes(shapes, strays, stack, grid, policy, path)
    filled, gaps = bridge_gaps({z: shape for z, shape in shapes.items() if z not in strays}, grid, policy, path)
    filled |= {z: shapes[z].inside for z in strays}
    notes += gaps
    if not filled:
        return (slice(0, 0), *flat), np.zeros((0, *flat_shape(flat)), dtype=np.bool_), tuple(notes)
    notes += cut_notes(filled, stack, grid, policy, path)
    first, last = min(filled), max(filled)
    array = np.zeros((last + 1 - first, *flat_shape(flat)), dtype=np.bool_)
    for z, inside in filled.items():
        array[z - first] = inside
    return (slice(first, last + 1), *flat), array, tuple(notes)


_EFFECT = {True: "their union was taken", False: "the overlap is a hole (even-odd)"}


def _closed(contours: Sequence[Contour], policy: Policy, path: str | None) -> tuple[list[Contour], list[Note]]:
    """Separate contours that have an area from points, open lines and degenerate ones, and count these."""
    notes = []
    closed = [contour for contour in contours if contour.kind in AREA_TYPES | XOR_TYPES]
    full = [contour for contour in closed if _has_corners(contour.points_xyz_mm)]
    others = sorted(contour.kind or "untyped" for contour in contours if contour.kind not in AREA_TYPES | XOR_TYPES)
    if not full:
        kinds = sorted({contour.kind or "untyped" for contour in contours})
        contents = f"{len(contours)} contours, types {', '.join(kinds)}" if contours else "no contour at all"
        raise InputError("E_NO_CONTOURS", path=path, found=contents)
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
