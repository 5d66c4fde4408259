"""Slices between the planes of a ROI: told where they are missing, and made of the planes on both sides."""

from collections.abc import Mapping, Sequence

import numpy as np

from radpipe.errors import Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.gaps import BoolArray, Gap, find_gaps
from radpipe.imaging.plane_shapes import Shape, between
from radpipe.imaging.planes import plane_positions_mm, points_up
from radpipe.problems import Action

__all__ = ["bridge_gaps", "interpolated"]


GAPS_NAMED = 3
"""Gaps whose positions a sentence names; of more it tells the number."""


def _positions(gaps: Sequence[Gap], grid: Geometry) -> str:
    """Name the planes on both sides of gaps, in mm."""
    named = sorted(gaps, key=lambda gap: -len(gap.slices))[:GAPS_NAMED]
    words = []
    for gap in sorted(named, key=lambda gap: gap.below):
        low, high = sorted(plane_positions_mm(grid, [gap.below, gap.above]))
        words.append(f"{len(gap.slices)} between z = {low:.6g} and {high:.6g} mm")
    rest = len(gaps) - len(named)
    return ", ".join(words) + (f", and in {rest} more gaps" if rest else "")


def bridge_gaps(
    shapes: Mapping[int, Shape], grid: Geometry, policy: Policy, path: str | None
) -> tuple[dict[int, BoolArray], tuple[Note, ...]]:
    """Look for slices without a plane inside a ROI, tell of them, and interpolate them where the policy says so.

    Parameters
    ----------
    shapes
        Slice -> the plane that is filled there, ascending.
    grid
        The grid that is filled.
    policy
        What to do about ``W_GAP``.
    path
        Named in errors.

    Returns
    -------
    filled, notes
        Slice -> the voxels inside, shape (y, x), ascending; and ``W_GAP`` where there is a gap.

    Raises
    ------
    InputError
        ``W_GAP``, where the policy made it an error.
    """
    filled = {z: shape.inside for z, shape in shapes.items()}
    gaps = find_gaps(filled)
    if not gaps:
        return filled, ()
    missing = len({z for gap in gaps for z in gap.slices})
    effect = "they are empty in the mask"
    if policy.action("W_GAP") is Action.FIX:
        made = interpolated(shapes, gaps, grid)
        before = sum(int(np.count_nonzero(plane)) for plane in filled.values())
        filled = dict(sorted({**filled, **made}.items()))
        added = sum(int(np.count_nonzero(plane)) for plane in filled.values()) - before
        effect = (
            f"{len(made)} slices were interpolated from the planes beside them, which adds "
            f"{added * grid.voxel_volume_mm3:.6g} mm3 ({100.0 * added / before:.0f} % of the drawn volume)"
        )
    percent = 100.0 * missing / len({*shapes, *(z for gap in gaps for z in gap.slices)})
    facts = {"missing": missing, "percent": percent, "where": _positions(gaps, grid), "effect": effect}
    return filled, (policy.meet("W_GAP", path=path, **facts),)


def interpolated(shapes: Mapping[int, Shape], gaps: Sequence[Gap], grid: Geometry) -> dict[int, BoolArray]:
    """Make the slices of gaps, and those at a ROI's ends that its plane spacing still covers.

    Slices of gaps are interpolated (:func:`between`). Where planes are further apart than slices throughout, each
    stands for a layer as thick as their median distance, as in planning systems: slices beyond an end, up to half of
    it (a slice exactly there belongs to the upper end), take the shape of the last plane.

    Parameters
    ----------
    shapes
        Slice -> the plane that is filled there, ascending.
    gaps
        Of these slices.
    grid
        The grid that is filled.

    Returns
    -------
    dict
        Slice -> voxels inside, shape (y, x): slices that ``shapes`` lacks, and those that lack a part, with it.
    """
    made: dict[int, BoolArray] = {}
    up = points_up(grid)
    for gap in gaps:
        below, above = shapes[gap.below], shapes[gap.above]
        if gap.parts is not None:
            below = Shape.of_pixels(gap.below, gap.parts[0], grid)
            above = Shape.of_pixels(gap.above, gap.parts[1], grid)
        for z, inside in zip(gap.slices, between(below, above, gap.slices, grid.spacing_zyx_mm[1:]), strict=True):
            drawn = made.get(z, shapes[z].inside if z in shapes else None)
            made[z] = inside if drawn is None else inside | drawn
    spacing = float(np.median(np.diff([shape.z for shape in shapes.values()])))
    reach = max(spacing, 1.0) / 2
    for z, shape in shapes.items():
        for step in (1, -1):
            beyond = z + step
            while (
                0 <= beyond < grid.size_zyx[0]
                and beyond not in shapes
                and beyond not in made
                and _covered(abs(beyond - shape.z), reach, upper=(step > 0) == up)
            ):
                made[beyond] = shape.inside
                beyond += step
    return made


_ROUNDING = 1e-3
"""Slices, when a distance is compared with half a spacing."""


def _covered(distance: float, reach: float, *, upper: bool) -> bool:
    return distance <= reach + (_ROUNDING if upper else -_ROUNDING)
