"""Files of transforms that bend: ITK's composite of rigid transforms, splines and displacement fields."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.bends import Bend
from radpipe.imaging.deformation import Deformation, Step, deformation_of
from radpipe.imaging.transforms import RigidTransform, read_transform, rigid_of_itk, stored_transform, transform_text

if TYPE_CHECKING:
    import SimpleITK as sitk  # noqa: N813

__all__ = ["bend_of_itk", "read_way", "way_text"]

HEAD = "#Insight Transform File V1.0\n"


def way_text(way: RigidTransform | Deformation) -> str:
    """Return a transform as the text of an ITK file (``.tfm``), every digit kept.

    Parameters
    ----------
    way
        Rigid, or of rigid transforms and cubic splines.

    Raises
    ------
    ValueError
        A bend holds displacements rather than splines: as text they would be huge.
    """
    if isinstance(way, RigidTransform):
        return transform_text(way)
    parts = [f"{HEAD}#Transform 0\nTransform: CompositeTransform_double_3_3\n"]
    # ITK does the last one first.
    for number, step in enumerate(reversed(way.steps), start=1):
        text = transform_text(step) if isinstance(step, RigidTransform) else _spline_text(step)
        parts.append(text.removeprefix(HEAD).replace("#Transform 0", f"#Transform {number}"))
    return "".join(parts)


def _spline_text(bend: Bend) -> str:
    if bend.order != 3:
        message = "only splines are written as text"
        raise ValueError(message)
    lattice = bend.lattice
    fixed = (*lattice.size_zyx[::-1], *lattice.origin_xyz_mm, *lattice.spacing_zyx_mm[::-1], *lattice.direction)
    numbers = " ".join(repr(float(number)) for number in np.moveaxis(bend.numbers_mm, -1, 0).ravel())
    places = " ".join(repr(float(number)) for number in fixed)
    return f"#Transform 0\nTransform: BSplineTransform_double_3_3\nParameters: {numbers}\nFixedParameters: {places}\n"


def read_way(path: str, field: Geometry) -> RigidTransform | Deformation:
    """Read a transform from points of the image that was drawn on to points of the second image.

    Parameters
    ----------
    path
        ITK's ``.tfm``, ``.txt`` or ``.h5``: rigid, a cubic B-spline, a displacement field, or a composite of these.
    field
        Grid of the second image, where the way back is needed.

    Raises
    ------
    InputError
        ``E_TRANSFORM``: it cannot be read, or scales, shears or mirrors as a whole. ``E_DEFORMATION``: it folds space.
    """
    stored = stored_transform(path)
    if stored.IsLinear() or stored.GetDimension() != 3:
        return read_transform(path)
    steps = tuple(_steps(stored, path))
    try:
        return deformation_of(steps, field)
    except InputError as fault:
        raise fault.located(path=path) from None


def _steps(stored: "sitk.Transform", path: str) -> Iterator[Step]:
    """Give the parts of a transform in the order in which they are done."""
    import SimpleITK as sitk  # noqa: N813

    if stored.GetName() == "CompositeTransform":
        parts = sitk.CompositeTransform(stored)
        for number in reversed(range(parts.GetNumberOfTransforms())):
            yield from _steps(parts.GetNthTransform(number), path)
    elif stored.IsLinear():
        yield rigid_of_itk(stored, path)
    elif stored.GetName() in ("BSplineTransform", "DisplacementFieldTransform"):
        try:
            yield bend_of_itk(stored)
        except ValueError as fault:
            raise InputError("E_TRANSFORM", path=path, reason=str(fault)) from None
    else:
        reason = f"it holds a {stored.GetName()}; known are rigid ones, splines and displacement fields"
        raise InputError("E_TRANSFORM", path=path, reason=reason)


def bend_of_itk(stored: "sitk.Transform") -> Bend:
    """Return a spline or a displacement field of ITK as a value.

    Parameters
    ----------
    stored
        A ``BSplineTransform`` of order 3 or a ``DisplacementFieldTransform`` in three dimensions.

    Raises
    ------
    ValueError
        The spline has another order, or a number is not finite.
    """
    import SimpleITK as sitk  # noqa: N813

    fixed = stored.GetFixedParameters()
    x, y, z = (int(number) for number in fixed[:3])
    dx, dy, dz = fixed[6:9]
    ox, oy, oz = fixed[3:6]
    lattice = Geometry((z, y, x), (dz, dy, dx), (ox, oy, oz), tuple(fixed[9:18]))
    numbers: npt.NDArray[np.float64]
    if stored.GetName() == "BSplineTransform":
        if sitk.BSplineTransform(stored).GetOrder() != 3:
            message = "its splines are not cubic"
            raise ValueError(message)
        numbers = np.moveaxis(np.reshape(stored.GetParameters(), (3, z, y, x)), 0, -1)
        return Bend(lattice, np.ascontiguousarray(numbers), 3)
    numbers = np.reshape(stored.GetParameters(), (z, y, x, 3))
    return Bend(lattice, np.asarray(numbers, dtype=np.float64), 1)
