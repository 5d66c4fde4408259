"""The order of slices: one regular stack out of the headers of a series, or the reason why there is none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry

__all__ = ["SAME_POSITION_MM", "SPACING_TOLERANCE", "TILT_DEGREES", "SliceHeader", "Stack", "stack_slices"]

SAME_POSITION_MM = 0.01
"""Two slices nearer than this share a position: coordinates are written with two to six decimals."""

SPACING_TOLERANCE = 0.02
"""A distance may differ from the median distance by this share and still be regular: rounding of positions."""

TILT_DEGREES = 0.5
"""Slice normal and stacking direction may differ by this angle; a gantry tilt is several degrees."""


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """What the order of slices needs of one slice.

    Parameters
    ----------
    path, frame
        The file, and the frame in it (0 for single-frame objects).
    position_xyz_mm
        ImagePositionPatient: centre of the first voxel.
    row_xyz, column_xyz
        ImageOrientationPatient: directions of increasing column index and of increasing row index.
    spacing_yx_mm
        PixelSpacing: row distance first, as DICOM has it.
    size_yx
        Rows, Columns.
    instance
        InstanceNumber, or 0.
    localizer
        ImageType says LOCALIZER.
    """

    path: str
    position_xyz_mm: tuple[float, float, float]
    row_xyz: tuple[float, float, float]
    column_xyz: tuple[float, float, float]
    spacing_yx_mm: tuple[float, float]
    size_yx: tuple[int, int]
    instance: int = 0
    frame_of_reference_uid: str | None = None
    sop_uid: str = ""
    localizer: bool = False
    frame: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """Slices in the order of the array, from first to last along the slice normal.

    Parameters
    ----------
    slices
        One header per position.
    twins
        Groups of slices that share a position; the reader compares their pixels.
    geometry
        The grid.
    notes
        What was set aside or tolerated.
    """

    slices: tuple[SliceHeader, ...]
    twins: tuple[tuple[SliceHeader, ...], ...]
    geometry: Geometry
    notes: tuple[Note, ...]


def stack_slices(headers: Sequence[SliceHeader], policy: Policy | None = None) -> Stack:
    """Order the slices of one series by their projected positions.

    Parameters
    ----------
    headers
        Of one series, in any order.
    policy
        What to do about gaps, tilt, mixed content.

    Raises
    ------
    InputError
        ``E_MIXED_SERIES``, ``E_MIXED_SPACING``, ``E_SINGLE_SLICE``, ``E_TILT``, ``E_MISSING_SLICE``,
        ``E_IRREGULAR_SPACING``.
    """
    policy = policy or Policy()
    notes: list[Note] = []
    kept = _one_kind(headers, policy, notes)
    _refuse_mixed_spacing(kept)
    normal = np.cross(kept[0].row_xyz, kept[0].column_xyz)
    groups = _by_position(kept, normal)
    ordered = [group[0] for group in groups]
    depth = np.array([np.dot(one.position_xyz_mm, normal) for one in ordered])
    spacing_z = _slice_spacing(ordered, depth, policy, notes)
    _refuse_tilt(ordered, normal, policy, notes)
    first = ordered[0]
    direction = np.column_stack([first.row_xyz, first.column_xyz, normal])
    geometry = Geometry(
        (len(ordered), *first.size_yx),
        (spacing_z, *first.spacing_yx_mm),
        first.position_xyz_mm,
        tuple(direction.ravel().tolist()),
        first.frame_of_reference_uid,
    )
    twins = tuple(tuple(group) for group in groups if len(group) > 1)
    return Stack(tuple(ordered), twins, geometry, tuple(notes))


def _one_kind(headers: Sequence[SliceHeader], policy: Policy, notes: list[Note]) -> list[SliceHeader]:
    """Set localizers aside and refuse (or, by policy, reduce) a mixture of orientations or matrices."""
    plain = [one for one in headers if not one.localizer] or list(headers)
    dropped = len(headers) - len(plain)
    kinds = Counter(_kind(one) for one in plain)
    best, count = max(kinds.items(), key=lambda item: (item[1], item[0]))
    if len(kinds) > 1:
        strays = len(plain) - count
        if count >= 3 and strays <= 2:
            dropped += strays
        else:
            what = f"{len(kinds)} orientations or matrix sizes"
            notes.append(policy.meet("E_MIXED_SERIES", what=what, kept=count, total=len(headers)))
    if dropped:
        notes.append(
            policy.meet(
                "W_MIXED_SERIES",
                dropped=dropped,
                total=len(headers),
                what="localizers, or slices of another orientation or matrix",
            )
        )
    return [one for one in plain if _kind(one) == best]


def _kind(one: SliceHeader) -> tuple[tuple[float, ...], tuple[int, int]]:
    return tuple(round(c, 3) + 0.0 for c in (*one.row_xyz, *one.column_xyz)), one.size_yx


def _refuse_mixed_spacing(kept: Sequence[SliceHeader]) -> None:
    spacings = np.array([one.spacing_yx_mm for one in kept])
    if np.ptp(spacings, axis=0).max() > 1e-3 * spacings.min():
        values = ", ".join(sorted({f"{y:.4g} x {x:.4g} mm" for y, x in spacings.tolist()})[:4])
        raise InputError("E_MIXED_SPACING", values=values)


def _by_position(kept: Sequence[SliceHeader], normal: npt.NDArray[np.float64]) -> list[list[SliceHeader]]:
    """Sort along the normal and group what shares a position, the lowest InstanceNumber first."""
    order = sorted(
        kept, key=lambda one: (float(np.dot(one.position_xyz_mm, normal)), one.instance, one.path, one.frame)
    )
    groups: list[list[SliceHeader]] = []
    for one in order:
        depth = np.dot(one.position_xyz_mm, normal)
        if groups and depth - np.dot(groups[-1][0].position_xyz_mm, normal) < SAME_POSITION_MM:
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        group.sort(key=lambda one: (one.instance, one.path, one.frame))
    return groups


def _slice_spacing(
    ordered: Sequence[SliceHeader], depth: npt.NDArray[np.float64], policy: Policy, notes: list[Note]
) -> float:
    """Return the distance of slices, from positions; SliceThickness and SpacingBetweenSlices are not believed."""
    if len(ordered) == 1:
        notes.append(policy.meet("E_SINGLE_SLICE", path=ordered[0].path))
        return 1.0
    steps = np.diff(depth)
    usual = float(np.median(steps))
    if np.all(np.abs(steps - usual) <= SPACING_TOLERANCE * usual):
        ends = np.subtract(ordered[-1].position_xyz_mm, ordered[0].position_xyz_mm)
        return float(np.linalg.norm(ends) / (len(ordered) - 1))
    multiples = steps / usual
    gaps = [
        f"{step:.4g} mm after {_axis(ordered[i])}"
        for i, step in enumerate(steps.tolist())
        if multiples[i] > 1 + SPACING_TOLERANCE
    ]
    whole = np.abs(multiples - np.round(multiples)) <= SPACING_TOLERANCE
    if whole.all() and gaps:
        told = ", ".join(gaps[:5]) + (f" and {len(gaps) - 5} more gaps" if len(gaps) > 5 else "")
        notes.append(policy.meet("E_MISSING_SLICE", path=ordered[0].path, spacing=usual, gaps=told))
    else:
        smallest, largest = float(steps.min()), float(steps.max())
        notes.append(policy.meet("E_IRREGULAR_SPACING", path=ordered[0].path, smallest=smallest, largest=largest))
    return usual


def _axis(one: SliceHeader) -> str:
    """Say a position by the patient axis nearest to the slice normal."""
    normal = np.abs(np.cross(one.row_xyz, one.column_xyz))
    axis = int(np.argmax(normal))
    return f"{'xyz'[axis]} = {one.position_xyz_mm[axis]:.2f} mm"


def _refuse_tilt(
    ordered: Sequence[SliceHeader], normal: npt.NDArray[np.float64], policy: Policy, notes: list[Note]
) -> None:
    if len(ordered) < 2:
        return
    stacking = np.subtract(ordered[-1].position_xyz_mm, ordered[0].position_xyz_mm)
    cosine = float(np.dot(stacking, normal) / (np.linalg.norm(stacking) * np.linalg.norm(normal)))
    degrees = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    if degrees > TILT_DEGREES:
        notes.append(policy.meet("E_TILT", path=ordered[0].path, degrees=degrees))
