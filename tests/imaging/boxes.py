"""Boxes of contours on small grids, filled."""

from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import Policy
from radpipe.geometry import Geometry
from radpipe.imaging.contours import fill_contours
from radpipe.imaging.outlines import Contour

GRID = Geometry((6, 20, 24), (3.0, 1.0, 2.0), (-10.0, -20.0, 5.0))
OBLIQUE = Geometry(
    (6, 20, 24),
    (3.0, 1.0, 2.0),
    (4.0, 5.0, 6.0),
    tuple(np.array([[0.6, 0.0, 0.8], [0.8, 0.0, -0.6], [0.0, 1.0, 0.0]]).ravel().tolist()),
)
SAGITTAL = Geometry((6, 20, 24), (3.0, 1.0, 2.0), (4.0, 5.0, 6.0), (0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0))


def box(grid: Geometry, z: float, low: tuple[float, float], high: tuple[float, float]) -> npt.NDArray[np.float64]:
    """A rectangle in voxel indices, as patient coordinates."""
    corners = [(low[0], low[1]), (low[0], high[1]), (high[0], high[1]), (high[0], low[1])]
    return grid.index_to_mm([(z, y, x) for y, x in corners])


def filled(contours: list[Contour], grid: Geometry, policy: Policy) -> tuple[npt.NDArray[np.bool_], tuple[Any, ...]]:
    """The ROI as an array of the whole grid, and what is told of it."""
    box, array, notes = fill_contours(contours, grid, policy)
    whole = np.zeros(grid.size_zyx, dtype=bool)
    whole[box] = array
    return whole, notes


def codes(notes: tuple[Any, ...]) -> list[str]:
    return [note.code for note in notes]
