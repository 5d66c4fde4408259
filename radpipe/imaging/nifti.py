"""NIfTI-1, NIfTI-2 and their pairs of files: headers, and where they contradict themselves.

References
----------
R. W. Cox et al., NIfTI-1 Data Format, nifti1.h (2003); NIfTI-2, nifti2.h (2011).
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError
from radpipe.geometry import Geometry
from radpipe.imaging.whole_files import Piece, Stored, refuse_other_than_file

__all__ = ["NiftiHeader", "is_nifti", "nifti_files", "read_nifti_header", "stored_nifti"]

_TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
"""Code of a number type -> NumPy's name."""

_UNKNOWN_UNIT, _MILLIMETRE = 0, 2
"""Codes of the unit of length; 1 is the metre, 3 the micrometre."""

SPACING_TOLERANCE = 0.01
"""``pixdim`` and the columns of the ``sform`` may differ by this share; writers round both."""

_LONGEST_HEADER = 544


@dataclass(frozen=True, slots=True)
class NiftiHeader:
    """The fields that are used; of an Analyze header without those that NIfTI added.

    Parameters
    ----------
    version
        1 or 2; 0 is Analyze.
    order
        Byte order, ``<`` or ``>``.
    counts
        Voxels along each axis, x first.
    code, bits
        Number type and bits of a voxel.
    spacing
        ``pixdim`` of x, y, z.
    offset
        First byte of the voxels.
    scale
        Slope and intercept as written.
    units
        Code of length.
    affine
        Index to RAS coordinates, shape (3, 4), by ``sform``, else ``qform``; None where the header has neither.
    sform
        Whether ``affine`` is the ``sform``.
    is_pair
        Whether the voxels lie in a file of their own.
    """

    version: int
    order: str
    counts: tuple[int, ...]
    code: int
    bits: int
    spacing: tuple[float, float, float]
    offset: int
    scale: tuple[float, float]
    units: int
    affine: npt.NDArray[np.float64] | None
    sform: bool
    is_pair: bool

    def geometry(self) -> Geometry:
        """Return the grid of the affine, in LPS and mm.

        Raises
        ------
        ValueError
            The affine is sheared, or there is none.
        """
        if self.affine is None:
            message = "it has neither sform nor qform"
            raise ValueError(message)
        lps = np.diag([-1.0, -1.0, 1.0]) @ self.affine
        lengths = np.linalg.norm(lps[:, :3], axis=0)
        direction = lps[:, :3] / lengths
        dx, dy, dz = (float(one) for one in lengths)
        x, y, z = (float(one) for one in lps[:, 3])
        nx, ny, nz = self.size_xyz
        return Geometry((nz, ny, nx), (dz, dy, dx), (x, y, z), tuple(float(one) for one in direction.ravel()))

    @property
    def size_xyz(self) -> tuple[int, int, int]:
        """Voxels along x, y and z; axes that are not there have one."""
        x, y, z = (*self.counts, 1, 1)[:3]
        return x, y, z


def is_nifti(path: str) -> bool:
    """Tell by its name whether a file is NIfTI or Analyze."""
    return path.lower().removesuffix(".gz").endswith((".nii", ".hdr", ".img"))


def nifti_files(path: str) -> tuple[str, str]:
    """Return the file of the header and that of the voxels; one and the same unless it is a pair.

    Examples
    --------
    >>> nifti_files("a.nii.gz")
    ('a.nii.gz', 'a.nii.gz')
    """
    plain = path[:-3] if path.lower().endswith(".gz") else path
    if plain.lower().endswith(".nii"):
        return path, path
    stem, ending = plain[:-4], plain[-4:]
    names = ("HDR", "IMG") if ending.isupper() else ("hdr", "img")
    files = [
        next((f"{stem}.{name}{end}" for end in ("", ".gz") if Path(f"{stem}.{name}{end}").exists()), f"{stem}.{name}")
        for name in names
    ]
    return files[0], files[1]


def stored_nifti(path: str) -> tuple[Stored, NiftiHeader]:
    """Read the header, and say what it promises.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``, ``E_HEADER``.
    """
    head_path, data_path = nifti_files(path)
    refuse_other_than_file(data_path)
    packed = _begin(head_path, 2) == b"\x1f\x8b"
    raw = _unpacked_begin(head_path) if packed else _begin(head_path, _LONGEST_HEADER)
    header = read_nifti_header(raw, head_path)
    if header.is_pair != (head_path != data_path) and header.version:
        what = f"its magic word says {'two files' if header.is_pair else 'one file'}, its name the other"
        raise InputError("E_HEADER", path=head_path, what=what)
    _refuse_contradictions(header, head_path)
    no_spacing = _no_spacing(header)
    shape = header.size_xyz[::-1]
    dtype = np.dtype(header.order + _TYPES[header.code])
    scale = _scale(header, head_path)
    if _begin(data_path, 2) == b"\x1f\x8b":
        piece = Piece(data_path, 0, "gzip", header.offset)
    else:
        piece = Piece(data_path, header.offset)
    return Stored(dtype, shape, (piece,), scale, no_spacing), header


def _begin(path: str, count: int) -> bytes:
    refuse_other_than_file(path)
    with Path(path).open("rb") as file:
        return file.read(count)


def _unpacked_begin(path: str) -> bytes:
    """Unpack the first bytes only."""
    import zlib

    try:
        return zlib.decompressobj(31).decompress(_begin(path, 1 << 16), _LONGEST_HEADER)
    except zlib.error as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None


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
    if header.code not in _TYPES:
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
    b, c, d, *shift = (float(one) for one in quatern)
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


def _refuse_contradictions(header: NiftiHeader, path: str) -> None:
    bits = np.dtype(_TYPES[header.code]).itemsize * 8
    if header.bits != bits:
        what = f"bitpix is {header.bits}, but data type {header.code} has {bits} bits"
        raise InputError("E_HEADER", path=path, what=what)
    if header.units & 7 not in (_UNKNOWN_UNIT, _MILLIMETRE):
        what = f"its unit of length has the code {header.units & 7}, not that of mm, and few programs heed it"
        raise InputError("E_HEADER", path=path, what=what)
    if not header.sform or header.affine is None or _no_spacing(header):
        return
    lengths = np.linalg.norm(header.affine[:, :3], axis=0)
    for axis, count in enumerate(header.size_xyz):
        spacing = abs(header.spacing[axis])
        if count > 1 and not abs(lengths[axis] - spacing) <= SPACING_TOLERANCE * spacing:
            what = f"along {'xyz'[axis]} pixdim says {spacing:.6g} and the sform {lengths[axis]:.6g}"
            raise InputError("E_HEADER", path=path, what=what)


def _no_spacing(header: NiftiHeader) -> str:
    for axis, (count, spacing) in enumerate(zip(header.size_xyz, header.spacing, strict=True)):
        if count > 1 and not (math.isfinite(spacing) and spacing != 0):
            return f"pixdim of axis {'xyz'[axis]} is {spacing:g}"
    return ""


def _scale(header: NiftiHeader, path: str) -> tuple[float, float] | None:
    """Return slope and intercept; None where voxels are as stored."""
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
