"""Geometry: a regular voxel grid in patient space, and nothing of its pixels.

Array order is (z, y, x); patient space is DICOM's LPS in mm, order (x, y, z). The name of every quantity says its
order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["DIRECTION_TOLERANCE", "GRID_TOLERANCE_VOXELS", "Geometry"]

FloatArray = npt.NDArray[np.float64]

DIRECTION_TOLERANCE = 1e-4
"""How far direction @ direction.T may be from the identity: direction cosines are written with about 6 digits."""

GRID_TOLERANCE_VOXELS = 0.01
"""Two grids are the same when no corner voxel moves by more than this share of a voxel."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """A regular voxel grid in patient space.

    Parameters
    ----------
    size_zyx
        Voxels along the array's axes, all > 0.
    spacing_zyx_mm
        Distance of voxel centres along the array's axes, all > 0.
    origin_xyz_mm
        Centre of voxel (0, 0, 0).
    direction
        Nine numbers, row by row, of the 3 x 3 matrix whose columns are the unit vectors of the x, y and z index axes
        (ITK's convention). Orthonormal within ``DIRECTION_TOLERANCE``; left-handed grids are allowed.
    frame_of_reference_uid
        DICOM's frame of reference, or None where the file kind has none.

    Raises
    ------
    ValueError
        A size or spacing is not positive, or the direction is not orthonormal.

    Examples
    --------
    >>> grid = Geometry((10, 20, 30), (3.0, 1.0, 1.0), (-15.0, -10.0, 5.0))
    >>> grid.index_to_mm([1, 0, 0])
    array([-15., -10.,   8.])
    """

    size_zyx: tuple[int, int, int]
    spacing_zyx_mm: tuple[float, float, float]
    origin_xyz_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    direction: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    frame_of_reference_uid: str | None = None

    def __post_init__(self) -> None:
        if len(self.size_zyx) != 3 or min(self.size_zyx) < 1:
            message = f"size_zyx must be three positive integers, is {self.size_zyx}"
            raise ValueError(message)
        if (
            len(self.spacing_zyx_mm) != 3
            or not min(self.spacing_zyx_mm) > 0
            or not np.isfinite(self.spacing_zyx_mm).all()
        ):
            message = f"spacing_zyx_mm must be three positive numbers, is {self.spacing_zyx_mm}"
            raise ValueError(message)
        if not np.isfinite(self.origin_xyz_mm).all():
            message = f"origin_xyz_mm must be finite, is {self.origin_xyz_mm}"
            raise ValueError(message)
        matrix = self.direction_matrix
        if matrix.shape != (3, 3) or not np.allclose(matrix @ matrix.T, np.eye(3), rtol=0, atol=DIRECTION_TOLERANCE):
            message = f"direction must be orthonormal, is {self.direction}"
            raise ValueError(message)

    @property
    def direction_matrix(self) -> FloatArray:
        """The direction, shape (3, 3); column 0 is the x index axis."""
        return np.asarray(self.direction, dtype=np.float64).reshape(3, -1)

    @property
    def voxel_volume_mm3(self) -> float:
        """Volume of one voxel."""
        return float(np.prod(self.spacing_zyx_mm))

    @property
    def voxel_count(self) -> int:
        """Number of voxels of the grid."""
        return int(np.prod(self.size_zyx, dtype=np.int64))

    def index_to_mm(self, index_zyx: npt.ArrayLike) -> FloatArray:
        """Map (fractional) indices (..., 3), order z, y, x, to patient coordinates (..., 3), order x, y, z."""
        index = np.asarray(index_zyx, dtype=np.float64)[..., ::-1]
        spacing_xyz = np.asarray(self.spacing_zyx_mm)[::-1]
        point: FloatArray = (index * spacing_xyz) @ self.direction_matrix.T + np.asarray(self.origin_xyz_mm)
        return point

    def mm_to_index(self, point_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Map patient coordinates (..., 3), order x, y, z, to fractional indices (..., 3), order z, y, x."""
        offset = np.asarray(point_xyz_mm, dtype=np.float64) - np.asarray(self.origin_xyz_mm)
        spacing_xyz = np.asarray(self.spacing_zyx_mm)[::-1]
        index: FloatArray = (offset @ np.linalg.inv(self.direction_matrix).T / spacing_xyz)[..., ::-1]
        return index

    def corners_mm(self) -> FloatArray:
        """Centres of the eight corner voxels, shape (8, 3), x, y, z order."""
        ends = [(0, n - 1) for n in self.size_zyx]
        return self.index_to_mm([[z, y, x] for z in ends[0] for y in ends[1] for x in ends[2]])

    def same_grid(self, other: "Geometry", tolerance_voxels: float = GRID_TOLERANCE_VOXELS) -> bool:
        """Tell whether both grids hold the same voxels: equal size, corners equal within a share of a voxel."""
        if self.size_zyx != other.size_zyx:
            return False
        if (self.spacing_zyx_mm, self.origin_xyz_mm, self.direction) == (
            other.spacing_zyx_mm, other.origin_xyz_mm, other.direction
        ):  # fmt: skip
            return True
        shift = np.abs(self.mm_to_index(other.corners_mm()) - self.mm_to_index(self.corners_mm()))
        return bool(shift.max() <= tolerance_voxels)

    def difference(self, other: "Geometry") -> str:
        """Say in words how two grids differ, with both values; empty when they are the same grid.

        Examples
        --------
        >>> Geometry((4, 4, 4), (1.0, 1.0, 1.0)).difference(Geometry((4, 4, 5), (1.0, 1.0, 1.0)))
        'size z, y, x 4 x 4 x 4 and 4 x 4 x 5'
        """
        if self.same_grid(other):
            return ""
        said = []
        if self.size_zyx != other.size_zyx:
            said.append(f"size z, y, x {_by(self.size_zyx)} and {_by(other.size_zyx)}")
        if not np.allclose(self.spacing_zyx_mm, other.spacing_zyx_mm, rtol=1e-4):
            said.append(f"spacing z, y, x {_by(self.spacing_zyx_mm)} and {_by(other.spacing_zyx_mm)} mm")
        if not np.allclose(self.direction, other.direction, atol=1e-4):
            said.append(f"direction {_by(self.direction)} and {_by(other.direction)}")
        distance = float(np.linalg.norm(np.subtract(self.origin_xyz_mm, other.origin_xyz_mm)))
        if distance > GRID_TOLERANCE_VOXELS * min(self.spacing_zyx_mm):
            said.append(f"origins {distance:.6g} mm apart")
        return "; ".join(said) or "corner voxels further apart than the tolerance"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; :meth:`from_json` reads them."""
        return {
            "size_zyx": list(self.size_zyx),
            "spacing_zyx_mm": list(self.spacing_zyx_mm),
            "origin_xyz_mm": list(self.origin_xyz_mm),
            "direction": list(self.direction),
            "frame_of_reference_uid": self.frame_of_reference_uid,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Geometry":
        """Read what :meth:`to_json` wrote."""
        z, y, x = (int(n) for n in record["size_zyx"])
        dz, dy, dx = (float(s) for s in record["spacing_zyx_mm"])
        ox, oy, oz = (float(s) for s in record["origin_xyz_mm"])
        direction = tuple(float(c) for c in record["direction"])
        return cls((z, y, x), (dz, dy, dx), (ox, oy, oz), direction, record["frame_of_reference_uid"])


def _by(values: tuple[float, ...] | tuple[int, ...]) -> str:
    return " x ".join(f"{value:.6g}" for value in values)
