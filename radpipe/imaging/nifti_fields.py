"""The bytes of a NIfTI header: NIfTI-1, NIfTI-2 and Analyze, in both byte orders.

References
----------
R. W. Cox et al., NIfTI-1 Data Format, nifti1.h (2003); NIfTI-2, nifti2.h (2011).
"""

import math
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.imaging.nifti_header import NUMBER_TYPES, NiftiHeader

__all__ = ["read_nifti_header"]


def read_nifti_header(raw: bytes, path: str) -> NiftiHeader:
    """Read the fields of a header's bytes.

    Raises
    ------
    InputError
        ``E_TRUNCATED``, ``E_UNREADABLE``.
    """
    if len(raw) < 348:
        raise InputError("E_TRUNCATED", path=path, found=len(raw), expected=348)
    for order in "<>":
        (size,) = struct.unpack_from(order + "i", raw)
        if size == 348:
            return _checked(_version_1(raw, order), path)
        if size == 540:
            if len(raw) < 540:
                raise InputError("E_TRUNCATED", path=path, found=len(raw), expected=540)
            return _checked(_version_2(raw, order), path)
    raise InputError("E_UNREADABLE", path=path, reason="not a NIfTI header")


def _checked(header: NiftiHeader, path: str) -> NiftiHeader:
    counts = header.counts
    if not 1 <= len(counts) <= 7 or min(counts) < 1 or not 0 <= header.offset < 1 << 30:
        raise InputError("E_UNREADABLE", path=path, reason=f"NIfTI header with axes of {counts} voxels")
    if any(count > 1 for count in counts[3:]):
        reason = f"it holds {math.prod(counts[3:])} volumes (axes of {' x '.join(map(str, counts))} voxels)"
        raise InputError("E_UNREADABLE", path=path, reason=f"{reason}; write each time or channel as a file of its own")
    if header.code not in NUMBER_TYPES:
        raise InputError("E_UNREADABLE", path=path, reason=f"NIfTI data type {header.code} is no number of one channel")
    return header


def _dimensions(dim: tuple[int, ...]) -> tuple[int, ...]:
    return dim[1 : dim[0] + 1] if 1 <= dim[0] <= 7 else ()


def _version_1(raw: bytes, order: str) -> NiftiHeader:
    def take(form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(order + form, raw, at)

    magic = raw[344:347]
    is_nifti = magic in (b"n+1", b"ni1")
    pixdim = take("8f", 76)
    codes = take("2h", 252) if is_nifti else (0, 0)
    affine = _affine(codes, pixdim, take("6f", 256), take("12f", 280))
    offset = take("f", 108)[0]
    return NiftiHeader(
        version=1 if is_nifti else 0,
        order=order,
        counts=_dimensions(take("8h", 40)),
        code=take("h", 70)[0],
        bits=take("h", 72)[0],
        spacing=pixdim[1:4],
        offset=int(offset) if math.isfinite(offset) else -1,
        scale=take("2f", 112) if is_nifti else (0.0, 0.0),
        units=raw[123] if is_nifti else 0,
        affine=affine,
        sform=codes[1] > 0,
        is_pair=magic != b"n+1",
    )


def _version_2(raw: bytes, order: str) -> NiftiHeader:
    def take(form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack_from(order + form, raw, at)

    pixdim = take("8d", 104)
    codes = take("2i", 344)
    return NiftiHeader(
        version=2,
        order=order,
        counts=_dimensions(take("8q", 16)),
        code=take("h", 12)[0],
        bits=take("h", 14)[0],
        spacing=pixdim[1:4],
        offset=take("q", 168)[0],
        scale=take("2d", 176),
        units=take("i", 500)[0],
        affine=_affine(codes, pixdim, take("6d", 352), take("12d", 400)),
        sform=codes[1] > 0,
        is_pair=raw[4:7] != b"n+2",
    )


def _affine(
    codes: tuple[int, ...], pixdim: tuple[float, ...], quatern: tuple[float, ...], rows: tuple[float, ...]
) -> npt.NDArray[np.float64] | None:
    """Return the ``sform``, else the ``qform`` (nifti1.h, methods 3 and 2)."""
    if codes[1] > 0:
        return np.array(rows, dtype=np.float64).reshape(3, 4)
    if codes[0] <= 0:
        return None
    b, c, d, *shift = (float(number) for number in quatern)
    a = math.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    turn = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - c * c - b * b],
        ]
    )
    handed = -1.0 if pixdim[0] < 0 else 1.0
    scaled = turn * np.array([pixdim[1], pixdim[2], handed * pixdim[3]])
    return np.column_stack([scaled, shift])
