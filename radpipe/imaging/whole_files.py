"""Voxels of image files, read once: exactly the bytes that the header promises, or a code.

Readers fill what is missing with zeros and put 0 for NaN. So the bytes are read here, unpacked to the checksum and no
further than the header promises; headers are read by :mod:`nifti`, :mod:`nrrd` and :mod:`meta_image`.
"""

import bz2
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from radpipe.errors import InputError

__all__ = ["Packing", "Piece", "Stored", "beside", "read_stored", "refuse_other_than_file"]

Array = npt.NDArray[Any]

Packing = Literal["raw", "gzip", "zlib", "bzip2"]

_WINDOW = {"gzip": 31, "zlib": 15}
"""zlib's ``wbits`` for each: both are read to their checksum."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the voxels: where it lies.

    Parameters
    ----------
    path
        Of the file.
    start
        First byte; negative counts the promised bytes from the end of the file.
    packing
        How the bytes are packed from there on.
    skip
        Unpacked bytes before the voxels.
    """

    path: str
    start: int = 0
    packing: Packing = "raw"
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """What a header promises.

    Parameters
    ----------
    dtype
        Of a voxel, with its byte order.
    shape
        Slowest axis first, three axes.
    pieces
        Files of equal length, in order along the slowest axis.
    scale
        Slope and intercept, or None where voxels are as stored.
    no_spacing
        Why the header gives no voxel size; empty where it does.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    pieces: tuple[Piece, ...]
    scale: tuple[float, float] | None = None
    no_spacing: str = ""


def refuse_other_than_file(path: str) -> os.stat_result:
    """Refuse what is no regular file: pipes and devices would be waited for without end.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_UNREADABLE``.
    """
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        raise InputError("E_MISSING_FILE", path=path) from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or device"
        raise InputError("E_UNREADABLE", path=path, reason=f"it is {kind}, not a file")
    return status


def beside(header: str, name: str) -> str:
    """Return the path of a data file that a header names; it must lie in the header's folder or below.

    Raises
    ------
    InputError
        ``E_UNREADABLE``: an absolute name, or one that leads out of the folder.
    """
    parts = name.replace("\\", "/").split("/")
    if not name.strip() or Path(name).is_absolute() or ".." in parts or "\0" in name or ":" in parts[0]:
        raise InputError("E_UNREADABLE", path=header, reason=f"its data file {name!r} is not in the header's folder")
    return str(Path(header).parent / "/".join(parts))


def read_stored(stored: Stored, path: str) -> Array:
    """Read the voxels.

    Parameters
    ----------
    stored
        What the header promises.
    path
        Of the header, for messages.

    Returns
    -------
    numpy.ndarray
        Shape ``stored.shape``, in this machine's byte order; scaled values are float32 (float64 stays), computed in
        double precision as ITK does.

    Raises
    ------
    InputError
        ``E_MISSING_FILE``, ``E_TRUNCATED``, ``E_CHECKSUM``, ``E_UNREADABLE``.
    """
    voxels = int(np.prod(stored.shape, dtype=object))
    share, rest = divmod(voxels, len(stored.pieces))
    if rest:
        reason = f"{len(stored.pieces)} data files for {stored.shape[0]} slices"
        raise InputError("E_UNREADABLE", path=path, reason=reason)
    parts = [_piece(piece, share * stored.dtype.itemsize) for piece in stored.pieces]
    array = (parts[0] if len(parts) == 1 else np.concatenate(parts)).view(stored.dtype).reshape(stored.shape)
    if not stored.dtype.isnative:
        array = array.astype(stored.dtype.newbyteorder("="))
    if stored.scale is None:
        return array
    slope, intercept = stored.scale
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = array.astype(np.float64) * slope + intercept
        return scaled if array.dtype == np.float64 else scaled.astype(np.float32)


def _piece(piece: Piece, needed: int) -> npt.NDArray[np.uint8]:
    size = refuse_other_than_file(piece.path).st_size
    start = piece.start if piece.start >= 0 else size - needed
    if piece.packing == "raw":
        _compare(size - start if start >= 0 else size, needed, piece.path)
        with Path(piece.path).open("rb") as file:
            return np.fromfile(file, dtype=np.uint8, count=needed, offset=start)
    with Path(piece.path).open("rb") as file:
        file.seek(piece.start)
        packed = file.read()
    if piece.packing == "bzip2":
        data = _unbzipped(packed, needed, piece.path)
    else:
        data = _inflated(packed, needed + piece.skip, piece.path, piece.packing)
    _compare(len(data), needed + piece.skip, piece.path)
    return np.frombuffer(data, dtype=np.uint8, offset=piece.skip)


def _compare(size: int, needed: int, path: str) -> None:
    if size < needed:
        raise InputError("E_TRUNCATED", path=path, found=size, expected=needed)
    if size > needed:
        reason = "more bytes than its header promises"
        raise InputError("E_UNREADABLE", path=path, reason=reason)


def _inflated(packed: bytes, most: int, path: str, packing: Packing) -> bytes:
    """Unpack a whole gzip or zlib stream; one that holds more than ``most`` bytes is unpacked no further."""
    parts: list[bytes] = []
    room = most + 1
    rest = packed
    try:
        while True:
            stream = zlib.decompressobj(_WINDOW[packing])
            data = stream.decompress(rest, room)
            while len(data) < room and not stream.eof and stream.unconsumed_tail:
                data += stream.decompress(stream.unconsumed_tail, room - len(data))
            parts.append(data)
            room -= len(data)
            if room <= 0:
                break
            if not stream.eof:
                expected = f"more compressed data than these {len(packed)}"
                raise InputError("E_TRUNCATED", path=path, found=sum(map(len, parts)), expected=expected)
            rest = stream.unused_data.lstrip(b"\0")
            if not rest:
                break
            if packing != "gzip":
                raise InputError("E_UNREADABLE", path=path, reason=f"{len(rest)} bytes follow its compressed data")
    except zlib.error as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unbzipped(packed: bytes, most: int, path: str) -> bytes:
    stream = bz2.BZ2Decompressor()
    try:
        data = stream.decompress(packed, most + 1)
    except (OSError, ValueError, EOFError) as fault:
        raise InputError("E_CHECKSUM", path=path, reason=str(fault)) from None
    if not stream.eof and len(data) <= most:
        raise InputError("E_TRUNCATED", path=path, found=len(data), expected=most)
    return data
