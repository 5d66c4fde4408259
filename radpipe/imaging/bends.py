"""Bend: displacements on a lattice, as ITK's splines and displacement fields have them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from radpipe.geometry import Geometry

__all__ = ["Bend"]

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Bend:
    """Displacements: ``point -> point + displacement(point)``, points x, y, z in mm (LPS).

    Parameters
    ----------
    lattice
        Where the numbers lie.
    numbers_mm
        Shape (z, y, x, 3), the last axis x, y, z: displacements (order 1), or coefficients of cubic B-splines (order
        3), as in ITK's ``DisplacementFieldTransform`` and ``BSplineTransform``.
    order
        1 or 3.

    Raises
    ------
    ValueError
        The shape is not the lattice's, the order another one, or a number is not finite.

    Examples
    --------
    >>> up = np.zeros((4, 4, 4, 3)); up[..., 2] = 5.0
    >>> Bend(Geometry((4, 4, 4), (9.0, 9.0, 9.0)), up, 1).apply([[9.0, 9.0, 9.0], [99.0, 9.0, 9.0]])
    array([[ 9.,  9., 14.],
           [99.,  9.,  9.]])
    """

    lattice: Geometry
    numbers_mm: FloatArray
    order: int

    def __post_init__(self) -> None:
        if self.numbers_mm.shape != (*self.lattice.size_zyx, 3) or self.order not in (1, 3):
            message = f"{self.numbers_mm.shape} numbers of order {self.order} on a lattice of {self.lattice.size_zyx}"
            raise ValueError(message)
        if not np.isfinite(self.numbers_mm).all():
            message = "a displacement is not finite"
            raise ValueError(message)

    def displacement(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Return the displacements (..., 3) in mm at points (..., 3); 0 beyond the lattice, as in ITK."""
        from scipy.ndimage import map_coordinates

        index = self.lattice.mm_to_index(points_xyz_mm)
        rim = (self.order - 1) / 2  # splines reach one point of the lattice less at each end
        last = np.asarray(self.lattice.size_zyx) - 1 - rim
        within = ((index >= rim - 1e-9) & (index <= last + 1e-9)).all(axis=-1)
        inside = np.moveaxis(index[within], -1, 0)
        found = np.zeros((*within.shape, 3))
        for axis in range(3):
            found[within, axis] = map_coordinates(
                self.numbers_mm[..., axis], inside, order=3 if self.order == 3 else 1, prefilter=False, mode="nearest"
            )
        return found

    def apply(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) to where they are displaced."""
        points = np.asarray(points_xyz_mm, dtype=np.float64)
        return points + self.displacement(points)
