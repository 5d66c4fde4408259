"""Deformation: rigid transforms and bends one after the other, checked for folds, with the way back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.transforms import RigidTransform

__all__ = ["INVERSE_MM", "Deformation", "Step", "deformation_of"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

Step = RigidTransform | Bend

BACK_MM = (8.0, 4.0)
"""Distance of the lattice's points that the way back is kept on, as cubic splines; the finer one where that misses."""

ENDS = 4
"""Points of that lattice beyond the second image's field, so that its border is inside."""

ROUNDS = 30
"""Rounds in which the way back is searched; where lengths change by less than a half, 20 give 0.01 mm."""

SETTLED_MM = 1e-4

INVERSE_MM = 0.5
"""Farthest that a point may lie from where it was after the way back and the way there."""

MARGIN_MM = 16.0
"""Nothing is judged nearer than this to the border of a bend's lattice: beyond it ITK displaces nothing, and space
tears."""

POINTS = 400_000
"""Most points of a bend's lattice at which folds are looked for."""

DIFFERENCE_MM = 0.5
"""Distance of the points that derivatives are taken from."""


@dataclass(frozen=True, slots=True, eq=False)
class Deformation:
    """Rigid transforms and bends, one after the other, and the way back.

    Parameters
    ----------
    steps
        From points of the image that was drawn on to points of the second image, in the order in which they are done.
    rigid
        The rigid ones together.
    back
        The way back, in the second image's space: ``point -> rigid.apply_inverse(point) + back.displacement(point)``.
    jacobian_range
        Lowest and highest determinant of the Jacobian in the second image's field: volume there by volume here.
    largest_mm
        Farthest that a point of the field lies from where the rigid transforms alone take it.
    inverse_mm
        Farthest that a point of the field lies from where it was after the way back and the way there.
    """

    steps: tuple[Step, ...]
    rigid: RigidTransform
    back: Bend
    jacobian_range: tuple[float, float]
    largest_mm: float
    inverse_mm: float

    @property
    def is_identity(self) -> bool:
        """Tell that points move."""
        return False

    def apply(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the image that was drawn on to the second image."""
        return _there(self.steps, points_xyz_mm)

    def apply_inverse(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the second image's field to the image that was drawn on."""
        return self.rigid.apply_inverse(points_xyz_mm) + self.back.displacement(points_xyz_mm)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values, without the transform."""
        low, high = self.jacobian_range
        return {
            "jacobian_low": low,
            "jacobian_high": high,
            "largest_mm": self.largest_mm,
            "bend_inverse_mm": self.inverse_mm,
        }

    def volume_ratio(self, points_xyz_mm: npt.ArrayLike) -> float:
        """Return the volume of a region there by its volume here: the mean determinant at its points (n, 3)."""
        return float(_determinants(self.steps, np.asarray(points_xyz_mm, dtype=np.float64)).mean())


def deformation_of(steps: Sequence[Step], field: Geometry) -> Deformation:
    """Join steps to a deformation whose way back is known in the second image's field.

    Parameters
    ----------
    steps
        From points of the image that was drawn on to points of the second one, in their order.
    field
        Grid of the second image.

    Raises
    ------
    InputError
        ``E_DEFORMATION``: space folds, or points do not come back to where they were.
    """
    from scipy.ndimage import spline_filter

    rigid = reduce(_after, (step for step in steps if isinstance(step, RigidTransform)), RigidTransform())
    lowest = min((_lowest(steps, number, field) for number in range(len(steps))), default=np.inf)
    for distance_mm in BACK_MM:
        lattice = _around(field, distance_mm)
        goals = _points(lattice)
        start = rigid.apply_inverse(goals)
        places = _came_from(steps, rigid, start)
        judged = _within(field, goals) & _known(steps, places)
        determinants = _determinants(steps, places[judged])
        low = min(lowest, float(determinants.min(initial=np.inf)))
        if not low > 0:
            raise InputError("E_DEFORMATION", reason=f"space folds: the Jacobian's determinant falls to {low:.2f}")
        numbers = (places - start).reshape(*lattice.size_zyx, 3)
        splines = np.stack([spline_filter(numbers[..., axis], order=3, mode="nearest") for axis in range(3)], axis=-1)
        back = Bend(lattice, splines, 3)
        inverse_mm = _missed(steps, rigid, back, field)
        if inverse_mm <= INVERSE_MM:
            high = float(determinants.max(initial=low))
            largest_mm = float(np.linalg.norm((places - start)[judged], axis=1).max(initial=0.0))
            return Deformation(tuple(steps), rigid, back, (low, high), largest_mm, inverse_mm)
    reason = f"there and back misses by {inverse_mm:.1f} mm, more than {INVERSE_MM:.1f}"
    raise InputError("E_DEFORMATION", reason=reason)


def _there(steps: Sequence[Step], points: npt.ArrayLike) -> FloatArray:
    return reduce(lambda places, step: step.apply(places), steps, np.asarray(points, dtype=np.float64))


def _after(first: RigidTransform, second: RigidTransform) -> RigidTransform:
    """Return the one rigid transform that does two, the first first."""
    if first.is_identity or second.is_identity:
        return second if first.is_identity else first
    matrix = np.reshape(second.matrix, (3, 3)) @ np.reshape(first.matrix, (3, 3))
    x, y, z = (float(number) for number in second.apply(first.offset_xyz_mm))
    return RigidTransform(tuple(float(number) for number in matrix.ravel()), (x, y, z))


def _came_from(steps: Sequence[Step], rigid: RigidTransform, start: FloatArray) -> FloatArray:
    """Find the points that go where the rigid transforms alone take ``start``, by fixed-point rounds."""
    places = start.copy()
    active = np.arange(len(start))
    for _ in range(ROUNDS):
        change = start[active] - rigid.apply_inverse(_there(steps, places[active]))
        places[active] += change
        active = active[np.linalg.norm(change, axis=1) > SETTLED_MM]
        if not active.size:
            break
    return places


def _known(steps: Sequence[Step], points: FloatArray) -> BoolArray:
    """Tell which points pass all bends inside their lattices, not too near to the border."""
    known = np.ones(len(points), dtype=np.bool_)
    for step in steps:
        if isinstance(step, Bend):
            margin = MARGIN_MM / np.asarray(step.lattice.spacing_zyx_mm) + (step.order - 1) / 2
            index = step.lattice.mm_to_index(points)
            last = np.asarray(step.lattice.size_zyx) - 1 - margin
            known &= np.all((index >= margin) & (index <= last), axis=1)
        points = step.apply(points)
    return known


def _within(field: Geometry, points: FloatArray) -> BoolArray:
    index = field.mm_to_index(points)
    within: BoolArray = np.all((index >= -0.5) & (index <= np.asarray(field.size_zyx) - 0.5), axis=1)
    return within


def _determinants(steps: Sequence[Step], points: FloatArray) -> FloatArray:
    """Return the determinant of the Jacobian at points (n, 3), by central differences."""
    columns = [
        (_there(steps, points + shift) - _there(steps, points - shift)) / (2 * DIFFERENCE_MM)
        for shift in DIFFERENCE_MM * np.eye(3)
    ]
    determinants: FloatArray = np.linalg.det(np.stack(columns, axis=-1))
    return determinants


def _lowest(steps: Sequence[Step], number: int, field: Geometry) -> float:
    """Return the lowest determinant of one bend alone, on its own lattice, where it reaches the field."""
    bend = steps[number]
    if not isinstance(bend, Bend):
        return np.inf
    fine = _around(bend.lattice, max(_pitch(bend), 1e-3), ends=0)
    points = _points(fine)
    points = points[_known((bend,), points)]
    points = points[_within(field, _there(steps[number:], points))]
    return float(_determinants((bend,), points).min(initial=np.inf))


def _pitch(bend: Bend) -> float:
    """Return the distance in mm at which folds of a bend are looked for: a quarter of a spline, or each voxel."""
    spacing = min(bend.lattice.spacing_zyx_mm) / (4 if bend.order == 3 else 1)
    extent = np.multiply(bend.lattice.size_zyx, bend.lattice.spacing_zyx_mm)
    return max(spacing, float((np.prod(extent) / POINTS) ** (1 / 3)))


def _missed(steps: Sequence[Step], rigid: RigidTransform, back: Bend, field: Geometry) -> float:
    """Return how far points of the field lie from where they were after the way back and the way there."""
    goals = _points(_around(field, 1.3 * back.lattice.spacing_zyx_mm[0], ends=0))
    places = rigid.apply_inverse(goals) + back.displacement(goals)
    judged = _known(steps, places)
    return float(np.linalg.norm(_there(steps, places[judged]) - goals[judged], axis=1).max(initial=0.0))


def _around(grid: Geometry, distance_mm: float, ends: int = ENDS) -> Geometry:
    """Return a lattice over a grid's voxel centres and some points beyond at each end."""
    lengths = [(n - 1) * spacing for n, spacing in zip(grid.size_zyx, grid.spacing_zyx_mm, strict=True)]
    z, y, x = (int(np.ceil(length / distance_mm)) + 1 + 2 * ends for length in lengths)
    beyond = [(n - 1) * distance_mm / 2 - length / 2 for n, length in zip((z, y, x), lengths, strict=True)]
    origin = grid.index_to_mm(-np.divide(beyond, grid.spacing_zyx_mm))
    return Geometry(
        (z, y, x), (distance_mm,) * 3, (float(origin[0]), float(origin[1]), float(origin[2])), grid.direction
    )


def _points(lattice: Geometry) -> FloatArray:
    index = np.stack(np.meshgrid(*map(np.arange, lattice.size_zyx), indexing="ij"), axis=-1)
    return lattice.index_to_mm(index).reshape(-1, 3)
