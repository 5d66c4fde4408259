"""Slices at chosen distances along their normal."""

from typing import Any

import numpy as np

OBLIQUE = (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)  # normal (-0.6, 0.8, 0)


def series(make: Any, along_mm: list[float], orientation: tuple[float, ...] = (1, 0, 0, 0, 1, 0)) -> list[Any]:
    """Slices at distances along their normal from (5, -7, 11)."""
    normal = np.cross(orientation[:3], orientation[3:])
    planes = make.stored_values((len(along_mm), 6, 7))
    corner = np.array([5.0, -7.0, 11.0])
    return [
        make.slice_of(plane, corner + step * normal, number + 1, orientation=orientation)
        for number, (plane, step) in enumerate(zip(planes, along_mm, strict=True))
    ]
