"""Contours to voxels: a voxel is inside when its centre is, even-odd over all contours of a slice.

Contours are placed by geometry: mapped through the direction of the grid, and filled on the nearest slice within half a
spacing. What has no area, no slice, or lies outside the image is counted and told.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError, Note, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.rtstruct import Contour
from radpipe.kernels.polygon import fill_even_odd
from radpipe.problems import Action
from radpipe.volume import Mask

__all__ = ["AREA_KINDS", "mask_of_contours"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

AREA_KINDS = frozenset({"CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "CLOSED_PLANARXOR", "CLOSED_PLANAR_XOR"})
"""ContourGeometricTypes that enclose an area; DICOM's CLOSEDPLANAR_XOR is met in three spellings."""

PLANE_TOLERANCE = 0.5
"""A contour lies in a slice when its vertices differ by less than this many slices along the normal."""

VERTEX_SNAP = 1e-6
"""Vertices nearer than this (in voxels) to a voxel centre lie on it: mapping to indices rounds in the 10th digit."""

OUTSIDE_ERROR_PERCENT = 50.0
"""With more of its area than this outside, a ROI most likely belongs to another image."""

OUTSIDE_TOLD_PERCENT = 0.1


@dataclass(slots=True)
class _Account:
    """Areas in voxels, and counts, of what could not be filled as drawn."""

    total: float = 0.0
    outside: float = 0.0
    off_slice: float = 0.0
    off_slice_count: int = 0
    nested_slices: int = 0
    degenerate: int = 0
    open_kinds: Counter[str] = field(default_factory=Counter)


def mask_of_contours(contours: Sequence[Contour], grid: Geometry, policy: Policy | None = None) -> Mask:
    """Fill the contours of one ROI on a grid.

    Parameters
    ----------
    contours
        Of one ROI, in any order; patient coordinates in mm.
    grid
        The grid that the ROI was drawn on.
    policy
        ``W_NESTED_CONTOURS=fix`` takes the union where separate contours overlap; else the overlap is a hole.

    Returns
    -------
    Mask
        On ``grid``; its notes count what was not filled.

    Raises
    ------
    InputError
        ``E_NO_CONTOURS``, ``E_OUTSIDE``, ``E_EMPTY_ROI``.
    """
    policy = policy or Policy()
    account = _Account()
    planes = _by_slice(contours, grid, account)
    if not planes and not account.off_slice_count:
        kinds = ", ".join(f"{n} {kind or 'without type'}" for kind, n in sorted(account.open_kinds.items()))
        raise InputError("E_NO_CONTOURS", found=kinds or "the file holds none for it")
    array = np.zeros(grid.size_zyx, dtype=np.bool_)
    unite = policy.action("W_NESTED_CONTOURS") is Action.FIX
    for index, polygons in planes.items():
        array[index] = _filled(polygons, grid.size_zyx[1:], account, unite=unite)
    notes = _notes(account, policy)
    return Mask(array, grid, notes)


def _by_slice(
    contours: Sequence[Contour], grid: Geometry, account: _Account
) -> dict[int, list[tuple[FloatArray, bool]]]:
    """Sort contours to slices; of several planes that meet in one slice only the nearest counts."""
    found: dict[int, list[tuple[float, FloatArray, bool]]] = defaultdict(list)
    for contour in contours:
        if contour.kind not in AREA_KINDS:
            account.open_kinds[contour.kind] += 1
            continue
        points = grid.mm_to_index(contour.points_xyz_mm)
        if len(np.unique(points[:, 1:], axis=0)) < 3:
            account.degenerate += 1
            continue
        depth = float(np.mean(points[:, 0]))
        area = _area(points[:, 1:])
        account.total += area
        index = round(depth)
        if np.ptp(points[:, 0]) > PLANE_TOLERANCE:
            account.off_slice += area
            account.off_slice_count += 1
        elif not 0 <= index < grid.size_zyx[0]:
            account.outside += area
        else:
            found[index].append((abs(depth - index), _snapped(points[:, 1:]), contour.kind != "CLOSED_PLANAR"))
    planes: dict[int, list[tuple[FloatArray, bool]]] = {}
    for index in sorted(found):
        nearest = min(distance for distance, _, _ in found[index])
        planes[index] = [(p, xor) for distance, p, xor in found[index] if distance - nearest < 0.05]
        beside = [p for distance, p, _ in found[index] if distance - nearest >= 0.05]
        account.off_slice_count += len(beside)
        account.off_slice += sum(_area(p) for p in beside)
    return planes


def _snapped(points_yx: FloatArray) -> FloatArray:
    """Put vertices that lie on voxel centres but for rounding exactly there, so that ties do not hang on noise."""
    whole = np.round(points_yx)
    return np.ascontiguousarray(np.where(np.abs(points_yx - whole) < VERTEX_SNAP, whole, points_yx))


def _filled(
    polygons: Sequence[tuple[FloatArray, bool]], size_yx: tuple[int, int], account: _Account, *, unite: bool
) -> BoolArray:
    """Fill the contours of one slice, and account for what lies outside or overlaps."""
    points = np.concatenate([p for p, _ in polygons])
    starts = np.cumsum([0, *(len(p) for p, _ in polygons)], dtype=np.int64)
    plane = fill_even_odd(points, starts, size_yx)
    low, high = points.min(axis=0), points.max(axis=0)
    if (low < -0.5).any() or (high > np.array(size_yx) - 0.5).any():
        account.outside += _outside(points, starts, plane)
    plain = [p for p, xor in polygons if not xor]
    if len(plain) > 1 and _boxes_meet(plain):
        layers = [fill_even_odd(p, np.array([0, len(p)]), size_yx) for p in plain]
        if np.sum(layers, axis=0).max() > 1:
            account.nested_slices += 1
            if unite:
                plane = np.any(layers, axis=0)
    return plane


def _outside(points: FloatArray, starts: npt.NDArray[np.int64], plane: BoolArray) -> float:
    """Count filled voxels beyond the image, on a canvas that holds the contours (at most 5 images wide)."""
    size = np.array(plane.shape)
    low = np.floor(np.maximum(points.min(axis=0), -2.0 * size))
    high = np.ceil(np.minimum(points.max(axis=0), 3.0 * size))
    rows, columns = (high - low + 1).astype(int).tolist()
    canvas = fill_even_odd(points - low, starts, (rows, columns))
    return float(np.count_nonzero(canvas)) - float(np.count_nonzero(plane))


def _boxes_meet(polygons: Sequence[FloatArray]) -> bool:
    """Tell whether the boxes of any two contours touch, without which no voxel can be shared."""
    boxes = [(p.min(axis=0), p.max(axis=0)) for p in polygons]
    return any(
        bool((boxes[i][0] <= boxes[j][1]).all() and (boxes[j][0] <= boxes[i][1]).all())
        for i in range(len(boxes))
        for j in range(i)
    )


def _notes(account: _Account, policy: Policy) -> tuple[Note, ...]:
    notes = []
    if account.open_kinds:
        kinds = ", ".join(f"{n} {kind or 'without type'}" for kind, n in sorted(account.open_kinds.items()))
        notes.append(policy.meet("W_OPEN_CONTOURS", count=sum(account.open_kinds.values()), kinds=kinds))
    if account.degenerate:
        notes.append(policy.meet("W_DEGENERATE_CONTOURS", count=account.degenerate))
    total = max(account.total, 1e-9)
    if account.off_slice_count:
        percent = 100.0 * account.off_slice / total
        notes.append(policy.meet("W_OFF_SLICE", count=account.off_slice_count, percent=percent))
    percent = 100.0 * account.outside / total
    if percent > OUTSIDE_ERROR_PERCENT:
        notes.append(policy.meet("E_OUTSIDE", percent=min(percent, 100.0)))
    elif percent > OUTSIDE_TOLD_PERCENT:
        notes.append(policy.meet("W_OUTSIDE", percent=percent))
    if account.nested_slices:
        notes.append(policy.meet("W_NESTED_CONTOURS", count=account.nested_slices))
    return tuple(notes)


def _area(points_yx: FloatArray) -> float:
    """Area of a closed polygon by the shoelace formula, in voxels."""
    y, x = points_yx[:, 0], points_yx[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
