"""Planes of a volume as a screen shows them: the patient's right on the left, front above; feet below."""

from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry
from radpipe.volume import Box, Mask

__all__ = ["Plane", "planes_of"]

NAMES = ("sagittal", "coronal", "axial")
"""Of planes by the patient axis (x, y, z) that they are perpendicular to."""

LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))
"""Of the two ends of each patient axis, the lower first; LPS."""


@dataclass(frozen=True, slots=True)
class Plane:
    """How the slices along one axis of an array are laid on the screen.

    Parameters
    ----------
    name
        ``axial``, ``coronal`` or ``sagittal``: the nearest one of an oblique image.
    axis
        Array axis that the slices are counted along.
    transposed
        Whether rows and columns of the slice are exchanged.
    flips
        Whether rows and columns are turned round on the screen, after the exchange.
    size_xy
        Columns and rows on the screen.
    pixel_xy_mm
        Their spacing.
    letters
        At the left, right, upper and lower edge.
    letter_of_axis
        Name of the patient axis that the slices are counted along: ``x``, ``y`` or ``z``.
    """

    name: str
    axis: int
    transposed: bool
    flips: tuple[bool, bool]
    size_xy: tuple[int, int]
    pixel_xy_mm: tuple[float, float]
    letters: tuple[str, str, str, str]
    letter_of_axis: str

    def shown(self, array: npt.NDArray[Any], index: int) -> npt.NDArray[Any]:
        """Return a slice of a whole array (z, y, x) as the screen shows it, shape (rows, columns): a view."""
        return self._turned(array[self._at(index)])

    def _at(self, index: int) -> tuple[slice | int, ...]:
        return (*(slice(None) for _ in range(self.axis)), index)

    def _turned(self, flat: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if self.transposed:
            flat = flat.T
        return flat[:: -1 if self.flips[0] else 1, :: -1 if self.flips[1] else 1]

    def region(self, mask: Mask, index: int) -> tuple[npt.NDArray[np.bool_], tuple[int, int]] | None:
        """Return what of a mask lies in a slice, with the column and row it begins at; None where nothing does."""
        span = mask.box[self.axis]
        if not span.start <= index < span.stop:
            return None
        flat = self._turned(mask.crop[self._at(index - span.start)])
        if not flat.any():
            return None
        columns, rows = self.extent(mask.box)
        return flat, (columns[0], rows[0])

    def extent(self, box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the half-open ranges of columns and rows that a box of the array takes on the screen."""
        rest = [box[axis] for axis in range(3) if axis != self.axis]
        rows, columns = reversed(rest) if self.transposed else rest
        return (
            _turned_span(columns, self.size_xy[0], turned=self.flips[1]),
            _turned_span(rows, self.size_xy[1], turned=self.flips[0]),
        )


def _turned_span(span: slice, size: int, *, turned: bool) -> tuple[int, int]:
    return (size - span.stop, size - span.start) if turned else (span.start, span.stop)


def planes_of(grid: Geometry) -> tuple[Plane, Plane, Plane]:
    """Return the planes along the array's axes z, y and x of a grid.

    Parameters
    ----------
    grid
        Of any orientation; each array axis is taken for the patient axis that it is nearest to.

    Examples
    --------
    >>> [plane.name for plane in planes_of(Geometry((4, 5, 6), (3.0, 1.0, 1.0)))]
    ['axial', 'coronal', 'sagittal']
    >>> planes_of(Geometry((4, 5, 6), (3.0, 1.0, 1.0)))[0].letters
    ('R', 'L', 'A', 'P')
    """
    columns = grid.direction_matrix[:, ::-1].T  # per array axis z, y, x: its unit vector in patient space
    nearest = max(permutations(range(3)), key=lambda order: sum(abs(columns[i][order[i]]) for i in range(3)))
    z, y, x = (_plane(grid, axis, nearest, columns) for axis in range(3))
    return z, y, x


def _plane(grid: Geometry, axis: int, patient: tuple[int, ...], vectors: npt.NDArray[np.float64]) -> Plane:
    upper, lower = (other for other in range(3) if other != axis)
    transposed = patient[lower] > patient[upper]  # x lies across the screen before y, y before z
    down, across = (lower, upper) if transposed else (upper, lower)
    grows_right = vectors[across][patient[across]] > 0
    grows_down = (vectors[down][patient[down]] > 0) != (patient[down] == 2)  # z grows to the head, which is above
    left, right = LETTERS[patient[across]]
    first, last = LETTERS[patient[down]]
    above, below = (last, first) if patient[down] == 2 else (first, last)
    return Plane(
        NAMES[patient[axis]],
        axis,
        transposed,
        (not grows_down, not grows_right),
        (grid.size_zyx[across], grid.size_zyx[down]),
        (grid.spacing_zyx_mm[across], grid.spacing_zyx_mm[down]),
        (left, right, above, below),
        "xyz"[patient[axis]],
    )
