"""Slices to a stack: order by projected position, and one grid."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from radpipe.errors import Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.damage import reading
from radpipe.imaging.slice_twins import without_twins
from radpipe.imaging.slices import Slice
from radpipe.imaging.stack_faults import TILT_DEGREES, stacking_line, stacking_places

__all__ = ["Stack", "stack"]


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Slices in order, and their grid.

    Parameters
    ----------
    slices
        Sorted along the normal; None where a missing slice is to be interpolated.
    geometry
        Of all places, missing ones included.
    notes
        What was set aside or accepted.
    """

    slices: tuple[Slice | None, ...]
    geometry: Geometry
    notes: tuple[Note, ...] = ()


def stack(slices: Sequence[Slice], policy: Policy) -> Stack:
    """Order parallel slices and give them a grid.

    Parameters
    ----------
    slices
        Of one orientation, matrix and pixel spacing; at least one.
    policy
        What to do about twins, gaps, tilt and a single slice.

    Raises
    ------
    InputError
        ``E_DUPLICATE_POSITION``, ``E_MISSING_SLICE``, ``E_IRREGULAR_SPACING``, ``E_TILT``, ``E_OFF_LINE``,
        ``E_SINGLE_SLICE``.

    Notes
    -----
    Spacing is the distance of first and last slice divided by the number of steps, as ITK computes it; SliceThickness
    is never looked at, but for a single slice that the policy lets pass.
    """
    normal = slices[0].normal
    ordered = sorted(slices, key=lambda plane: (float(normal @ plane.position_xyz_mm), plane.header.number))
    ordered, notes = without_twins(ordered, normal, policy)
    if len(ordered) == 1:
        notes.append(policy.meet("E_SINGLE_SLICE", path=ordered[0].path))
        return Stack((ordered[0],), _grid(ordered, 1, _thickness(ordered[0])), tuple(notes))
    along = ordered[-1].position_xyz_mm - ordered[0].position_xyz_mm
    positions = np.array([normal @ plane.position_xyz_mm for plane in ordered])
    degrees, notes_of_line = stacking_line(positions, ordered, policy)
    notes += notes_of_line
    places, notes_of_gaps = stacking_places(positions, ordered, policy)
    filled: list[Slice | None] = [None] * (int(places[-1]) + 1)
    for place, plane in zip(places, ordered, strict=True):
        filled[int(place)] = plane
    length = float(np.linalg.norm(along)) if degrees <= TILT_DEGREES else float(positions[-1] - positions[0])
    grid = _grid(ordered, len(filled), length / (len(filled) - 1))
    return Stack(tuple(filled), grid, (*notes, *notes_of_gaps))


def _thickness(plane: Slice) -> float:
    with reading(plane.path):
        thickness = float(plane.dataset.get("SliceThickness") or 1.0)
    return thickness if 0 < thickness < np.inf else 1.0


def _grid(ordered: Sequence[Slice], count: int, spacing_z_mm: float) -> Geometry:
    first = ordered[0]
    frames = Counter(str(plane.dataset.get("FrameOfReferenceUID") or "") for plane in ordered)
    x_axis, y_axis = first.orientation[:3], first.orientation[3:]
    direction = np.stack([x_axis, y_axis, first.normal], axis=1)
    if not np.allclose(direction @ direction.T, np.eye(3), rtol=0, atol=5e-5):
        left, _, right = np.linalg.svd(direction)
        direction = left @ right
    x, y, z = (float(v) for v in first.position_xyz_mm)
    return Geometry(
        (count, *first.header.size_yx),
        (spacing_z_mm, *first.header.spacing_yx_mm),
        (x, y, z),
        tuple(float(v) for v in direction.ravel()),
        frames.most_common(1)[0][0] or None,
    )
