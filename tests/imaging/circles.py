"""ROIs made of circles, filled as a reader fills them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contours import fill_contours
from radpipe.imaging.outlines import Contour

FIX = Policy.parse(["W_GAP=fix"])
GRID = Geometry((40, 64, 64), (1.0, 1.0, 1.0), (-30.0, -30.0, -20.0))
CENTRE = 31.37
"""Off the voxel centres, so that no voxel lies on an edge."""


def circle(z: float, radius: float, grid: Geometry = GRID, centre: tuple[float, float] = (CENTRE, CENTRE)) -> Contour:
    """A circle of 200 vertices in voxel indices, as a contour in mm."""
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    y, x = centre[0] + radius * np.sin(angle), centre[1] + radius * np.cos(angle)
    return Contour(grid.index_to_mm(np.stack([np.full(200, float(z)), y, x], axis=1)))


def filled(contours: list[Contour], policy: Policy, grid: Geometry = GRID) -> tuple[npt.NDArray[np.bool_], list[Any]]:
    box, array, notes = fill_contours(contours, grid, policy)
    whole = np.zeros(grid.size_zyx, dtype=bool)
    whole[box] = array
    return whole, list(notes)


def gap_of(notes: list[Any]) -> str:
    (sentence,) = [note.sentence for note in notes if note.code == "W_GAP"]
    return str(sentence)
