"""What a row must tell of its contours: outside, off their slice, crossing themselves, astray."""

from collections.abc import Mapping, Sequence

import numpy as np

from radpipe.errors import Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.outlines import Outline, area_within, length
from radpipe.imaging.plane_filling import BoolArray
from radpipe.imaging.plane_shapes import Shape
from radpipe.imaging.planes import Stack, plane_positions_mm

__all__ = ["crossed_notes", "cut_notes", "outside_notes", "place_notes", "stray_notes"]


OUTSIDE_LIMIT_PERCENT = 5.0
"""Up to this share of the area a ROI may be cut by the image with a warning; beyond, it is refused."""


CROSSED_SHARE = 0.1
"""A contour whose area differs from its voxels by more than this share crosses itself ..."""

CROSSED_EDGE = 0.6
"""... unless they differ by less than this part of a pixel along its length: rounding to voxels takes up to half."""


def place_notes(
    outlines: Sequence[Outline], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of contours between slices, and of what lies outside the image.

    Parameters
    ----------
    outlines
        Of the ROI, those beyond the stack included.
    stack
        How they were given to slices.
    grid
        The grid that is filled.
    policy
        What to do about ``W_OFF_SLICE``, ``W_OUTSIDE`` and ``E_OUTSIDE``.
    path
        Named in errors.

    Raises
    ------
    InputError
        ``E_OUTSIDE``, or a warning that the policy made an error.
    """
    notes = []
    total = sum(outline.area for outline in outlines)
    lost = sum(outline.area for outline in stack.lost)
    if stack.off_slice or stack.displaced:
        facts = {"count": stack.off_slice, "percent": _percent(lost, total), "displaced": stack.displaced}
        notes.append(policy.meet("W_OFF_SLICE", path=path, **facts))
    used = [outline for plane in stack.by_slice.values() for outline in plane.outlines]
    cut = sum(outline.area - area_within(outline, grid) for outline in used)
    return notes + outside_notes(_percent(cut + lost, total), policy, path)


def crossed_notes(
    shapes: Mapping[int, Shape], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Compare the area of single contours with the voxels they enclose: they differ where a ring crosses itself.

    Parameters
    ----------
    shapes
        Slice -> its plane, filled.
    stack
        The outlines of each slice.
    grid
        The grid that is filled.
    policy
        What to do about ``W_CROSSED_CONTOURS``.
    path
        Named in errors.

    Raises
    ------
    InputError
        The policy made the warning an error.
    """
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


def stray_notes(
    shapes: Mapping[int, Shape], strays: Sequence[int], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of a few voxels far above or below the rest: a click that was left on another slice.

    Parameters
    ----------
    shapes
        Slice -> its plane, filled.
    strays
        Slices of :func:`radpipe.imaging.strays.find_strays`.
    stack
        The outlines of each slice.
    grid
        The grid that is filled.
    policy
        What to do about ``W_STRAY_CONTOURS``.
    path
        Named in errors.

    Raises
    ------
    InputError
        The policy made the warning an error.
    """
    if not strays:
        return []
    total = sum(int(np.count_nonzero(shape.inside)) for shape in shapes.values())
    facts = {
        "count": sum(len(stack.by_slice[z].outlines) for z in strays),
        "percent": _percent(sum(int(np.count_nonzero(shapes[z].inside)) for z in strays), total),
        "positions": ", ".join(f"z = {z:.6g} mm" for z in sorted(plane_positions_mm(grid, strays))),
    }
    return [policy.meet("W_STRAY_CONTOURS", path=path, **facts)]


def cut_notes(
    filled: Mapping[int, BoolArray], stack: Stack, grid: Geometry, policy: Policy, path: str | None
) -> list[Note]:
    """Tell of a ROI that reaches the first or the last slice: it may go on beyond the image, unless that is known.

    Parameters
    ----------
    filled
        Slice -> pixels inside, shape (y, x).
    stack
        With the outlines that lie beyond the image.
    grid
        The grid that is filled.
    policy
        What to do about ``W_CUT``.
    path
        Named in errors.

    Raises
    ------
    InputError
        The policy made the warning an error.
    """
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


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else 0.0
