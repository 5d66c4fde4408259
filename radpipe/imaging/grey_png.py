"""PNG pictures of 8-bit grey, nearly all radiographs and masks, in half of a library's time; others are left to it."""

import os
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["read_grey_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_EIGHT_BIT_GREY = bytes((8, 0, 0, 0, 0))
"""What follows width and height in the header: bits, colour type, compression, filter method, no interlace."""

MOST_PIXELS = 89_478_485
"""A larger picture is left to Pillow, which warns of it."""

_BESIDE = 2**20
"""So many bytes may a file have beside its pixels."""


def read_grey_png(path: str) -> npt.NDArray[np.uint8] | None:
    """Read a picture of 8-bit grey that is without fault.

    Parameters
    ----------
    path
        A regular file.

    Returns
    -------
    ndarray or None
        Pixels, shape (y, x); None of a picture of another kind, and of one that is damaged in any way: who reads it
        then says how.

    Raises
    ------
    OSError
        The file cannot be read.

    References
    ----------
    Portable Network Graphics Specification, third edition (W3C 2025), sections 5, 9 and 10.
    """
    with Path(path).open("rb") as file:
        head = file.read(29)
        if head[:8] != _SIGNATURE or head[12:16] != b"IHDR" or head[24:29] != _EIGHT_BIT_GREY:
            return None
        columns, rows = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        size = rows * (columns + 1)
        if not 0 < rows * columns <= MOST_PIXELS or os.fstat(file.fileno()).st_size > size + _BESIDE:
            return None
        packed = _packed_pixels(head + file.read())
    if packed is None:
        return None
    unpacker = zlib.decompressobj()
    try:
        lines = unpacker.decompress(packed, size + 1)
    except zlib.error:
        return None
    if len(lines) != size or not unpacker.eof:
        return None
    from radpipe.kernels.png import unfiltered  # numba, which a process that only plans does not need

    pixels, unknown = unfiltered(np.frombuffer(lines, dtype=np.uint8).reshape(rows, columns + 1))
    return None if unknown else pixels


def _packed_pixels(content: bytes) -> bytes | None:
    """Join the chunks of pixels; None where a chunk's checksum is wrong, the end is missing, or a chunk is unknown."""
    parts: list[memoryview] = []
    at, view = len(_SIGNATURE), memoryview(content)
    while at + 12 <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        stop = at + 8 + length
        if stop + 4 > len(content) or zlib.crc32(view[at + 4 : stop]) != int.from_bytes(content[stop : stop + 4]):
            return None
        if kind == b"IEND":
            return b"".join(parts)
        if kind == b"IDAT":
            parts.append(view[at + 8 : stop])
        elif kind[:1].isupper() and kind != b"IHDR":  # a chunk that must be understood
            return None
        at = stop + 4
    return None
