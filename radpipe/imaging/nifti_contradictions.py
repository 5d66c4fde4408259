"""Statements of a NIfTI header that contradict each other, or that readers take differently."""

import math

import numpy as np

from radpipe.errors import InputError
from radpipe.imaging.nifti_header import NUMBER_TYPES, NiftiHeader

__all__ = ["refuse_contradictions", "scale_of", "without_spacing"]


_UNKNOWN_UNIT, _MILLIMETRE = 0, 2
"""Codes of the unit of length; 1 is the metre, 3 the micrometre."""

SPACING_TOLERANCE = 0.01
"""``pixdim`` and the columns of the ``sform`` may differ by this share; writers round both."""


def refuse_contradictions(header: NiftiHeader, path: str) -> None:
    """Refuse a header whose number type, unit or voxel size is told in two ways.

    Parameters
    ----------
    header
        Of a file.
    path
        Named in errors.

    Raises
    ------
    InputError
        ``E_HEADER``, with both statements.
    """
    bits = np.dtype(NUMBER_TYPES[header.code]).itemsize * 8
    if header.bits != bits:
        what = f"bitpix is {header.bits}, but data type {header.code} has {bits} bits"
        raise InputError("E_HEADER", path=path, what=what)
    if header.units & 7 not in (_UNKNOWN_UNIT, _MILLIMETRE):
        what = f"its unit of length has the code {header.units & 7}, not that of mm, and few programs heed it"
        raise InputError("E_HEADER", path=path, what=what)
    if not header.sform or header.affine is None or without_spacing(header):
        return
    lengths = np.linalg.norm(header.affine[:, :3], axis=0)
    for axis, count in enumerate(header.size_xyz):
        spacing = abs(header.spacing[axis])
        if count > 1 and not abs(lengths[axis] - spacing) <= SPACING_TOLERANCE * spacing:
            what = f"along {'xyz'[axis]} pixdim says {spacing:.6g} and the sform {lengths[axis]:.6g}"
            raise InputError("E_HEADER", path=path, what=what)


def without_spacing(header: NiftiHeader) -> str:
    """Say which axis has no voxel size; empty where all have.

    Parameters
    ----------
    header
        Of a file; axes with one voxel need none.
    """
    for axis, (count, spacing) in enumerate(zip(header.size_xyz, header.spacing, strict=True)):
        if count > 1 and not (math.isfinite(spacing) and spacing != 0):
            return f"pixdim of axis {'xyz'[axis]} is {spacing:g}"
    return ""


def scale_of(header: NiftiHeader, path: str) -> tuple[float, float] | None:
    """Return slope and intercept; None where voxels are as stored.

    Parameters
    ----------
    header
        Of a file.
    path
        Named in errors.

    Raises
    ------
    InputError
        ``E_HEADER``: an intercept without a slope, or one of both is not finite.
    """
    slope, intercept = header.scale
    if slope == 0 or math.isnan(slope):
        if intercept == 0 or math.isnan(intercept):
            return None
        what = (
            f"slope {slope:g} with intercept {intercept:g}: some readers add the intercept, others leave values alone"
        )
        raise InputError("E_HEADER", path=path, what=what)
    if not math.isfinite(slope) or not math.isfinite(intercept):
        raise InputError("E_HEADER", path=path, what=f"slope {slope:g}, intercept {intercept:g}")
    return None if (slope, intercept) == (1.0, 0.0) else (slope, intercept)
