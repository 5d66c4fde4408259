"""RigidTransform: from the points of one image's patient space to those of another's, and its file."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError

if TYPE_CHECKING:
    import SimpleITK as sitk  # noqa: N813

__all__ = [
    "RIGID_TOLERANCE",
    "Backwards",
    "RigidTransform",
    "Way",
    "read_transform",
    "rigid_of_itk",
    "stored_transform",
    "transform_text",
]

FloatArray = npt.NDArray[np.float64]

RIGID_TOLERANCE = 1e-4
"""How far matrix @ matrix.T may be from the identity: files are written with six digits and more."""


class Way(Protocol):
    """How points of the image that was drawn on get to the second image, and back; points x, y, z in mm (LPS)."""

    @property
    def is_identity(self) -> bool:
        """Tell whether every point stays where it is, to the last bit."""

    def apply(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the image that was drawn on to the second image."""

    def apply_inverse(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the second image to the image that was drawn on."""

    def volume_ratio(self, points_xyz_mm: npt.ArrayLike) -> float:
        """Return the volume of a region there by its volume here; points (n, 3) fill it here."""


IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class RigidTransform:
    """A rotation and a shift: ``point -> matrix @ point + offset``, points x, y, z in mm (LPS).

    It takes points of the image that was drawn on to points of the second image, as ITK's resampling of the second
    image onto the first needs it.

    Parameters
    ----------
    matrix
        Nine numbers, row by row; a rotation within ``RIGID_TOLERANCE``.
    offset_xyz_mm
        The shift.

    Raises
    ------
    ValueError
        The matrix is no rotation (it scales, shears or mirrors), or a number is not finite.

    Examples
    --------
    >>> RigidTransform(offset_xyz_mm=(0.0, 0.0, 5.0)).apply([[1.0, 2.0, 3.0]])
    array([[1., 2., 8.]])
    """

    matrix: tuple[float, ...] = IDENTITY
    offset_xyz_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        matrix = np.asarray(self.matrix, dtype=np.float64)
        if matrix.shape != (9,) or not np.isfinite([*self.matrix, *self.offset_xyz_mm]).all():
            message = f"a rigid transform has nine and three finite numbers, not {self.matrix}, {self.offset_xyz_mm}"
            raise ValueError(message)
        square = matrix.reshape(3, 3)
        if not np.allclose(square @ square.T, np.eye(3), rtol=0, atol=RIGID_TOLERANCE) or np.linalg.det(square) < 0:
            message = f"the matrix {self.matrix} scales, shears or mirrors"
            raise ValueError(message)

    @property
    def is_identity(self) -> bool:
        """Tell whether every point stays where it is, to the last bit."""
        return self.matrix == IDENTITY and self.offset_xyz_mm == (0.0, 0.0, 0.0)

    @property
    def rotation_degrees(self) -> float:
        """Angle of the rotation about its axis, 0 to 180."""
        square = np.asarray(self.matrix).reshape(3, 3)
        return float(np.degrees(np.arccos(np.clip((np.trace(square) - 1.0) / 2.0, -1.0, 1.0))))

    def apply(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the image that was drawn on to the second image."""
        points = np.asarray(points_xyz_mm, dtype=np.float64)
        if self.is_identity:
            return points
        moved: FloatArray = points @ np.asarray(self.matrix).reshape(3, 3).T + np.asarray(self.offset_xyz_mm)
        return moved

    def apply_inverse(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the second image to the image that was drawn on."""
        points = np.asarray(points_xyz_mm, dtype=np.float64)
        if self.is_identity:
            return points
        inverse = np.linalg.inv(np.asarray(self.matrix).reshape(3, 3))
        moved: FloatArray = (points - np.asarray(self.offset_xyz_mm)) @ inverse.T
        return moved

    def volume_ratio(self, points_xyz_mm: npt.ArrayLike) -> float:
        """Return 1: a rigid transform keeps volumes."""
        return 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Backwards:
    """A transform the other way round: from the second image to the one that was drawn on.

    Parameters
    ----------
    way
        From the image that was drawn on to the second one.
    """

    way: Way

    @property
    def is_identity(self) -> bool:
        """Tell whether every point stays where it is, to the last bit."""
        return self.way.is_identity

    def apply(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the second image to the one that was drawn on."""
        return self.way.apply_inverse(points_xyz_mm)

    def apply_inverse(self, points_xyz_mm: npt.ArrayLike) -> FloatArray:
        """Take points (..., 3) of the image that was drawn on to the second one."""
        return self.way.apply(points_xyz_mm)

    def volume_ratio(self, points_xyz_mm: npt.ArrayLike) -> float:
        """Return the volume of a region of the drawn image by its volume in the second, where it has its points."""
        return 1.0 / self.way.volume_ratio(self.way.apply_inverse(points_xyz_mm))


def transform_text(transform: RigidTransform) -> str:
    """Return a transform as the text of an ITK file (``.tfm``), every digit kept.

    Examples
    --------
    >>> print(transform_text(RigidTransform()).splitlines()[2])
    Transform: AffineTransform_double_3_3
    """
    numbers = " ".join(repr(float(number)) for number in (*transform.matrix, *transform.offset_xyz_mm))
    return (
        "#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\n"
        f"Parameters: {numbers}\nFixedParameters: 0 0 0\n"
    )


def read_transform(path: str) -> RigidTransform:
    """Read a rigid transform from an ITK file.

    Parameters
    ----------
    path
        ``.tfm``, ``.txt`` or ``.h5``; it maps points of the image that was drawn on to points of the second image, as
        SimpleITK, elastix and 3D Slicer write it.

    Raises
    ------
    InputError
        ``E_TRANSFORM``: it cannot be read, is not linear, or scales, shears or mirrors.
    """
    stored = stored_transform(path)
    if not stored.IsLinear() or stored.GetDimension() != 3:
        raise InputError("E_TRANSFORM", path=path, reason=f"it is a {stored.GetName()}, which is not linear in space")
    return rigid_of_itk(stored, path)


def stored_transform(path: str) -> "sitk.Transform":
    """Read any transform of ITK from a file.

    Raises
    ------
    InputError
        ``E_TRANSFORM``: it cannot be read.
    """
    import SimpleITK as sitk  # noqa: N813

    try:
        return sitk.ReadTransform(path)
    except RuntimeError as fault:
        reason = str(fault).strip().splitlines()[-1][:200]
        raise InputError("E_TRANSFORM", path=path, reason=f"ITK cannot read it ({reason})") from None


def rigid_of_itk(stored: "sitk.Transform", path: str) -> RigidTransform:
    """Return a linear transform of ITK as a value.

    Parameters
    ----------
    stored
        In three dimensions.
    path
        Where it came from, for the error.

    Raises
    ------
    InputError
        ``E_TRANSFORM``: it scales, shears or mirrors.
    """
    import SimpleITK as sitk  # noqa: N813

    if stored.GetName() == "AffineTransform":
        affine = sitk.AffineTransform(stored)
        if tuple(affine.GetCenter()) == (0.0, 0.0, 0.0):
            return _rigid(affine.GetMatrix(), affine.GetTranslation(), path)
    offset = np.asarray(stored.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.asarray(stored.TransformPoint(tuple(unit))) - offset for unit in np.eye(3)]
    return _rigid(np.stack(columns, axis=1).ravel(), offset, path)


def _rigid(matrix: npt.ArrayLike, offset: npt.ArrayLike, path: str) -> RigidTransform:
    x, y, z = (float(number) for number in np.asarray(offset))
    try:
        return RigidTransform(tuple(float(number) for number in np.asarray(matrix).ravel()), (x, y, z))
    except ValueError as fault:
        raise InputError("E_TRANSFORM", path=path, reason=str(fault)) from None
