"""The geometry of one slice, as its header tells it."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["SAME_DIRECTION", "SliceHeader", "is_orthonormal"]


SAME_DIRECTION = 1e-3
"""Slices whose direction cosines differ by less are parallel."""


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """The geometry of one slice, as its header tells it.

    Parameters
    ----------
    position_xyz_mm
        Centre of the first pixel.
    orientation
        Direction cosines (x, y, z) of a row, then of a column.
    spacing_yx_mm
        Distance of rows, then of columns.
    size_yx
        Rows, columns.
    number
        InstanceNumber, or the frame's number from 1 on; 0 where there is none.
    is_localizer
        ImageType says LOCALIZER or SCOUT.
    """

    position_xyz_mm: tuple[float, float, float]
    orientation: tuple[float, float, float, float, float, float]
    spacing_yx_mm: tuple[float, float]
    size_yx: tuple[int, int]
    number: int = 0
    is_localizer: bool = False


def is_orthonormal(orientation: Sequence[float]) -> bool:
    """Tell whether the direction cosines of a row and a column have length 1 and are at right angles.

    Parameters
    ----------
    orientation
        Direction cosines (x, y, z) of a row, then of a column; each sum may be off by ``SAME_DIRECTION``.
    """
    row, column = orientation[:3], orientation[3:]
    lengths = (_dot(row, row) - 1.0, _dot(column, column) - 1.0)
    return max(map(abs, (*lengths, _dot(row, column)))) <= SAME_DIRECTION


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    """Sum of products: of three numbers, faster than an array."""
    return sum(a * b for a, b in zip(one, other, strict=True))
