"""Faults of a stack of slices: gaps, tilt, and slices beside the line of the others."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from radpipe.errors import Note, Policy
from radpipe.imaging.slices import FloatArray, Slice

__all__ = ["TILT_DEGREES", "stacking_line", "stacking_places"]


REGULAR_SHARE = 0.02
REGULAR_MM = 0.06
"""A gap may differ from the spacing by 2 % or 0.06 mm, whichever is more: some positions are written with one
decimal."""

OFF_LINE_MM = 0.15
OFF_LINE_PIXELS = 0.15
"""A slice may lie this far beside the line of the others, in mm or in pixels, whichever is more: positions are written
with one decimal, so that each may be 0.05 mm off along each axis."""

TILT_DEGREES = 0.1
"""Greatest angle between the slices' normal and the direction they are stacked in."""


def stacking_line(positions: FloatArray, ordered: Sequence[Slice], policy: Policy) -> tuple[float, list[Note]]:
    """Fit the line that slices are stacked along, by medians, and compare each slice with it.

    Parameters
    ----------
    positions
        Along the normal in mm, ascending.
    ordered
        The slices, in that order.
    policy
        What to do about ``E_TILT`` and ``E_OFF_LINE``.

    Returns
    -------
    degrees, notes
        The angle between the line and the slices' normal, 0 where the stack drifts by less than rounded positions can
        make it; and what was accepted.

    Raises
    ------
    InputError
        ``E_TILT``, ``E_OFF_LINE``.
    """
    first = ordered[0]
    places = np.array([part.position_xyz_mm for part in ordered])
    within = places @ np.stack([first.orientation[:3], first.orientation[3:]], axis=1)
    half = max(len(ordered) // 2, 1)  # far pairs: rounded positions turn the line of near ones
    slope = np.median((within[half:] - within[:-half]) / (positions[half:] - positions[:-half])[:, None], axis=0)
    along = positions[:, None] * slope
    beside = within - along - np.median(within - along, axis=0)
    distances = np.linalg.norm(beside, axis=1)
    notes = []
    tolerance = max(OFF_LINE_MM, OFF_LINE_PIXELS * min(first.header.spacing_yx_mm))
    steepness = float(np.linalg.norm(slope))
    drifts = steepness * float(positions[-1] - positions[0]) > OFF_LINE_MM
    degrees = float(np.degrees(np.arctan(steepness))) if drifts else 0.0
    if degrees > TILT_DEGREES:
        notes.append(policy.meet("E_TILT", path=first.path, degrees=degrees))
    odd = np.flatnonzero(distances > tolerance)
    if len(odd):
        worst = int(np.argmax(distances))
        facts = {"count": len(odd), "distance": float(distances[worst]), "position": float(positions[worst])}
        notes.append(policy.meet("E_OFF_LINE", path=ordered[worst].path, **facts))
    return degrees, notes


def stacking_places(
    positions: FloatArray, ordered: Sequence[Slice], policy: Policy
) -> tuple[npt.NDArray[np.int64], list[Note]]:
    """Give each slice the number of its place, leaving out those of missing slices.

    Parameters
    ----------
    positions
        Along the normal in mm, ascending.
    ordered
        The slices, in that order.
    policy
        What to do about ``E_IRREGULAR_SPACING`` and ``E_MISSING_SLICE``.

    Returns
    -------
    places, notes
        From 0 on, ascending; and what was accepted.

    Raises
    ------
    InputError
        ``E_IRREGULAR_SPACING``, ``E_MISSING_SLICE``.
    """
    gaps = np.diff(positions)
    spacing = float(np.median(gaps))
    tolerance = max(REGULAR_SHARE * spacing, REGULAR_MM)
    steps = np.maximum(np.round(gaps / spacing).astype(np.int64), 1)
    plain = np.arange(len(positions), dtype=np.int64)
    path = ordered[int(np.argmax(np.abs(gaps - spacing)))].path
    if (np.abs(gaps - steps * spacing) > tolerance * steps).any():
        facts = {"smallest": float(gaps.min()), "largest": float(gaps.max())}
        return plain, [policy.meet("E_IRREGULAR_SPACING", path=path, **facts)]
    if (steps == 1).all():
        return plain, []
    where = np.flatnonzero(steps > 1)
    listed = "; ".join(f"{gaps[i]:.4g} mm after {positions[i]:.2f} mm" for i in where[:4])
    note = policy.meet("E_MISSING_SLICE", path=ordered[int(where[0])].path, spacing=spacing, gaps=listed)
    return np.concatenate(([0], np.cumsum(steps))), [note]
